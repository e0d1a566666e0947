/**
 * The snapshot of a run that goes on: the same data as at its end, of which a part that is still outstanding cannot
 * be looked into (outstanding.ts). Records, hosts and addresses stand in the order in which they were asked for,
 * never in that of the answers.
 */
import { KMS_PORT } from '@shared/kms';
import { isDefinite } from '@shared/kms-path';
import { canonicalName, controllersRecordName, isAddress, kmsRecordName } from '@shared/names';
import type { DnsAnswer, DnsServer } from '../computer';
import type { NetworkFacts } from './network-facts';
import {
  byPreference,
  candidateFor,
  candidateOf,
  domainsToAsk,
  type KmsCandidate,
} from './kms-candidates';
import { MOST } from './limits';
import { lazily, soFar, some } from './outstanding';
import {
  toResult,
  failure,
  type AddressLookup,
  type AskedAnswer,
  type ControllersLookup,
  type Domains,
  type NotAsked,
  type Probe,
  type Result,
  type FactSnapshot,
  type SrvLookup,
  type Target,
} from './fact-snapshot';
import {
  addressesLeftOut,
  addressesOf,
  anyServerAnswersFor,
  effectiveRecords,
  reachabilityOf,
  recordsIn,
} from './answers';

/** A host, and whether the resolver alone speaks for it. */
interface NamedHost {
  readonly candidate: KmsCandidate;
  readonly byResolver: boolean;
}

/** The hosts that the records of candidate domains name. */
interface Named {
  /** In the first domain that has a record. */
  readonly first: readonly NamedHost[];
  /** In later ones alone. */
  readonly later: readonly NamedHost[];
}

const readings = new WeakMap<Promise<unknown>, Promise<Result<unknown>>>();
const answers = new WeakMap<Promise<DnsAnswer>, Promise<AskedAnswer>>();

/** A fact that may have failed, as far as it is known. */
function reading<T>(fact: Promise<T>): Result<T> {
  const known = readings.get(fact) ?? toResult(fact);
  readings.set(fact, known);
  return soFar(known as Promise<Result<T>>);
}

/** What became of a question to a server, as far as it is known. */
function answer(question: Promise<DnsAnswer>): AskedAnswer {
  const known = answers.get(question) ?? question.catch(notAsked);
  answers.set(question, known);
  return soFar(known);
}

/** The snapshot as far as it is known; every question in it is put when its part is first looked for. */
export function partialSnapshot(facts: NetworkFacts): FactSnapshot {
  const serverList = (): readonly DnsServer[] => listOf(reading(facts.servers()));
  const { resolverTakesPart } = facts;

  const lookupIn = (domain: string | null, domains: Domains): SrvLookup => {
    const name = kmsRecordName(domain);
    const role = roleOf(domain, domains);
    const servers = serverList().map((server) => ({
      server,
      answer: answer(facts.query(server, name, 'SRV')),
    }));
    const isAsked = (): boolean =>
      resolverTakesPart && (role === 'candidate' || !anyServerAnswersFor(snapshot.lookups));
    return lazily<SrvLookup>({
      domain: () => domain,
      role: () => role,
      servers: () => servers,
      resolver: () => (isAsked() ? reading(facts.resolve(name, 'SRV')) : null),
    });
  };

  /**
   * @param all how many targets there are
   * @param most how many of its addresses are tried
   */
  const targetOf = (
    { candidate: { host, port, names }, byResolver }: NamedHost,
    all: number,
    most: number = MOST.addresses,
  ): Target => {
    const servers = serverList();
    const lookups = names.map((name): AddressLookup => ({
      host: name,
      servers: servers.map((server) => ({
        server,
        a: answer(facts.query(server, name, 'A')),
        aaaa: answer(facts.query(server, name, 'AAAA')),
      })),
      resolver: resolverTakesPart ? reading(facts.resolveAddresses(name)) : null,
    }));
    const addresses = (): readonly string[] =>
      names.length === 0 && isAddress(host) ? [host] : addressesOf(lookups, byResolver);
    const isFollowed = most === MOST.addresses;
    const probesAt = (at: number): Probe[] =>
      addresses()
        .slice(0, most)
        .map((address, index) => probe(address, at, index === 0 && isFollowed ? 0 : all));
    const target: Target = lazily<Target>({
      host: () => host,
      port: () => port,
      byResolver: () => byResolver,
      lookups: () => lookups,
      probes: () => probesAt(port),
      standardPort: () =>
        port !== KMS_PORT && isFollowed && reachabilityOf(target) === 'refused'
          ? probesAt(KMS_PORT)
          : [],
    });
    return target;
  };

  const probe = (address: string, port: number, kept: number): Probe => {
    const reach = facts.probeKms(address, port, kept);
    return {
      address,
      port,
      connected: reading(reach.connected),
      answered: reading(reach.answered),
    };
  };

  const inRole = (role: SrvLookup['role']): readonly SrvLookup[] =>
    snapshot.lookups.filter((lookup) => lookup.role === role);
  const namedIn = (lookups: readonly SrvLookup[]): NamedHost[] =>
    lookups.flatMap((lookup) => {
      const byResolver = !isAtServer(lookup);
      return byPreference(effectiveRecords(lookup, snapshot.lookups)).map(({ target, port }) => ({
        candidate: candidateFor(target, port),
        byResolver,
      }));
    });
  const isAtServer = ({ servers }: SrvLookup): boolean =>
    some(servers, ({ answer: said }) => recordsIn(said).length > 0);
  const hasRecord = (lookup: SrvLookup): boolean =>
    isAtServer(lookup) || effectiveRecords(lookup, snapshot.lookups).length > 0;
  const named: Named = lazily<Named>({
    first: () => {
      const first = inRole('candidate').find(hasRecord);
      return first === undefined ? [] : distinct(namedIn([first]), []);
    },
    later: () => distinct(namedIn(inRole('candidate')), named.first),
  });

  /** Whether a server that answers has no record where another one has it: is it one of the organization's own? */
  const mayDisagree = (): boolean => {
    const candidates = inRole('candidate').flatMap(({ servers }) => servers);
    const having = candidates.filter((one) => recordsIn(one.answer).length > 0);
    return some(
      candidates,
      ({ server, answer: said }) =>
        isDefinite(said) && having.length > 0 && having.every((one) => one.server !== server),
    );
  };

  const controllersOf = (): ControllersLookup | null => {
    const client = reading(facts.dnsClient());
    if (!client.ok || client.value.adDomain === null) return null;
    const isPublished = some(inRole('candidate'), hasRecord);
    if (facts.computer.diagnosedAs === 'network' || (isPublished && !mayDisagree())) return null;
    const domain = canonicalName(client.value.adDomain);
    const name = controllersRecordName(domain);
    // Who has not answered the question for the record would be waited for once more.
    const answering = serverList().filter((server) =>
      some(snapshot.lookups, ({ servers }) =>
        some(servers, (one) => one.server === server && one.answer.outcome === 'answered'),
      ),
    );
    const servers = answering.map((server) => ({
      server,
      answer: answer(facts.query(server, name, 'SRV')),
    }));
    return {
      domain,
      servers,
      resolver: resolverTakesPart ? reading(facts.resolve(name, 'SRV')) : null,
    };
  };

  const inQuestion = (): readonly KmsCandidate[] => {
    const others = [...inRole('other'), ...inRole('bare'), ...inRole('publish')].flatMap((lookup) =>
      namedIn([lookup]),
    );
    const known = [...named.first, ...named.later].map(({ candidate }) => candidate);
    const assigned = reading(facts.assignedCandidate());
    if (assigned.ok && assigned.value !== null) known.push(assigned.value);
    const seen = new Set(known.map(keyOf));
    return [
      ...listOf(reading(facts.expectedHosts())).flatMap((text) => candidateOf(text)),
      ...listOf(reading(facts.cachedHosts())),
      ...others.map(({ candidate }) => candidate),
      ...listOf(reading(facts.hostsOfThePast())),
    ]
      .filter((candidate) => {
        const key = keyOf(candidate);
        return seen.has(key) ? false : seen.add(key);
      })
      .slice(0, MOST.inQuestion);
  };

  const snapshot: FactSnapshot = lazily<FactSnapshot>({
    now: () => facts.computer.now().toISOString(),
    diagnosedAs: () => facts.computer.diagnosedAs,
    system: () => reading(facts.system()),
    adapters: () => reading(facts.adapters()),
    dnsClient: () => reading(facts.dnsClient()),
    dnsPolicies: () => reading(facts.dnsPolicies()),
    dnsTools: () => reading(facts.dnsTools()),
    service: () => reading(facts.service()),
    licence: () => reading(facts.licence()),
    products: () => reading(facts.products()),
    kmsClient: () => reading(facts.kmsClient()),
    sppsvc: () => reading(facts.sppsvc()),
    events: () => reading(facts.events()),
    clock: () => reading(facts.clock()),
    vbscript: () => reading(facts.vbscript()),
    firewallRule: () => reading(facts.firewallRule()),
    outboundBlocked: () => reading(facts.outboundBlocked()),
    disableDnsPublishing: () => reading(facts.registry('DisableDnsPublishing')),
    publishList: () => reading(facts.registry('DnsDomainPublishList')),
    legacyValues: () => reading(facts.legacyValues()),
    assignment: () => reading(facts.assignment()),
    activationType: () => reading(facts.activationType()),
    places: () => reading(facts.places()),
    domains: () => reading(facts.domains()),
    servers: () => reading(facts.servers()),
    serversLeftOut: () =>
      Math.max(0, listOf(reading(facts.configuredServers())).length - MOST.servers),
    resolverTakesPart: () => resolverTakesPart,
    lookups: () => {
      const domains = soFar(facts.domains());
      return domainsToAsk(domains).map((domain) => lookupIn(domain, domains));
    },
    controllers: controllersOf,
    targets: () => {
      const followed = named.first.slice(0, MOST.targets);
      return followed.map((host) => targetOf(host, followed.length));
    },
    laterTargets: () =>
      named.later
        .slice(0, Math.max(0, MOST.targets - named.first.length))
        .map((host) => targetOf(host, MOST.targets)),
    targetsLeftOut: () =>
      Math.max(0, named.first.length - MOST.targets) +
      snapshot.targets.filter((target) => addressesLeftOut(target) > 0).length,
    assignedTarget: () => {
      const candidate = reading(facts.assignedCandidate());
      // Whoever resolves an assigned name, Windows gets there: a hosts file is as good as a server.
      return candidate.ok && candidate.value !== null
        ? targetOf({ candidate: candidate.value, byResolver: true }, MOST.targets)
        : null;
    },
    hostsInQuestion: () =>
      inQuestion().map((candidate) =>
        targetOf({ candidate, byResolver: true }, MOST.targets, MOST.addressesInQuestion),
      ),
    ownPort: () => listOf(reading(facts.ownPort())),
  });
  return snapshot;
}

const keyOf = ({ host, port }: KmsCandidate): string => `${host}#${port}`;

/** Each host once, less those that are known already. */
function distinct(hosts: readonly NamedHost[], known: readonly NamedHost[]): NamedHost[] {
  const seen = new Set(known.map(({ candidate }) => keyOf(candidate)));
  return hosts.filter(({ candidate }) => {
    const key = keyOf(candidate);
    return seen.has(key) ? false : seen.add(key);
  });
}

function listOf<T>(list: Result<readonly T[]>): readonly T[] {
  return list.ok ? list.value : [];
}

/** A question that could not be put says nothing of the server. */
function notAsked(error: unknown): NotAsked {
  const { reason, said } = failure(error);
  return { outcome: 'unread', reason, ms: null, detail: said };
}

function roleOf(domain: string | null, domains: Domains): SrvLookup['role'] {
  if (domain === null) return 'bare';
  if (domains.candidates.includes(domain)) return 'candidate';
  return domains.others.includes(domain) ? 'other' : 'publish';
}
