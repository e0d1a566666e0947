/** Names of facts, used in a scenario to list what couldn't be read. */
import type { ReasonCode } from '../diagnosis';
import { formatDnsServer, type DnsServer } from '../names';

/**
 * Facts that can be unread. A slash followed by the server queried and the subject of the query narrows a name that
 * would otherwise cover all of them: `dns/10.0.0.10/_vlmcs._tcp.contoso.com/SRV`, `registry/DnsDomainPublishList`,
 * `port/10.0.0.20:1688`.
 */
export const FACT_NAMES = [
  'system',
  'adapters',
  'dnsClient',
  'dnsPolicies',
  'dnsTools',
  'service',
  'licence',
  'office',
  'sppsvc',
  'Dnscache',
  'events',
  'clock',
  'vbscript',
  'firewallRule',
  'outboundBlocked',
  'registry',
  'dns',
  'resolver',
  'ping',
  'port',
  'rpc',
] as const;

/** Whether a text is the name of a fact. */
export const isFactName = (text: string): boolean =>
  FACT_NAMES.some((fact) => text === fact || text.startsWith(`${fact}/`));

/** Returns the fact name of a registry value: its path below the volume activation key, and its name. */
export function registryFact(key: string, name: string): string {
  const below = key.replace(/^.*\\CurrentVersion\\(?:SoftwareProtectionPlatform(?:\\|$))?/, '');
  return ['registry', ...below.split('\\').filter(Boolean), name].join('/');
}

/** Returns the fact name of a DNS query. */
export const dnsFact = (server: DnsServer, name: string, type: string): string =>
  `dns/${formatDnsServer(server)}/${name}/${type}`;

/** Returns why a fact is unread, because it or a fact that contains it is listed; null if it can be read. */
export function whyUnread(
  { unread }: { readonly unread: Readonly<Record<string, ReasonCode>> },
  fact: string,
): ReasonCode | null {
  for (let end = fact.length; end > 0; end = fact.lastIndexOf('/', end - 1)) {
    const name = fact.slice(0, end);
    if (Object.hasOwn(unread, name)) return unread[name] ?? null;
  }
  return null;
}
