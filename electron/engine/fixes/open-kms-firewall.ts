import { KMS_FIREWALL_RULE, switchAllRules } from '../changes/firewall-rule';
import { adminInstructions } from '../admin-instructions/kms-host';
import { noParameters } from './parameters';
import { defineFix, notApplicable, pendingChanges } from './plan';

/** Turns on the built-in inbound rules for KMS. The port must be opened on the KMS host itself. */
export const openKmsFirewall = defineFix({
  parameters: noParameters,
  refusesHere({ role, snapshot: { firewallRule } }) {
    if (role !== 'kms-host' || !firewallRule.ok || firewallRule.value === false) return null;
    const key = firewallRule.value === null ? 'noFirewallRule' : 'firewallRuleOn';
    return notApplicable({ key: `fixes.notHere.${key}`, params: { rule: KMS_FIREWALL_RULE } });
  },
  async plan({ view, facts }) {
    if (view.role !== 'kms-host') {
      return { handover: adminInstructions('open-kms-firewall', view) };
    }
    const params = { rule: KMS_FIREWALL_RULE };
    // The rules can be turned on even if the active network profile can't be determined.
    const rules = await facts.kmsFirewallRules();
    if (Object.keys(rules).length === 0) {
      return notApplicable({ key: 'fixes.notHere.noFirewallRule', params });
    }
    const changes = await pendingChanges(facts, [switchAllRules(rules, true)]);
    return changes.length > 0
      ? { changes }
      : notApplicable({ key: 'fixes.notHere.firewallRuleOverruled', params });
  },
});
