/** The possible KMS hosts, grouped by source, as far as they're known. */
import { effectiveRecords, isAtServer } from './answers';
import type { FactSnapshot } from './fact-snapshot';
import type { SrvLookup } from './fact-types';
import { byPreference, candidateFor, candidateOf, type KmsCandidate } from './kms-candidates';
import { peekList, peekResult } from './known-so-far';
import { RUN_LIMITS } from './limits';
import type { NetworkFacts } from './network-facts';
import { lazyObject } from './outstanding';

/** A host, and whether only the resolver names it. */
export interface NamedHost extends KmsCandidate {
  readonly byResolver: boolean;
}

/** The hosts to probe, without duplicates. */
interface NamedHosts {
  /** In the first candidate domain that has a record. */
  readonly first: readonly NamedHost[];
  /** Only in later candidate domains. */
  readonly later: readonly NamedHost[];
  /** Named elsewhere: expected, cached, in other domains, or used in the past. */
  readonly inQuestion: readonly NamedHost[];
}

/**
 * Accepts addresses from any source: Windows gets to the host whether a DNS server or a hosts file resolves its name.
 */
export const resolvedByAnySource = (candidate: KmsCandidate): NamedHost => ({
  ...candidate,
  byResolver: true,
});

/** Returns the lookups that have a given role. */
export const lookupsInRole = (
  { lookups }: Pick<FactSnapshot, 'lookups'>,
  role: SrvLookup['role'],
): SrvLookup[] => lookups.filter((lookup) => lookup.role === role);

/** Whether a server or the resolver has the record. */
export const hasRecord = (lookup: SrvLookup, { lookups }: Pick<FactSnapshot, 'lookups'>): boolean =>
  isAtServer(lookup) || effectiveRecords(lookup, lookups).length > 0;

/** Returns the hosts named by the snapshot's records and by this PC. */
export function namedHosts(facts: NetworkFacts, snapshot: FactSnapshot): NamedHosts {
  const inRole = (role: SrvLookup['role']) => lookupsInRole(snapshot, role);
  const namedIn = (lookups: readonly SrvLookup[]): NamedHost[] =>
    lookups.flatMap((lookup) => {
      const byResolver = !isAtServer(lookup);
      return byPreference(effectiveRecords(lookup, snapshot.lookups)).map(({ target, port }) => ({
        ...candidateFor(target, port),
        byResolver,
      }));
    });
  const named: NamedHosts = lazyObject<NamedHosts>({
    first: () => {
      const first = inRole('candidate').find((lookup) => hasRecord(lookup, snapshot));
      return first === undefined ? [] : distinct(namedIn([first]), []);
    },
    later: () => distinct(namedIn(inRole('candidate')), named.first),
    inQuestion: () => {
      const others = namedIn([...inRole('other'), ...inRole('bare'), ...inRole('publish')]);
      const known: KmsCandidate[] = [...named.first, ...named.later];
      const assigned = peekResult(facts.assignedCandidate());
      if (assigned.ok && assigned.value !== null) known.push(assigned.value);
      const hosts = [
        ...peekList(facts.expectedHosts()).flatMap((text) => candidateOf(text)),
        ...peekList(facts.cachedHosts()),
        ...others,
        ...peekList(facts.previousHosts()),
      ];
      return distinct(hosts.map(resolvedByAnySource), known).slice(0, RUN_LIMITS.inQuestion);
    },
  });
  return named;
}

const keyOf = ({ host, port }: KmsCandidate): string => `${host}#${port}`;

/** Removes duplicates and hosts that are already known. */
function distinct(hosts: readonly NamedHost[], known: readonly KmsCandidate[]): NamedHost[] {
  const seen = new Set(known.map(keyOf));
  return hosts.filter((host) => {
    const key = keyOf(host);
    return seen.has(key) ? false : seen.add(key);
  });
}
