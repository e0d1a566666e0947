/** Every kind of change: one file each. */
import type { ChangeKind } from '@shared/plan';
import { activation } from './activation';
import type { Change, ChangeOf, ChangeType } from './change';
import { clockSync } from './clock-sync';
import { dnsCacheFlush } from './dns-cache-flush';
import { dnsPublishing } from './dns-publishing';
import { dnsRecord } from './dns-record';
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
  'dns-record': dnsRecord,
  'clock-sync': clockSync,
} as const satisfies { [K in ChangeKind]: ChangeType<ChangeOf<K>> };

/** What of a computer a kind of change is about. */
export type StateOf<K extends ChangeKind> = Awaited<ReturnType<(typeof TYPES)[K]['readState']>>;

/** The type of a change; a change and its state always go together, which no type can say of a union. */
export function changeType(change: Change): ChangeType {
  return TYPES[change.kind];
}

export type { Change, ChangeType, Json, Secrets } from './change';
