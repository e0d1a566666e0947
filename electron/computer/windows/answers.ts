/** Validates the output of the PowerShell scripts; anything unexpected is a garbled answer. */
import { z } from 'zod';
import { Unreadable, type CimRow, type CimValue } from '@engine/computer';
import { listOf, excerpt, type Question } from './powershell';

/** A list as serialized by Windows PowerShell. */
const list = <T extends z.ZodType>(entry: T) => z.preprocess(listOf, z.array(entry));
const text = z
  .string()
  .nullish()
  .transform((value) => value?.trim() ?? '');

const service = z.object({
  State: z.string(),
  StartMode: z.string(),
  DelayedAutoStart: z.boolean().nullish(),
});

const event = z.object({
  id: z.number().int(),
  time: z.iso.datetime(),
  data: list(z.string()),
});

const computer = z.object({
  name: text,
  caption: text,
  build: text,
  server: z.boolean(),
  languages: list(z.string()),
  partOfDomain: z.boolean(),
  domain: text,
  /** Null if .NET couldn't determine it. */
  elevated: z
    .boolean()
    .nullish()
    .transform((value) => value ?? null),
  // Cloning tools and virtual machines write GUIDs whose version and variant don't conform to RFC 9562.
  machineGuid: z.guid(),
});

const adapter = z.object({
  name: text,
  addresses: list(z.string()),
  gateways: list(z.string()),
  dnsServers: list(z.string()),
  connectionSuffix: text,
});

const networkSettings = z.object({
  adapters: list(adapter),
  suffixSearchList: list(z.string()),
  partOfDomain: z.boolean(),
  domain: text,
});

const record = z.object({
  name: text,
  type: text,
  section: text,
  ttl: text,
  target: text,
  priority: text,
  weight: text,
  port: text,
  address: text,
});

const resolved = z.object({ error: z.string().nullish(), records: list(record) });

/** Schema of a single output, by question. */
const ANSWERS = {
  computer,
  events: event,
  'flush-dns-cache': z.object({ left: list(z.string()) }),
  'install-product-key': z.object({ partialKeys: z.null().or(list(z.string())) }),
  'installation-id': z.object({
    OfflineInstallationId: text,
    LicenseIsAddon: z.boolean().nullish(),
  }),
  'network-category': z.object({ category: z.number().int().min(0) }),
  'network-settings': networkSettings,
  resolve: resolved,
  service,
  'set-dns-servers': z.object({ servers: list(z.string()) }),
  'srv-record': z.object({ there: z.boolean() }),
} satisfies Partial<Record<Question, z.ZodType>>;

/** Questions whose answers have a schema of our own. */
export type ShapedQuestion = keyof typeof ANSWERS;

/** A single output of a question. */
export type Answer<Q extends ShapedQuestion> = z.infer<(typeof ANSWERS)[Q]>;

/** Identity of a computer, from CIM. */
export type Computer = Answer<'computer'>;

/** Adapters and DNS settings, from CIM. */
export type NetworkSettings = Answer<'network-settings'>;

/** A record returned by Windows' resolver. */
export type ResolvedRecord = z.infer<typeof record>;

/**
 * Validates each output of a question.
 *
 * @throws Unreadable `garbled-answer`
 */
export function parseAnswers<Q extends ShapedQuestion>(
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
export function parseSingleAnswer<Q extends ShapedQuestion>(
  question: Q,
  outputs: readonly unknown[],
): Answer<Q> {
  const [only, ...more] = parseAnswers(question, outputs);
  if (only === undefined || more.length > 0) throw garbled(question, outputs);
  return only;
}

const row = z.record(z.string(), z.unknown());

/**
 * Validates rows of a CIM class, keyed by Windows' property names. Values other than strings, numbers, Booleans, and
 * null are dropped.
 *
 * @throws Unreadable `garbled-answer`
 */
export function parseRows(question: Question, outputs: readonly unknown[]): CimRow[] {
  return outputs.map((output) => {
    const parsed = row.safeParse(output);
    if (!parsed.success || Array.isArray(output)) throw garbled(question, output);
    return Object.fromEntries(
      Object.entries(parsed.data).filter((entry): entry is [string, CimValue] =>
        isCimValue(entry[1]),
      ),
    );
  });
}

function isCimValue(value: unknown): value is CimValue {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function garbled(question: string, output: unknown): Unreadable {
  const shown = excerpt(JSON.stringify(output));
  return new Unreadable('garbled-answer', 'powershell.exe', `${question}: ${shown}`);
}
