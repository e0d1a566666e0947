/** Every kind of change: one file each. */
import type { ChangeKind } from '@shared/plan';
import { z } from 'zod';
import { activation } from './activation';
import { activationType } from './activation-type';
import type { Change, ChangeOf, ChangeType, Json } from './change';
import { clockSync } from './clock-sync';
import { dnsCacheFlush } from './dns-cache-flush';
import { dnsPublishing } from './dns-publishing';
import { dnsRecord } from './dns-record';
import { dnsServers } from './dns-servers';
import { firewallRule } from './firewall-rule';
import { kmsAssignment } from './kms-assignment';
import { lookupDomain } from './lookup-domain';
import { phoneActivation } from './phone-activation';
import { productKey } from './product-key';
import { registryValue } from './registry-value';
import { serviceRestart } from './service-restart';
import { serviceStart } from './service-start';
import { suffixSearchList } from './suffix-search-list';

const TYPES = {
  'product-key': productKey,
  activation,
  'activation-type': activationType,
  'phone-activation': phoneActivation,
  'kms-assignment': kmsAssignment,
  'lookup-domain': lookupDomain,
  'dns-publishing': dnsPublishing,
  'registry-value': registryValue,
  'service-start': serviceStart,
  'service-restart': serviceRestart,
  'firewall-rule': firewallRule,
  'dns-cache-flush': dnsCacheFlush,
  'suffix-search-list': suffixSearchList,
  'dns-servers': dnsServers,
  'dns-record': dnsRecord,
  'clock-sync': clockSync,
} as const satisfies { [K in ChangeKind]: ChangeType<ChangeOf<K>> };

/** The type of a change; a change and its state always go together, which no type can say of a union. */
export function changeType(change: Change): ChangeType {
  return TYPES[change.kind];
}

/** Whether this is a change that a fix, or the undo of one, may make. */
export function isChange(stored: unknown): stored is Change {
  const { kind } = Object(stored) as { readonly kind?: unknown };
  if (typeof kind !== 'string' || !Object.hasOwn(TYPES, kind)) return false;
  return TYPES[kind as ChangeKind].schema.safeParse(stored).success;
}

/** What any computer may have been like to any kind of change. */
export const anyState: z.ZodType<Json> = z.union(
  Object.values(TYPES).map(({ stateSchema }) => stateSchema),
);

export type { Change, ChangeType, Json } from './change';
