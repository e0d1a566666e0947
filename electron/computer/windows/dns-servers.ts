/** Sets the DNS servers of a network adapter. */
import { ChangeRefused, type ChangeReceipt } from '@engine/computer';
import { isAddress } from '@shared/names';
import { parseSingleAnswer } from './answers';
import { execute, type Context } from './context';
import { throwAsRefusal } from './refusals';

/**
 * Sets them with PowerShell, which also reads them back.
 *
 * @throws ChangeRefused `not-done` if other servers are in effect, such as those of a group policy
 */
export async function setDnsServers(
  context: Context,
  adapter: string,
  servers: readonly string[] | null,
  signal: AbortSignal,
): Promise<ChangeReceipt> {
  if (adapter === '' || servers?.every(isAddress) === false || servers?.length === 0) {
    throw new ChangeRefused('not-supported-here', null, 'servers');
  }
  const question = 'set-dns-servers';
  const wanted = servers ?? [];
  const outputs = await execute(context, question, { adapter, servers: wanted }, signal);
  const found = inForce(question, outputs);
  if (servers !== null && wanted.some((server) => !found.includes(server.toLowerCase()))) {
    throw new ChangeRefused('not-done', null, found.join(', '));
  }
  return { way: 'powershell' };
}

function inForce(question: 'set-dns-servers', outputs: readonly unknown[]): readonly string[] {
  try {
    return parseSingleAnswer(question, outputs).servers.map((server) => server.toLowerCase());
  } catch (error) {
    return throwAsRefusal(error);
  }
}
