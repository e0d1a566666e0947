/**
 * The situation of a run that goes on: the same data as at its end, of which a part that is still outstanding cannot
 * be looked into (outstanding.ts). Records, hosts and addresses stand in the order in which they were asked for,
 * never in that of the answers.
 */
import { isAddress, kmsRecordName } from '@shared/names';
import type { DnsAnswer, DnsServer } from '../computer';
import type { NetworkFacts } from './network-facts';
import { byPreference, candidateFor, domainsToAsk, type KmsCandidate } from './kms-candidates';
import { MOST } from './limits';
import { lazily, soFar } from './outstanding';
import {
  addressesLeftOut,
  addressesOf,
  anyServerAnswersFor,
  toResult,
  srvRecords,
  failure,
  type AddressLookup,
  type AskedAnswer,
  type Domains,
  type NotAsked,
  type Probe,
  type Result,
  type FactSnapshot,
  type SrvLookup,
  type Target,
} from './fact-snapshot';

/** What the records of the candidate domains name, and whether a server is among those who say so. */
interface Named {
  readonly kmsCandidates: readonly KmsCandidate[];
  readonly answered: boolean;
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

/** The situation as far as it is known; every question in it is put when its part is first looked for. */
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
      resolverTakesPart && (role === 'candidate' || !anyServerAnswersFor(situation.lookups));
    return lazily<SrvLookup>({
      domain: () => domain,
      role: () => role,
      servers: () => servers,
      resolver: () => (isAsked() ? reading(facts.resolve(name, 'SRV')) : null),
    });
  };

  /**
   * @param byResolver whether an address that only the resolver has is one
   * @param all how many targets there are
   */
  const targetOf = (
    { host, port, names }: KmsCandidate,
    byResolver: boolean,
    all: number,
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
    return lazily<Target>({
      host: () => host,
      port: () => port,
      lookups: () => lookups,
      probes: () =>
        addresses()
          .slice(0, MOST.addresses)
          .map((address, index) => probe(address, port, index === 0 ? 0 : all)),
    });
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

  // The servers' records count, or, where none answers, the resolver's.
  const named: Named = lazily<Named>({
    answered: () => anyServerAnswersFor(situation.lookups),
    kmsCandidates: () => {
      const candidates = situation.lookups.filter(({ role }) => role === 'candidate');
      const lists = named.answered
        ? candidates.flatMap(({ servers }) =>
            servers.map((asked) =>
              asked.answer.outcome === 'answered' ? asked.answer.answers : [],
            ),
          )
        : candidates.map(({ resolver }) => (resolver?.ok === true ? resolver.value.records : []));
      const distinct = new Map<string, KmsCandidate>();
      for (const records of lists) {
        for (const { target, port } of byPreference(srvRecords(records))) {
          const candidate = candidateFor(target, port);
          const key = `${candidate.host}#${port}`;
          if (!distinct.has(key)) distinct.set(key, candidate);
        }
      }
      return [...distinct.values()];
    },
  });

  const situation: FactSnapshot = lazily<FactSnapshot>({
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
    targets: () => {
      const followed = named.kmsCandidates.slice(0, MOST.targets);
      return followed.map((candidate) => targetOf(candidate, !named.answered, followed.length));
    },
    targetsLeftOut: () =>
      Math.max(0, named.kmsCandidates.length - MOST.targets) +
      situation.targets.filter((target) => addressesLeftOut(target) > 0).length,
    assignedTarget: () => {
      const candidate = reading(facts.assignedCandidate());
      // Whoever resolves an assigned name, Windows gets there: a hosts file is as good as a server.
      return candidate.ok && candidate.value !== null
        ? targetOf(candidate.value, true, MOST.targets)
        : null;
    },
    ownPort: () => listOf(reading(facts.ownPort())),
  });
  return situation;
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
