import type { ChangeType, FirewallRuleChange } from './change';
import { quoted } from './commands';

/** Windows' own inbound rule for a KMS host (Microsoft: "Create a KMS activation host"). */
export const KMS_FIREWALL_RULE = 'SPPSVC-In-TCP';

const show = (state: boolean | null) =>
  ({
    key:
      state === null
        ? 'changes.firewall-rule.absent'
        : state
          ? 'changes.firewall-rule.on'
          : 'changes.firewall-rule.off',
  }) as const;

/** Turns the inbound rule for the KMS host on or off. */
export const firewallRule: ChangeType<FirewallRuleChange, boolean | null> = {
  slot: () => 'firewall-rule',
  readState: (facts) => facts.firewallRule(),
  apply(computer, { enabled }, _, signal) {
    return computer.setFirewallKmsRule(enabled, signal);
  },
  isDone: (state, { enabled }) => state === enabled,
  inverse: (_, before) => (before === null ? null : { kind: 'firewall-rule', enabled: before }),
  needsElevation: () => true,
  title: ({ enabled }) => ({
    key: enabled ? 'changes.firewall-rule.title' : 'changes.firewall-rule.title-off',
    params: { rule: KMS_FIREWALL_RULE },
  }),
  byHand: ({ enabled }) => [
    `Set-NetFirewallRule -Name ${quoted(KMS_FIREWALL_RULE)} -Enabled ${enabled ? 'True' : 'False'}`,
  ],
  showBefore: show,
  showAfter: ({ enabled }) => show(enabled),
  noWayBack: () => null,
};
