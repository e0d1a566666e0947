/** DNS client settings managed by a policy, which would overwrite any change made here. */
import { toDisplayText } from '@shared/host-input';
import type { DnsClientSetting } from '../registry-keys';
import type { FactSnapshot } from '../facts/fact-snapshot';
import { notApplicable, type PlanRefusal } from './plan';

/**
 * Returns the refusal, with instructions for the policy's administrator; null if no policy is known to manage the
 * setting.
 *
 * @param wanted returns the value that the setting should have; empty if not known
 */
export function refusedByPolicy(
  setting: Exclude<DnsClientSetting, 'primary-suffix'>,
  { dnsPolicies, system }: FactSnapshot,
  wanted: () => string,
): PlanRefusal | null {
  if (!dnsPolicies.ok || !dnsPolicies.value.includes(setting)) return null;
  const params = {
    computer: system.ok ? system.value.name : '',
    wanted: toDisplayText(wanted()) || '–',
  };
  return notApplicable(
    { key: 'fixes.notHere.policySets' },
    { key: `fixes.notHere.policy-${setting}`, params },
  );
}
