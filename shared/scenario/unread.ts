/** Names of facts, by which a scenario says what could not be read. */
import type { ReasonCode } from '../diagnosis';
import { formatEndpoint } from '../names';

/**
 * Facts that can be unread. Behind a slash stands whom the question went to and what it was about, where the name
 * alone would mean all of them: `dns/10.0.0.10/_vlmcs._tcp.contoso.com/SRV`, `registry/DnsDomainPublishList`,
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

/** The name of a registry value: its place below the key of volume activation, and its own. */
export function registryFact(key: string, name: string): string {
  const below = key.replace(/^.*\\CurrentVersion\\(?:SoftwareProtectionPlatform(?:\\|$))?/, '');
  return ['registry', ...below.split('\\').filter(Boolean), name].join('/');
}

/** The name of a question to a DNS server. */
export function dnsFact(
  { address, port }: { readonly address: string; readonly port: number },
  name: string,
  type: string,
): string {
  return `dns/${port === 53 ? address : formatEndpoint(address, port)}/${name}/${type}`;
}

/** Why a fact is unread: it is named itself, or one that it is part of; null where it can be read. */
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
