/**
 * The compact JSON of the fleet script (`KMSD2`, electron/fleet/script-parts) and its validation: it's untrusted input.
 */
import { z } from 'zod';
import { REASON_CODES, type ReasonCode } from '@shared/diagnosis';
import type { CimRow } from '../computer';
import { lookUp } from '@shared/look-up';

/** Columns of SoftwareLicensingService by letter. */
export const SERVICE_COLUMNS: Readonly<Record<string, string>> = {
  v: 'Version',
  m: 'KeyManagementServiceMachine',
  p: 'KeyManagementServicePort',
  n: 'KeyManagementServiceDnsPublishing',
  d: 'KeyManagementServiceLookupDomain',
  k: 'IsKeyManagementServiceMachine',
  c: 'KeyManagementServiceCurrentCount',
  h: 'DiscoveredKeyManagementServiceMachineName',
  o: 'DiscoveredKeyManagementServiceMachinePort',
  i: 'ClientMachineID',
  l: 'KeyManagementServiceListeningPort',
};

/** Columns of SoftwareLicensingProduct by letter. */
export const PRODUCT_COLUMNS: Readonly<Record<string, string>> = {
  a: 'ApplicationID',
  k: 'PartialProductKey',
  t: 'Description',
  s: 'LicenseStatus',
  r: 'LicenseStatusReason',
  i: 'ID',
  n: 'Name',
  g: 'GracePeriodRemaining',
  f: 'LicenseFamily',
  y: 'ProductKeyChannel',
  x: 'VLActivationType',
  e: 'VLActivationTypeEnabled',
  m: 'KeyManagementServiceMachine',
  p: 'KeyManagementServicePort',
  d: 'KeyManagementServiceLookupDomain',
  h: 'DiscoveredKeyManagementServiceMachineName',
  o: 'DiscoveredKeyManagementServiceMachinePort',
};

/** Maximum length of a string and of a list. A line of 2,048 characters can't hold more meaningful data. */
const MAX_TEXT = 2_048;
const MAX_ITEMS = 512;

const text = z.string().max(MAX_TEXT);
const texts = z.array(text).max(MAX_ITEMS);
const reason = z.enum(REASON_CODES);
const map = <V extends z.ZodType>(value: V) =>
  z.record(z.string().regex(/^[a-zA-Z0-9]{1,15}$/), value);
/** Registry values by key name and value name. */
const store = z.record(text, z.record(text, z.union([text, z.number()])));
const cell = z.union([text, z.number(), z.boolean()]);

/** Schema of the compact JSON. docs/fleet-script.md#the-line explains its letters. */
export const answersSchema = z.object({
  v: z.literal(1),
  t: z.iso.datetime(),
  n: text.optional(),
  o: z.tuple([text, z.int().min(0), z.int()]).optional(),
  l: text.optional(),
  e: z.int().optional(),
  /** AD domain, primary suffix, then the search list. */
  j: texts.optional(),
  y: texts.optional(),
  /** Name, suffix, source of the DNS servers, addresses, gateways, DNS servers. */
  a: z
    .array(z.tuple([text, text, text, texts, texts, texts]))
    .max(64)
    .optional(),
  s: map(cell).nullish(),
  x: z.array(map(cell)).max(64).optional(),
  r: map(map(z.union([text, z.number(), texts]))).optional(),
  f: map(reason).optional(),
  h: texts.optional(),
  w: z.tuple([text, text, z.int()]).optional(),
  g: z
    .array(z.tuple([z.int(), z.int()], text))
    .max(MAX_ITEMS)
    .optional(),
  /** On a KMS host: networks, and the three places of firewall settings. */
  k: z.object({ c: z.array(z.int()).max(64).optional(), l: store, m: store, p: store }).optional(),
  /** Queries: name, space, type. */
  q: texts.optional(),
  /** A server's address and its answer to each query. */
  d: z.array(z.array(text.nullable()).min(1).max(MAX_ITEMS)).max(64).optional(),
  /** The resolver's answer to each query. */
  z: z.array(text.nullable()).max(MAX_ITEMS).optional(),
  /** Address, port, letter. */
  p: texts.optional(),
  c: z.tuple([z.number(), text]).optional(),
  u: map(reason).optional(),
  b: texts.optional(),
});

/** The script's output. */
export type Answers = z.infer<typeof answersSchema>;
/** Reasons of facts that couldn't be read, by name. */
export type Unread = Record<string, ReasonCode>;

/** Renames a row's columns from letters to Windows' property names. */
export function expandRow(
  row: Readonly<Record<string, string | number | boolean>>,
  columns: Readonly<Record<string, string>>,
): CimRow {
  return Object.fromEntries(
    Object.entries(row).flatMap(([letter, value]) => {
      const name = lookUp(columns, letter);
      return name === undefined ? [] : [[name, value]];
    }),
  );
}

/** Converts events, oldest first, as in the event log. */
export function eventsOf({ t, g = [] }: Pick<Answers, 't' | 'g'>) {
  const now = Date.parse(t);
  return g
    .map(([id, ago, ...data]) => ({ id, at: now - ago * 1_000, data }))
    .filter(({ at }) => Math.abs(at) < 8.64e15)
    .reverse()
    .sort((one, other) => one.at - other.at)
    .map(({ id, at, data }) => ({ id, time: new Date(at).toISOString(), data }));
}
