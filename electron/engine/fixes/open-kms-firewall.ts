import { KMS_FIREWALL_RULE, switchAll } from '../changes/firewall-rule';
import { adminInstructions } from '../admin-instructions/kms-host';
import { toResult } from '../facts/fact-snapshot';
import { notApplicable, pendingChanges, type Fix } from './plan';

/** Turns on Windows' own inbound rules for KMS; the port has to be opened on the KMS host itself. */
export const openKmsFirewall: Fix<'open-kms-firewall'> = {
  async plan({ view, facts }) {
    if (view.role !== 'kms-host') {
      return { changes: [], handover: adminInstructions('open-kms-firewall', view) };
    }
    const params = { rule: KMS_FIREWALL_RULE };
    // Where it cannot be told which network counts, the rules can be switched all the same.
    const [open, rules] = await Promise.all([
      toResult(facts.firewallRule()),
      facts.kmsFirewallRules(),
    ]);
    if (open.ok && open.value === true) {
      return notApplicable({ key: 'fixes.notHere.firewallRuleOn', params });
    }
    if (Object.keys(rules).length === 0) {
      return notApplicable({ key: 'fixes.notHere.noFirewallRule', params });
    }
    const changes = await pendingChanges(facts, [switchAll(rules, true)]);
    return changes.length > 0
      ? { changes }
      : notApplicable({ key: 'fixes.notHere.firewallRuleOverruled', params });
  },
};
