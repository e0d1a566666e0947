/**
 * IPv4 and IPv6: a host with only one of them is unreachable from a PC with only the other one, whatever the routing.
 */
import { isIPv6 } from '@shared/names';
import { valueOr, type Target } from '../facts/fact-types';
import { givenAddresses } from '../facts/network-facts';
import type { Assessment } from './assessment';

const versionOf = (address: string): 'IPv4' | 'IPv6' => (isIPv6(address) ? 'IPv6' : 'IPv4');

/** Returns the only IP version that these hosts have and this PC doesn't; null if there is no such mismatch. */
export function missingIpVersion(
  hosts: readonly Target[],
  { snapshot: { adapters } }: Assessment,
): 'IPv4' | 'IPv6' | null {
  const own = givenAddresses(valueOr(adapters, [])).map(versionOf);
  const theirs = hosts.flatMap(({ probes }) => probes.map(({ address }) => versionOf(address)));
  const [version] = theirs;
  const isLacking = own.length > 0 && !own.some((one) => theirs.includes(one));
  return isLacking && version !== undefined ? version : null;
}
