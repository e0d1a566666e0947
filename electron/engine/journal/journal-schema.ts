/**
 * Entries as a journal holds them. A file says what it likes: what no fix could have planned, and no computer
 * could have been like before, is not believed, so that undo replays changes of known kinds on known values and
 * nothing else.
 */
import { FIX_IDS } from '@shared/catalogue';
import { CHANNEL_CLASSES } from '@shared/channels';
import type { ReasonCode } from '@shared/diagnosis';
import type { ChangeKind } from '@shared/plan';
import { z } from 'zod';
import { LEGACY_SL_KEY, SPP_KEY, type KmsFirewallRule } from '../computer';
import type { EntryEvent, EntryStart } from './entry';
import type { Owner } from './owner';
import type { Change, Json, StateOf } from '../changes/index';

const text = z.string().max(512);
const port = z.int().min(0).max(65_535);
const word = z.int().min(0).max(65_535);
const domain = z.string().max(255);
const service = z.enum(['sppsvc', 'Dnscache']);
const serviceStart = z.enum(['automatic', 'automatic-delayed', 'manual', 'disabled']);
const dnsServer = z.strictObject({ address: z.string().max(64), port });

const kind = <Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) =>
  z.strictObject({
    kind: z.literal(name),
    tolerateFailure: z.literal(true).optional(),
    skipWhenDone: z.int().min(0).max(64).optional(),
    ...shape,
  });

const registryValue = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('REG_DWORD'), value: z.int().min(0).max(0xffff_ffff) }),
  z.strictObject({ type: z.enum(['REG_SZ', 'REG_EXPAND_SZ']), value: text }),
  z.strictObject({ type: z.literal('REG_MULTI_SZ'), value: z.array(text).max(1024) }),
]);

const firewallRules = z.strictObject({
  'SPPSVC-In-TCP': z.boolean(),
  'SPPSVC-In-TCP-NoScope': z.boolean(),
} satisfies Record<KmsFirewallRule, z.ZodType>);

const change: z.ZodType<Change> = z.discriminatedUnion('kind', [
  kind('product-key', {
    partialProductKey: z.string().max(5),
    purpose: z.enum(['kms-client', 'mak', 'kms-host']),
  }),
  kind('activation', { step: z.enum(['by-name', 'by-address']).optional() }),
  kind('phone-activation', {
    installationId: z.string().regex(/^\d{0,128}$/),
    confirmationId: z.string().regex(/^\d{0,128}$/),
  }),
  kind('kms-assignment', {
    host: text.nullable(),
    port: port.nullable(),
    restores: z.literal(true).optional(),
  }),
  kind('lookup-domain', { domain: domain.nullable() }),
  kind('dns-publishing', { enabled: z.boolean() }),
  kind('registry-value', {
    location: z.strictObject({
      key: z.enum([SPP_KEY, LEGACY_SL_KEY]),
      name: z.enum([
        'DisableDnsPublishing',
        'DnsDomainPublishList',
        'KeyManagementServiceName',
        'KeyManagementServicePort',
        'KeyManagementServiceLookupDomain',
        'KeyManagementServiceListeningPort',
      ]),
    }),
    value: registryValue.nullable(),
  }),
  kind('service-start', { service, start: serviceStart }),
  kind('service-restart', { service, appliesSettings: z.boolean() }),
  kind('firewall-rule', {
    enabled: z.boolean(),
    rules: firewallRules.partial().optional(),
  }),
  kind('dns-cache-flush', {}),
  kind('suffix-search-list', { suffixes: z.array(domain).max(1024) }),
  kind('dns-record', {
    action: z.enum(['add', 'remove']),
    record: z.strictObject({
      zone: domain,
      name: domain,
      target: domain,
      port: word,
      priority: word,
      weight: word,
      ttl: z.int().min(0).max(0x7fff_ffff),
    }),
    how: z.discriminatedUnion('method', [
      z.strictObject({ method: z.literal('windows-dns'), server: dnsServer.nullable() }),
      z.strictObject({
        method: z.literal('dynamic-update'),
        server: dnsServer,
        tsigKeyFile: z.string().max(4096).nullable(),
      }),
    ]),
    readAt: z.array(dnsServer).max(64),
  }),
  kind('clock-sync', {}),
]);

/** Whether this is a change that a fix, or the undo of one, may make. */
export function isChange(stored: unknown): stored is Change {
  return change.safeParse(stored).success;
}

const licenceStatus = z.strictObject({ status: z.number() }).nullable();

/** What the computer may have been like: of any length, since others than this program have set it. */
const states: { readonly [K in ChangeKind]: z.ZodType<StateOf<K>> } = {
  'product-key': z
    .strictObject({ partialProductKey: z.string(), channel: z.enum(CHANNEL_CLASSES) })
    .nullable(),
  activation: licenceStatus,
  'phone-activation': licenceStatus,
  'kms-assignment': z.strictObject({ host: z.string().nullable(), port: z.number().nullable() }),
  'lookup-domain': z.string().nullable(),
  'dns-publishing': z.boolean(),
  'registry-value': z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('REG_DWORD'), value: z.number() }),
      z.strictObject({ type: z.enum(['REG_SZ', 'REG_EXPAND_SZ']), value: z.string() }),
      z.strictObject({ type: z.literal('REG_MULTI_SZ'), value: z.array(z.string()) }),
    ])
    .nullable(),
  'service-start': serviceStart,
  'service-restart': z.enum(['running', 'stopped', 'pending']),
  'firewall-rule': z.union([z.boolean().nullable(), firewallRules]),
  'dns-cache-flush': z.null(),
  'suffix-search-list': z.array(z.string()),
  'dns-record': z
    .strictObject({
      target: z.string(),
      port: z.number(),
      priority: z.number(),
      weight: z.number(),
    })
    .nullable(),
  'clock-sync': z.strictObject({ minutes: z.number(), source: z.string() }).nullable(),
};

/** The start of an entry as its line has it. */
export interface StoredStart extends EntryStart {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The process that wrote it; KMS Doctor 1.0 did not say. */
  readonly owner?: Owner | undefined;
}

const id = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);

const opening: z.ZodType<StoredStart> = z
  .object({
    fix: z.enum(FIX_IDS),
    target: z.string(),
    computer: z.string(),
    at: z.iso.datetime(),
    owner: z.object({ pid: z.int().positive(), startedAt: z.iso.datetime() }).optional(),
    treatment: id.optional(),
    run: id.optional(),
    parameters: z.record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
    ),
    changes: z.array(change),
    before: z.array(z.custom<Json>()),
  })
  .refine(
    ({ changes, before }) =>
      changes.length === before.length &&
      changes.every(({ kind: name }, index) => states[name].safeParse(before[index]).success),
  );

const index = z.int().min(0);
const after: z.ZodType<Json> = z.union(Object.values(states));

const event: z.ZodType<EntryEvent> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('change-started'), index, memory: z.unknown().optional() }),
  z.object({
    type: z.literal('change-done'),
    index,
    way: z.string(),
    after,
  }),
  z.object({
    type: z.literal('change-unverified'),
    index,
    way: z.string(),
    reason: z.custom<ReasonCode>((value) => typeof value === 'string'),
  }),
  z.object({
    type: z.literal('change-refused'),
    index,
    refusal: z.string(),
    code: z.number().nullable(),
    said: z.string().nullable(),
  }),
  z.object({ type: z.literal('change-skipped'), index }),
  z.object({ type: z.literal('change-taken-back'), index }),
  z.object({
    type: z.literal('entry-closed'),
    state: z.enum(['verified', 'applied', 'unverified', 'rolled-back', 'failed']),
    after: z.array(after).optional(),
  }),
  z.object({ type: z.literal('entry-undone') }),
]);

/** The start of an entry, from its line; null where it is damaged, or tells of what no fix does. */
export function parseEntryStart(stored: unknown): StoredStart | null {
  return opening.safeParse(stored).data ?? null;
}

/** What became of a change or of the whole, from its line; null where it tells of what this version does not do. */
export function parseEntryEvent(stored: unknown): EntryEvent | null {
  return event.safeParse(stored).data ?? null;
}
