import { shown } from '@shared/host-input';
import { notApplicable, pendingChanges, wrongParameter, type Fix } from './plan';

/** Has an adapter ask other DNS servers, or again those that DHCP gives. */
export const setDnsServers: Fix<'set-dns-servers'> = {
  async plan({ values, facts }) {
    const up = (await facts.adapters()).filter((adapter) => adapter.up);
    const adapter =
      values.adapter === null
        ? (up.find(({ gateways }) => gateways.length > 0) ?? up[0])
        : up.find(({ name }) => name.toLowerCase() === values.adapter?.toLowerCase());
    if (adapter === undefined) {
      const names = up.map(({ name }) => name);
      return wrongParameter(
        'adapter',
        { key: 'parameters.problems.noAdapter', params: { name: shown(values.adapter ?? '') } },
        names,
      );
    }
    const servers = values.servers.length === 0 ? null : values.servers;
    const changes = await pendingChanges(facts, [
      { kind: 'dns-servers', adapter: adapter.name, servers },
    ]);
    return changes.length === 0
      ? notApplicable({ key: 'fixes.notHere.dnsServersSame', params: { adapter: adapter.name } })
      : { changes: [...changes, { kind: 'dns-cache-flush' }] };
  },
};
