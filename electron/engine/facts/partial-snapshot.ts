/**
 * The snapshot of a run in progress. It has the same data as at the end, but accessing an outstanding part interrupts
 * the caller (outstanding.ts). Records, hosts and addresses are in the order of the queries, never in that of the
 * answers.
 */
import { addressesLeftOut } from './answers';
import type { FactSnapshot } from './fact-snapshot';
import { domainsToAsk } from './kms-candidates';
import { listSoFar, readSoFar } from './known-so-far';
import { MOST } from './limits';
import { anyhowResolved, namedHosts } from './named-hosts';
import type { NetworkFacts } from './network-facts';
import { lazily, soFar } from './outstanding';
import { controllersOf, lookupIn, targetOf } from './partial-lookups';

/** Returns the snapshot as far as it's known. Each part starts its queries on first access. */
export function partialSnapshot(facts: NetworkFacts): FactSnapshot {
  const snapshot: FactSnapshot = lazily<FactSnapshot>({
    now: () => facts.computer.now().toISOString(),
    diagnosedAs: () => facts.computer.diagnosedAs,
    system: () => readSoFar(facts.system()),
    adapters: () => readSoFar(facts.adapters()),
    dnsClient: () => readSoFar(facts.dnsClient()),
    dnsPolicies: () => readSoFar(facts.dnsPolicies()),
    dnsTools: () => readSoFar(facts.dnsTools()),
    service: () => readSoFar(facts.service()),
    licence: () => readSoFar(facts.licence()),
    products: () => readSoFar(facts.products()),
    kmsClient: () => readSoFar(facts.kmsClient()),
    sppsvc: () => readSoFar(facts.sppsvc()),
    events: () => readSoFar(facts.events()),
    clock: () => readSoFar(facts.clock()),
    vbscript: () => readSoFar(facts.vbscript()),
    firewallRule: () => readSoFar(facts.firewallRule()),
    outboundBlocked: () => readSoFar(facts.outboundBlocked()),
    disableDnsPublishing: () => readSoFar(facts.registry('DisableDnsPublishing')),
    publishList: () => readSoFar(facts.registry('DnsDomainPublishList')),
    legacyValues: () => readSoFar(facts.legacyValues()),
    assignment: () => readSoFar(facts.assignment()),
    activationType: () => readSoFar(facts.activationType()),
    places: () => readSoFar(facts.places()),
    domains: () => readSoFar(facts.domains()),
    servers: () => readSoFar(facts.servers()),
    serversLeftOut: () => Math.max(0, listSoFar(facts.configuredServers()).length - MOST.servers),
    resolverTakesPart: () => facts.resolverTakesPart,
    lookups: () => {
      const domains = soFar(facts.domains());
      return domainsToAsk(domains).map((domain) => lookupIn(facts, snapshot, domain, domains));
    },
    controllers: () => controllersOf(facts, snapshot),
    targets: () => {
      const followed = named.first.slice(0, MOST.targets);
      return followed.map((host) => targetOf(facts, host, followed.length));
    },
    laterTargets: () =>
      named.later
        .slice(0, Math.max(0, MOST.targets - named.first.length))
        .map((host) => targetOf(facts, host, MOST.targets)),
    targetsLeftOut: () =>
      Math.max(0, named.first.length - MOST.targets) +
      snapshot.targets.filter((target) => addressesLeftOut(target) > 0).length,
    assignedTarget: () => {
      const candidate = readSoFar(facts.assignedCandidate());
      return candidate.ok && candidate.value !== null
        ? targetOf(facts, anyhowResolved(candidate.value), MOST.targets)
        : null;
    },
    hostsInQuestion: () =>
      named.inQuestion.map((host) => targetOf(facts, host, MOST.targets, MOST.addressesInQuestion)),
    ownPort: () => listSoFar(facts.ownPort()),
  });
  const named = namedHosts(facts, snapshot);
  return snapshot;
}
