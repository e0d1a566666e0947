import { z } from 'zod';
import { Unreadable } from '../computer';
import { changeText, storedChange, defineChange } from './change';
import { quoted } from './commands';
import { pasteableAddress } from './pasteable';

/** Sets the DNS servers of a network adapter. */
export const dnsServers = defineChange({
  schema: storedChange('dns-servers', {
    adapter: changeText,
    /** In order; null for those assigned by DHCP. */
    servers: z.array(changeText).max(64).readonly().nullable(),
  }),
  /** `typed`: the servers were set manually rather than by DHCP. */
  stateSchema: z.strictObject({ servers: z.array(z.string()).readonly(), typed: z.boolean() }),
  slot: ({ adapter }) => `dns-servers:${adapter}`,
  async readState(facts, { adapter }) {
    const found = (await facts.adapters()).find(({ name }) => name === adapter);
    if (found === undefined || found.dnsServersFrom === null) {
      throw new Unreadable('garbled-answer', null, `DNS: ${adapter}`);
    }
    return { servers: found.dnsServers, typed: found.dnsServersFrom === 'static' };
  },
  apply: (computer, { adapter, servers }, _, signal) =>
    computer.setDnsServers(adapter, servers, signal),
  isDone: (state, { servers }) =>
    servers === null ? !state.typed : state.typed && state.servers.join() === servers.join(),
  inverse: (change, { servers, typed }) => ({ ...change, servers: typed ? servers : null }),
  leaves: ({ servers }) => (servers === null ? 'cleared' : 'setting'),
  title: ({ adapter, servers }) => ({
    key: servers === null ? 'changes.dns-servers.title-dhcp' : 'changes.dns-servers.title',
    params: { adapter },
  }),
  manualSteps: ({ adapter, servers }) => {
    const set = `Set-DnsClientServerAddress -InterfaceAlias ${quoted(adapter)}`;
    // Setting servers of one address family keeps those of the other, so reset both first.
    const reset = `${set} -ResetServerAddresses`;
    const list = (servers ?? []).map((server) => quoted(pasteableAddress(server)));
    return servers === null ? [reset] : [reset, `${set} -ServerAddresses @(${list.join(', ')})`];
  },
  showBefore: ({ servers, typed }) => ({
    key: typed ? 'changes.dns-servers.typed' : 'changes.dns-servers.dhcp',
    params: { servers: servers.join(', ') },
  }),
  showAfter: ({ servers }) =>
    servers === null
      ? { key: 'changes.dns-servers.asDhcpSays' }
      : { key: 'changes.dns-servers.typed', params: { servers: servers.join(', ') } },
});
