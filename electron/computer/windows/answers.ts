/** Validates the output of the PowerShell scripts; anything unexpected is a garbled answer. */
import { z } from 'zod';
import { Unreadable, type CimRow, type CimValue } from '@engine/computer';
import { redact } from '@shared/redaction';

/**
 * Returns a list that was serialized by Windows PowerShell: as an array, but in some places as null if it's empty, as
 * the element itself if it has one, and as `{ value, Count }` if it was passed through a pipeline.
 */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value === null || value === undefined) return [];
  if (typeof value === 'object' && 'Count' in value && 'value' in value) return listOf(value.value);
  return [value];
}

/** Maximum number of characters to show. */
const EXCERPT_LIMIT = 300;

/** Returns the beginning of a text as one line, with product keys masked. */
export function excerpt(text: string): string {
  return redact(text).replace(/\s+/g, ' ').trim().slice(0, EXCERPT_LIMIT);
}

/** A list as serialized by Windows PowerShell. */
const list = <T extends z.ZodType>(entry: T) => z.preprocess(listOf, z.array(entry));
const text = z
  .string()
  .nullish()
  .transform((value) => value?.trim() ?? '');

const words = list(z.unknown().transform(String));
const masked = z.string().transform(redact).catch('');

const scriptError = z.object({
  /** .NET types of the exception and its inner exceptions. */
  types: words,
  /** FullyQualifiedErrorId, e.g. `HRESULT 0x80041010,Microsoft.Management…`. */
  errorId: masked,
  /** `MessageId=…`, `NativeErrorCode=…`, `HResult=…` of the same exceptions. */
  codes: words,
  /** Target of the error, e.g. the name of a missing command. */
  target: masked,
  message: masked,
});

/** Windows' error details for a failed question; only `message` is localized. */
export type ScriptError = z.infer<typeof scriptError>;

/** Reads the error details of a failed question; null if there are none. */
export const parseScriptError = (output: unknown): ScriptError | null =>
  scriptError.safeParse(output).data ?? null;

/**
 * A row of a CIM class, keyed by Windows' property names. Values other than strings, numbers, Booleans, and null are
 * dropped.
 */
const cimRow = z
  .record(z.string(), z.unknown())
  .transform((row): CimRow =>
    Object.fromEntries(
      Object.entries(row).filter((entry): entry is [string, CimValue] => isCimValue(entry[1])),
    ),
  );

function isCimValue(value: unknown): value is CimValue {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** Schema of a single output, by question: the name of a script in scripts/. */
const ANSWERS = {
  computer: z.object({
    name: text,
    caption: text,
    build: text,
    server: z.boolean(),
    languages: list(z.string()),
    partOfDomain: z.boolean(),
    domain: text,
    /** Null if .NET couldn't determine it. */
    elevated: z.boolean().nullable().default(null),
    // Cloning tools and virtual machines write GUIDs whose version and variant don't conform to RFC 9562.
    machineGuid: z.guid(),
  }),
  events: z.object({
    id: z.number().int(),
    time: z.iso.datetime(),
    data: list(z.string()),
  }),
  'flush-dns-cache': z.object({ left: list(z.string()) }),
  'install-product-key': z.object({ partialKeys: z.null().or(list(z.string())) }),
  'installation-id': z.object({
    OfflineInstallationId: text,
    LicenseIsAddon: z.boolean().nullish(),
  }),
  'licensing-call': z.unknown(),
  'licensing-products': cimRow,
  'licensing-service': cimRow,
  'network-category': z.object({ category: z.number().int().min(0) }),
  'network-settings': z.object({
    adapters: list(
      z.object({
        name: text,
        addresses: list(z.string()),
        gateways: list(z.string()),
        dnsServers: list(z.string()),
        connectionSuffix: text,
      }),
    ),
    suffixSearchList: list(z.string()),
    partOfDomain: z.boolean(),
    domain: text,
  }),
  resolve: z.object({
    error: z.string().nullish(),
    records: list(
      z.object({
        name: text,
        type: text,
        section: text,
        ttl: text,
        target: text,
        priority: text,
        weight: text,
        port: text,
        address: text,
      }),
    ),
  }),
  service: z.object({
    State: z.string(),
    StartMode: z.string(),
    DelayedAutoStart: z.boolean().nullish(),
  }),
  'set-dns-servers': z.object({ servers: list(z.string()) }),
  'set-firewall-rule': z.unknown(),
  'set-suffix-search-list': z.unknown(),
  'srv-record': z.object({ there: z.boolean() }),
};

/** A question to Windows PowerShell. */
export type Question = keyof typeof ANSWERS;

/** A single output of a question. */
export type Answer<Q extends Question> = z.infer<(typeof ANSWERS)[Q]>;

/**
 * Validates each output of a question.
 *
 * @throws Unreadable `garbled-answer`
 */
export function parseAnswers<Q extends Question>(
  question: Q,
  outputs: readonly unknown[],
): Answer<Q>[] {
  return outputs.map((output) => {
    const parsed = ANSWERS[question].safeParse(output);
    if (!parsed.success) throw garbled(question, output);
    return parsed.data as Answer<Q>;
  });
}

/** Validates the output of a question that must have exactly one. */
export function parseSingleAnswer<Q extends Question>(
  question: Q,
  outputs: readonly unknown[],
): Answer<Q> {
  const [only, ...more] = parseAnswers(question, outputs);
  if (only === undefined || more.length > 0) throw garbled(question, outputs);
  return only;
}

function garbled(question: Question, output: unknown): Unreadable {
  const shown = excerpt(JSON.stringify(output));
  return new Unreadable('garbled-answer', 'powershell.exe', `${question}: ${shown}`);
}
