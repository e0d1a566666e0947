/** Sets the DNS servers of a network adapter. */
import { ChangeRefused, type ComputerChanges } from '@engine/computer';
import { isAddress } from '@shared/names';
import { execute, type Context } from './context';
import { throwAsRefusal } from './refusals';

/**
 * Sets them with PowerShell, which also reads them back.
 *
 * @throws ChangeRefused `not-done` if other servers are in effect, such as those of a group policy
 */
export const setDnsServers =
  (context: Context): ComputerChanges['setDnsServers'] =>
  async (adapter, servers, signal) => {
    if (adapter === '' || servers?.every(isAddress) === false || servers?.length === 0) {
      throw new ChangeRefused('not-supported-here', null, 'servers');
    }
    const wanted = servers ?? [];
    const order = { adapter, servers: wanted };
    // A garbled answer becomes a refusal too, since it was to show whether the change was made.
    const answer = await execute(context, 'set-dns-servers', order, signal).catch(throwAsRefusal);
    const found = answer.servers.map((server) => server.toLowerCase());
    if (servers !== null && wanted.some((server) => !found.includes(server.toLowerCase()))) {
      throw new ChangeRefused('not-done', null, found.join(', '));
    }
    return { way: 'powershell' };
  };
