/**
 * The snapshot of a run in progress. It has the same data as at the end, but accessing an outstanding part interrupts
 * the caller (outstanding.ts). Records, hosts and addresses are in the order of the queries, never in that of the
 * answers.
 */
import { addressesLeftOut } from './answers';
import { readingsOf, type FactSnapshot } from './fact-snapshot';
import { domainsToAsk } from './kms-candidates';
import { peekList, peekResult } from './known-so-far';
import { RUN_LIMITS } from './limits';
import { resolvedByAnySource, namedHosts } from './named-hosts';
import type { NetworkFacts } from './network-facts';
import { lazyObject, peek } from './outstanding';
import { controllersOf, lookupIn, targetOf } from './partial-lookups';

/** Returns the snapshot as far as it's known. Each part starts its queries on first access. */
export function partialSnapshot(facts: NetworkFacts): FactSnapshot {
  const snapshot: FactSnapshot = lazyObject<FactSnapshot>({
    now: () => facts.computer.now().toISOString(),
    diagnosedAs: () => facts.computer.diagnosedAs,
    ...readingsOf(facts),
    serversLeftOut: () =>
      Math.max(0, peekList(facts.configuredServers()).length - RUN_LIMITS.servers),
    resolverTakesPart: () => facts.resolverTakesPart,
    lookups: () => {
      const domains = peek(facts.domains());
      return domainsToAsk(domains).map((domain) => lookupIn(facts, snapshot, domain, domains));
    },
    controllers: () => controllersOf(facts, snapshot),
    targets: () => {
      const followed = named.first.slice(0, RUN_LIMITS.targets);
      return followed.map((host) => targetOf(facts, host, followed.length));
    },
    laterTargets: () =>
      named.later
        .slice(0, Math.max(0, RUN_LIMITS.targets - named.first.length))
        .map((host) => targetOf(facts, host, RUN_LIMITS.targets)),
    targetsLeftOut: () =>
      Math.max(0, named.first.length - RUN_LIMITS.targets) +
      snapshot.targets.filter((target) => addressesLeftOut(target) > 0).length,
    assignedTarget: () => {
      const candidate = peekResult(facts.assignedCandidate());
      return candidate.ok && candidate.value !== null
        ? targetOf(facts, resolvedByAnySource(candidate.value), RUN_LIMITS.targets)
        : null;
    },
    hostsInQuestion: () =>
      named.inQuestion.map((host) =>
        targetOf(facts, host, RUN_LIMITS.targets, RUN_LIMITS.addressesInQuestion),
      ),
    ownPort: () => peekList(facts.ownPort()),
  });
  const named = namedHosts(facts, snapshot);
  return snapshot;
}
