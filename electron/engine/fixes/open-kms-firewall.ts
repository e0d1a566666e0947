import { KMS_FIREWALL_RULE } from '../changes/firewall-rule';
import { handOver } from '../handover/kms-host';
import { notHere, outstanding, type Fix } from './plan';

/** Turns on Windows' own inbound rule for KMS; the port has to be opened on the KMS host itself. */
export const openKmsFirewall: Fix<'open-kms-firewall'> = {
  async plan({ view, facts }) {
    if (view.role !== 'kms-host') {
      return { changes: [], handover: handOver('open-kms-firewall', view) };
    }
    const params = { rule: KMS_FIREWALL_RULE };
    if ((await facts.firewallRule()) === null) {
      return notHere({ key: 'fixes.notHere.noFirewallRule', params });
    }
    const changes = await outstanding(facts, [{ kind: 'firewall-rule', enabled: true }]);
    return changes.length > 0
      ? { changes }
      : notHere({ key: 'fixes.notHere.firewallRuleOn', params });
  },
};
