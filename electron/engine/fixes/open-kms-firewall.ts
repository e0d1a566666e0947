import { KMS_FIREWALL_RULE, switchAll } from '../changes/firewall-rule';
import { handOver } from '../handover/kms-host';
import { settle } from '../situation';
import { notHere, outstanding, type Fix } from './plan';

/** Turns on Windows' own inbound rules for KMS; the port has to be opened on the KMS host itself. */
export const openKmsFirewall: Fix<'open-kms-firewall'> = {
  async plan({ view, facts }) {
    if (view.role !== 'kms-host') {
      return { changes: [], handover: handOver('open-kms-firewall', view) };
    }
    const params = { rule: KMS_FIREWALL_RULE };
    // Where it cannot be told which network counts, the rules can be switched all the same.
    const [open, rules] = await Promise.all([
      settle(facts.firewallRule()),
      facts.kmsFirewallRules(),
    ]);
    if (open.read && open.value === true) {
      return notHere({ key: 'fixes.notHere.firewallRuleOn', params });
    }
    if (Object.keys(rules).length === 0) {
      return notHere({ key: 'fixes.notHere.noFirewallRule', params });
    }
    const changes = await outstanding(facts, [switchAll(rules, true)]);
    return changes.length > 0
      ? { changes }
      : notHere({ key: 'fixes.notHere.firewallRuleOverruled', params });
  },
};
