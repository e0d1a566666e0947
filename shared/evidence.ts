/**
 * Evidence: one query and its response (docs/report.md). The same schema covers what checks write, what a report
 * contains, and what is read from someone else's report.
 */
import { z } from 'zod';

const ms = z.number().nullable();
const texts = z.array(z.string()).readonly();
const cimValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const named = { name: z.string(), ttl: z.number().nullable() };
const dnsRecord = z.discriminatedUnion('type', [
  z.strictObject({
    ...named,
    type: z.literal('SRV'),
    priority: z.number(),
    weight: z.number(),
    port: z.number(),
    target: z.string(),
  }),
  z.strictObject({ ...named, type: z.enum(['A', 'AAAA']), address: z.string() }),
  z.strictObject({ ...named, type: z.literal('CNAME'), target: z.string() }),
]);
const records = z.array(dnsRecord).readonly();

/** A DNS record. Names are lowercase without a trailing dot. */
export type DnsRecord = Readonly<z.infer<typeof dnsRecord>>;

const question = { name: z.string(), type: z.enum(['SRV', 'A', 'AAAA']) };
const dnsQuestion = { ...question, server: z.string() };
const dns = z.discriminatedUnion('outcome', [
  z.strictObject({
    ...dnsQuestion,
    outcome: z.literal('answered'),
    ms: z.number(),
    rcode: z.string(),
    transport: z.enum(['udp', 'tcp']),
    authoritative: z.boolean(),
    truncated: z.boolean(),
    records,
  }),
  z.strictObject({
    ...dnsQuestion,
    outcome: z.enum(['silent', 'closed', 'garbled', 'unreachable', 'unread']),
    ms,
    rcode: z.null(),
    detail: z.string().nullable(),
    records,
  }),
]);

/** One connection; `outcome` is null if it couldn't be tried, and `detail` gives the reason. */
const probe = <T extends z.ZodType<string>>(outcome: T) =>
  z.strictObject({
    host: z.string(),
    address: z.string(),
    port: z.number(),
    outcome: outcome.nullable(),
    ms,
    detail: z.string().nullable(),
  });

/** Earlier versions wrote `unreachable` for `no-route`. */
const tcpOutcome = z
  .enum(['open', 'refused', 'filtered', 'no-route', 'unreachable'])
  .transform((outcome) => (outcome === 'unreachable' ? 'no-route' : outcome));

const kind = <K extends string, D extends z.ZodType>(name: K, data: D) =>
  z.object({ kind: z.literal(name), title: z.string(), data });

const knownEvidence = z.discriminatedUnion('kind', [
  kind(
    'adapter',
    z.strictObject({
      name: z.string(),
      up: z.boolean(),
      addresses: texts,
      gateways: texts,
      dnsServers: texts,
      connectionSuffix: z.string().nullable(),
    }),
  ),
  kind('dns', dns),
  kind('resolver', z.strictObject({ ...question, records, error: z.string().nullable(), ms })),
  kind(
    'ping',
    z.strictObject({
      address: z.string(),
      /** Null if the ping couldn't be sent; `detail` gives the reason. */
      replied: z.boolean().nullable(),
      ms,
      detail: z.string().optional(),
    }),
  ),
  kind('tcp', probe(tcpOutcome)),
  kind('rpc', probe(z.enum(['kms', 'other-rpc', 'not-rpc', 'silent', 'cut']))),
  kind(
    'registry',
    z.strictObject({
      key: z.string(),
      name: z.string(),
      type: z.string().nullable(),
      /** Null if the value doesn't exist. */
      value: z.union([z.string(), z.number(), texts, z.null()]),
    }),
  ),
  /** Properties of SoftwareLicensingProduct by their Windows names. */
  kind('licensing', z.record(z.string(), cimValue)),
  kind('service', z.strictObject({ name: z.string(), state: z.string(), start: z.string() })),
  kind('event', z.strictObject({ id: z.number(), time: z.string(), data: texts })),
  kind('clock', z.strictObject({ minutes: z.number(), source: z.string() })),
  kind(
    'firewall',
    z.union([
      z.strictObject({ rule: z.string(), enabled: z.boolean().nullable() }),
      z.strictObject({ rule: z.string(), blocked: z.boolean() }),
    ]),
  ),
  kind('setting', z.strictObject({ name: z.string(), value: z.union([cimValue, texts]) })),
  /** Evidence of a kind that this version doesn't know; `was` is its original kind. */
  z.object({
    kind: z.literal('other'),
    was: z.string(),
    title: z.string(),
    data: z.record(z.string(), z.unknown()),
  }),
]);

const foreignEvidence = z
  .object({ kind: z.string().max(32), title: z.string(), data: z.record(z.string(), z.unknown()) })
  .transform(({ kind: was, title, data }) => ({ kind: 'other' as const, was, title, data }));

/** Schema of evidence. Unknown evidence from another version is kept as kind `other`. */
export const evidenceSchema = z.union([knownEvidence, foreignEvidence]);

/** Evidence. `title` isn't translated: like a command line, it names the query. */
export type Evidence = z.infer<typeof evidenceSchema>;

/** Data of one kind of evidence. */
export type EvidenceData<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>['data'];
