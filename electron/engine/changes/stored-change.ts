/**
 * Changes as a journal holds them. A file says what it likes: what no fix could have planned is not believed, so
 * that undo replays changes of known kinds on known values and nothing else.
 */
import { z } from 'zod';
import { LEGACY_SL_KEY, SPP_KEY } from '../computer';
import type { Change } from './change';

const text = z.string().max(512);
const port = z.int().min(0).max(65_535);
const word = z.int().min(0).max(65_535);
const domain = z.string().max(255);
const service = z.enum(['sppsvc', 'Dnscache']);
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
  kind('service-start', { service, start: z.enum(['automatic', 'manual', 'disabled']) }),
  kind('service-restart', { service, appliesSettings: z.boolean() }),
  kind('firewall-rule', { enabled: z.boolean() }),
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
