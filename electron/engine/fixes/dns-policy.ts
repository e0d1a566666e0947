/** Settings of the DNS client that a policy holds: what is set here, it sets back. */
import { shown } from '@shared/host-input';
import type { DnsClientSetting } from '../registry-keys';
import type { FactSnapshot } from '../facts/fact-snapshot';
import { notApplicable, type PlanRefusal } from './plan';

/**
 * The refusal with the text for whoever manages the policy; null where none is known to set it.
 *
 * @param wanted works out what the setting should hold; empty where that is not known
 */
export function refusedByPolicy(
  setting: Exclude<DnsClientSetting, 'primary-suffix'>,
  { dnsPolicies, system }: FactSnapshot,
  wanted: () => string,
): PlanRefusal | null {
  if (!dnsPolicies.ok || !dnsPolicies.value.includes(setting)) return null;
  const params = { computer: system.ok ? system.value.name : '', wanted: shown(wanted()) || '–' };
  return notApplicable(
    { key: 'fixes.notHere.policySets' },
    { key: `fixes.notHere.policy-${setting}`, params },
  );
}
