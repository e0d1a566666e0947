/** Validates the output of the PowerShell scripts; anything unexpected is a garbled answer. */
import { z } from 'zod';
import { Unreadable, type CimRow, type CimValue } from '@engine/computer';
import { redact } from '@shared/redaction';

/**
 * Returns a list that was serialized by Windows PowerShell: as an array, but in some places as null if it's empty, as
 * the element itself if it has one, and as `{ value, Count }` if it was passed through a pipeline.
 */
function listOf(value: unknown): readonly unknown[] {
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

/** A line that the server of questions prints. */
export const serverLine = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ id: z.number(), error: scriptError }),
  z.object({
    id: z.number(),
    value: z
      .unknown()
      .refine((value) => value !== undefined)
      .transform(listOf),
  }),
]);

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

/** The outputs of a question that has exactly one. */
const single = <T extends z.ZodRawShape>(output: T) =>
  z.tuple([z.object(output)]).transform(([only]) => only);

/** The outputs of a question that has any number of them. */
const several = <T extends z.ZodRawShape>(output: T) => z.array(z.object(output));

/** Schema of the outputs of a question, which is the name of a script in scripts/. */
const ANSWERS = {
  computer: single({
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
  events: several({
    id: z.number().int(),
    time: z.iso.datetime(),
    data: list(z.string()),
  }),
  'flush-dns-cache': single({ left: list(z.string()) }),
  'install-product-key': single({ partialKeys: z.null().or(list(z.string())) }),
  'installation-id': several({
    OfflineInstallationId: text,
    LicenseIsAddon: z.boolean().nullish(),
  }),
  'licensing-call': z.unknown(),
  'licensing-products': z.array(cimRow),
  'licensing-service': z.array(cimRow),
  'network-category': several({ category: z.number().int().min(0) }),
  'network-settings': single({
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
  resolve: single({
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
  service: several({
    State: z.string(),
    StartMode: z.string(),
    DelayedAutoStart: z.boolean().nullish(),
  }),
  'set-dns-servers': single({ servers: list(z.string()) }),
  'set-firewall-rule': z.unknown(),
  'set-suffix-search-list': z.unknown(),
  'srv-record': single({ there: z.boolean() }),
};

/** A question to Windows PowerShell. */
export type Question = keyof typeof ANSWERS;

/** The validated outputs of a question, or its only one. */
export type Answer<Q extends Question> = z.infer<(typeof ANSWERS)[Q]>;

/**
 * Validates the outputs of a question.
 *
 * @throws Unreadable `garbled-answer`
 */
export function parseAnswer<Q extends Question>(
  question: Q,
  outputs: readonly unknown[],
): Answer<Q> {
  const { error, data } = ANSWERS[question].safeParse(outputs);
  if (error === undefined) return data as Answer<Q>;
  // Only the output that doesn't fit is shown. If the path is empty, their number is wrong.
  const [at] = error.issues[0]?.path ?? [];
  const shown = excerpt(JSON.stringify(at === undefined ? outputs : outputs[Number(at)]));
  throw new Unreadable('garbled-answer', 'powershell.exe', `${question}: ${shown}`);
}
