/** Selects the domains in which KMS records are looked up. */
import { canonicalName, domainOf, isHostName, parentDomains } from '@shared/names';
import type { Adapter, DnsClientSettings } from '../computer';
import type { RegistryValue } from '../registry-keys';
import { valueOr, type Assignment, type Domains, type Result } from './fact-types';
import { RUN_LIMITS } from './limits';

/** Names that home routers give their network (RFC 6762, appendix G). An organization may have a domain below one. */
const HOME_NAMES: readonly string[] = ['lan', 'local', 'localdomain'];

/** Home network domains, including their subdomains: from RFC 8375, routers, ISPs, and Windows' connection sharing. */
const HOME_DOMAINS: readonly string[] = [
  'home',
  'home.arpa',
  'fritz.box',
  'speedport.ip',
  'mshome.net',
  '2wire.net',
  'attlocal.net',
  'comcast.net',
  'mynetworksettings.com',
];

/** Whether a domain is a home network, where no KMS host is ever published. */
export const isHomeDomain = (domain: string): boolean =>
  HOME_NAMES.includes(domain) ||
  HOME_DOMAINS.some((home) => domain === home || domain.endsWith(`.${home}`));

/** Inputs that the domains are derived from. */
export interface DomainSources {
  /** Null if they couldn't be read. */
  readonly client: DnsClientSettings | null;
  /** Null if they couldn't be read. */
  readonly adapters: readonly Adapter[] | null;
  readonly lookup: Result<string | null>;
  readonly assigned: Assignment | null;
  readonly publishList: RegistryValue | null;
  /** Domains given by the user, which replace the candidates. */
  readonly named: readonly string[] | undefined;
  /** Whether the target isn't a Windows PC and therefore has no known lookup domain. */
  readonly isNetwork: boolean;
}

/** Returns the domains in which records are looked up. */
export function candidateDomains({
  client,
  adapters,
  lookup,
  assigned,
  publishList,
  named,
  isNetwork,
}: DomainSources): Domains {
  const connection = connectionSuffixes(adapters);
  const ordinary = defaultDomains(client, adapters);
  const lookupDomain = valueOr(lookup, null);
  const wanted = domainList(named ?? (lookupDomain === null ? ordinary : [lookupDomain]));
  const candidates = wanted.slice(0, RUN_LIMITS.domains);
  const hidden =
    named === undefined && lookupDomain !== null
      ? ordinary.filter((domain) => !candidates.includes(domain)).slice(0, RUN_LIMITS.domains)
      : [];
  const besides = domainList([
    ...candidates.flatMap(parentDomains),
    // In a workgroup, connection suffixes are candidates already.
    ...(client?.adDomain === null ? [] : connection),
    assigned && domainOf(assigned.host),
    ...hidden,
  ]).filter((domain) => !candidates.includes(domain));
  const others = besides.slice(0, RUN_LIMITS.domains - candidates.length);
  const own = client && (client.primaryDnsSuffix ?? client.adDomain);
  const publish = domainList([own, ...publishDomains(publishList)]);
  const leftOut = wanted.length - candidates.length + besides.length - others.length;
  return {
    candidates,
    others,
    shadowedDomains: hidden,
    lookupDomain,
    suffixes: domainList([...ordinary, ...connection]).slice(0, RUN_LIMITS.domains),
    complete:
      leftOut === 0 &&
      (named !== undefined ||
        (client !== null &&
          adapters !== null &&
          // Without Windows there is no lookup domain to read.
          (lookup.ok || isNetwork))),
    publish: publish.slice(0, RUN_LIMITS.domains),
    leftOut,
  };
}

/**
 * Returns the domains to look in unless Windows or the user overrides them: the PC's suffixes, and in a workgroup also
 * those of its connections.
 *
 * @param client null if it couldn't be read, like `adapters`
 */
export function defaultDomains(
  client: DnsClientSettings | null,
  adapters: readonly Adapter[] | null,
): string[] {
  // Connection suffixes count only in a workgroup, which is unknown without these settings.
  if (client === null) return [];
  const { primaryDnsSuffix, adDomain, suffixSearchList } = client;
  return domainList([
    primaryDnsSuffix,
    adDomain,
    ...suffixSearchList,
    ...(adDomain === null ? connectionSuffixes(adapters) : []),
  ]);
}

/** Whether the PC's own domains have names that can't be queried, so that it would appear to have none, or others. */
export function hasUnqueryableDomains({
  adDomain,
  primaryDnsSuffix,
  suffixSearchList,
}: DnsClientSettings): boolean {
  const own = [adDomain, primaryDnsSuffix].flatMap((domain) => domain || []);
  if (own.length > 0) return !own.every(isHostName);
  return suffixSearchList.length > 0 && !suffixSearchList.some(isHostName);
}

function connectionSuffixes(adapters: readonly Adapter[] | null): (string | null)[] {
  return (adapters ?? []).flatMap(({ up, connectionSuffix }) => (up ? [connectionSuffix] : []));
}

function domainList(domains: readonly (string | null)[]): string[] {
  const list = domains
    .filter((domain): domain is string => domain !== null && domain.trim() !== '')
    .map(canonicalName)
    .filter(isHostName);
  return [...new Set(list)];
}

/** Returns the domains of a DnsDomainPublishList, whose lines have the form `domain[,priority,weight]`. */
export function publishDomains(value: RegistryValue | null): string[] {
  if (value === null) return [];
  const lines =
    value.type === 'REG_MULTI_SZ' ? value.value : value.type === 'REG_DWORD' ? [] : [value.value];
  return domainList(lines.map((line) => line.split(',')[0] ?? ''));
}
