/** In which domains the KMS record is looked for. */
import { canonicalName, domainOf, isHostName, parentDomains } from '@shared/names';
import type { Adapter, DnsClientSettings } from '../computer';
import type { RegistryValue } from '../registry-keys';
import type { Assignment, Domains, Result } from './fact-snapshot';
import { MOST } from './limits';

/** What home routers call their network (RFC 6762, appendix G), where an organization may have a domain below. */
const HOME_NAMES: readonly string[] = ['lan', 'local', 'localdomain'];

/** Domains of home networks with all below them: RFC 8375, routers, Internet providers, and what Windows itself shares. */
const HOME_DOMAINS: readonly string[] = [
  ...['home', 'home.arpa', 'fritz.box', 'speedport.ip', 'mshome.net'],
  ...['2wire.net', 'attlocal.net', 'comcast.net', 'mynetworksettings.com'],
];

/** Whether a domain is a home network: nobody publishes a KMS host there. */
export const isHomeDomain = (domain: string): boolean =>
  HOME_NAMES.includes(domain) ||
  HOME_DOMAINS.some((home) => domain === home || domain.endsWith(`.${home}`));

/** What domains are made of. */
export interface DomainSources {
  readonly client: Result<DnsClientSettings>;
  readonly adapters: Result<readonly Adapter[]>;
  readonly lookup: Result<string | null>;
  readonly assigned: Result<Assignment | null>;
  readonly publishList: Result<RegistryValue | null>;
  /** Those that the person named, in place of the candidates. */
  readonly named: readonly string[] | undefined;
  /** Whether there is no Windows, and so no lookup domain to know of. */
  readonly isNetwork: boolean;
}

/** Where records are looked for. */
export function candidateDomains({
  client,
  adapters,
  lookup,
  assigned,
  publishList: list,
  named,
  isNetwork,
}: DomainSources): Domains {
  const settings = client.ok
    ? client.value
    : { adDomain: null, primaryDnsSuffix: null, suffixSearchList: [] };
  const connection = connectionSuffixes(adapters.ok ? adapters.value : []);
  const ordinary = ordinaryDomains(client, adapters);
  const lookupDomain = lookup.ok ? lookup.value : null;
  const wanted = domainList(named ?? (lookupDomain === null ? ordinary : [lookupDomain]));
  const candidates = wanted.slice(0, MOST.domains);
  const hidden =
    named === undefined && lookupDomain !== null
      ? ordinary.filter((domain) => !candidates.includes(domain)).slice(0, MOST.domains)
      : [];
  const isWorkgroup = client.ok && settings.adDomain === null;
  const besides = domainList([
    ...candidates.flatMap(parentDomains),
    // Those of a workgroup are candidates themselves.
    ...(isWorkgroup ? [] : connection),
    assigned.ok && assigned.value !== null ? domainOf(assigned.value.host) : null,
    ...hidden,
  ]).filter((domain) => !candidates.includes(domain));
  const others = besides.slice(0, MOST.domains - candidates.length);
  const own = domainList([settings.primaryDnsSuffix ?? settings.adDomain]);
  const publish = domainList([...own, ...(list.ok ? publishDomains(list.value) : [])]);
  const leftOut = wanted.length - candidates.length + besides.length - others.length;
  return {
    candidates,
    others,
    shadowedDomains: hidden,
    lookupDomain,
    suffixes: domainList([...ordinary, ...connection]).slice(0, MOST.domains),
    complete:
      leftOut === 0 &&
      (named !== undefined ||
        (client.ok &&
          adapters.ok &&
          // Where there is no Windows, there is no lookup domain to know of.
          (lookup.ok || isNetwork))),
    publish: publish.slice(0, MOST.domains),
    leftOut,
  };
}

/**
 * Where records are looked for when neither Windows nor the person says otherwise: the suffixes of the PC, and
 * in a workgroup those of its connections.
 */
export function ordinaryDomains(
  client: Result<DnsClientSettings>,
  adapters: Result<readonly Adapter[]>,
): string[] {
  // Whether this is a workgroup PC, whose connection suffixes count, is known only with its settings.
  if (!client.ok) return [];
  const { primaryDnsSuffix, adDomain, suffixSearchList } = client.value;
  return domainList([
    primaryDnsSuffix,
    adDomain,
    ...suffixSearchList,
    ...(adDomain === null && adapters.ok ? connectionSuffixes(adapters.value) : []),
  ]);
}

/** Whether the PC's own domains have no names that can be asked for, so that it would seem to have none, or others. */
export function hidesDomains({
  adDomain,
  primaryDnsSuffix,
  suffixSearchList,
}: DnsClientSettings): boolean {
  const own = [adDomain, primaryDnsSuffix].flatMap((domain) => domain || []);
  if (own.length > 0) return !own.every(isHostName);
  return suffixSearchList.length > 0 && !suffixSearchList.some(isHostName);
}

function connectionSuffixes(adapters: readonly Adapter[]): (string | null)[] {
  return adapters.filter(({ up }) => up).map(({ connectionSuffix }) => connectionSuffix);
}

function domainList(domains: readonly (string | null)[]): string[] {
  const list = domains
    .filter((domain): domain is string => domain !== null && domain.trim() !== '')
    .map(canonicalName)
    .filter(isHostName);
  return [...new Set(list)];
}

/** The domains of a DnsDomainPublishList, whose lines are `domain[,priority,weight]`. */
export function publishDomains(value: RegistryValue | null): string[] {
  if (value === null) return [];
  const lines =
    value.type === 'REG_MULTI_SZ' ? value.value : value.type === 'REG_DWORD' ? [] : [value.value];
  return domainList(lines.map((line) => line.split(',')[0] ?? ''));
}
