import { KMS_FIREWALL_RULE, switchAll } from '../changes/firewall-rule';
import { adminInstructions } from '../admin-instructions/kms-host';
import { noParameters } from './parameters';
import { defineFix, notApplicable, pendingChanges } from './plan';

/** Turns on Windows' own inbound rules for KMS; the port has to be opened on the KMS host itself. */
export const openKmsFirewall = defineFix({
  parameters: noParameters,
  refusesHere({ role, snapshot: { firewallRule } }) {
    if (role !== 'kms-host' || !firewallRule.ok || firewallRule.value === false) return null;
    const key = firewallRule.value === null ? 'noFirewallRule' : 'firewallRuleOn';
    return notApplicable({ key: `fixes.notHere.${key}`, params: { rule: KMS_FIREWALL_RULE } });
  },
  async plan({ view, facts }) {
    if (view.role !== 'kms-host') {
      return { changes: [], handover: adminInstructions('open-kms-firewall', view) };
    }
    const params = { rule: KMS_FIREWALL_RULE };
    // Where it cannot be told which network counts, the rules can be switched all the same.
    const rules = await facts.kmsFirewallRules();
    if (Object.keys(rules).length === 0) {
      return notApplicable({ key: 'fixes.notHere.noFirewallRule', params });
    }
    const changes = await pendingChanges(facts, [switchAll(rules, true)]);
    return changes.length > 0
      ? { changes }
      : notApplicable({ key: 'fixes.notHere.firewallRuleOverruled', params });
  },
});
