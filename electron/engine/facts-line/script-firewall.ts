/** The firewall of a KMS host, as the fleet script read it from the registry. */
import {
  firewallOf,
  allowsInbound,
  combineInbound,
  PROFILE_OF_CATEGORY,
  PROFILES,
  type FirewallStore,
} from '@shared/firewall-rules';
import { KMS_PORT } from '@shared/kms';
import { KMS_FIREWALL_RULES } from '../computer';
import type { Answers } from './script-schema';

const RULE_NAMES = KMS_FIREWALL_RULES.map((name) => name.toLowerCase());

type Found = NonNullable<Answers['k']>;

/**
 * Whether clients can connect to the KMS port.
 *
 * @param port configured in the registry; NaN if none is
 * @returns null if they can't and Windows' built-in rule for it doesn't exist; undefined if it depends on networks that
 *   are unknown
 */
export function kmsRuleIn({ c = [], l, m, p }: Found, port: number): boolean | null | undefined {
  const firewall = firewallOf({ local: storeOf(l), mdm: storeOf(m), policy: storeOf(p) });
  const allows = (profile: (typeof PROFILES)[number]): boolean | null =>
    allowsInbound(firewall, profile, port || KMS_PORT, RULE_NAMES);
  const [first = null, ...others] = PROFILES.map(allows);
  if (others.every((other) => other === first)) return first;
  const active = c.flatMap((category) => PROFILE_OF_CATEGORY[category] ?? []);
  return active.length === 0 ? undefined : combineInbound(active.map(allows));
}

function storeOf(keys: Found['l']): FirewallStore {
  return new Map(
    Object.entries(keys).map(([key, values]) => [
      key,
      new Map(
        Object.entries(values).map(([name, value]) => [
          name.toLowerCase(),
          { type: typeof value === 'number' ? 'REG_DWORD' : 'REG_SZ', value },
        ]),
      ),
    ]),
  );
}
