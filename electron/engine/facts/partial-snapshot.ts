/**
 * The situation of a run that goes on: the same data as at its end, of which a part that is still outstanding cannot
 * be looked into (outstanding.ts). Records, hosts and addresses stand in the order in which they were asked for,
 * never in that of the answers.
 */
import { isAddress, kmsRecordName } from '@shared/names';
import type { DnsAnswer, DnsServer } from '../computer';
import type { FactSource } from './fact-source';
import { byPreference, candidateFor, domainsToAsk, type KmsCandidate } from './kms-candidates';
import { lazily, soFar } from './outstanding';
import {
  addressesIn,
  anyServerAnswersFor,
  MAX_TARGETS,
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
export function partialSnapshot(facts: FactSource): FactSnapshot {
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

  /** @param byResolver whether an address that only the resolver has is one */
  const targetOf = ({ host, port, names }: KmsCandidate, byResolver: boolean): Target => {
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
    return lazily<Target>({
      host: () => host,
      port: () => port,
      lookups: () => lookups,
      probes: () =>
        (names.length === 0 && isAddress(host) ? [host] : addressesOf(lookups, byResolver)).map(
          (address) => probe(address, port),
        ),
    });
  };

  const probe = (address: string, port: number): Probe => {
    const reach = facts.probeKms(address, port);
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
    diagnosedAs: () => facts.computer.diagnosedAs,
    system: () => reading(facts.system()),
    adapters: () => reading(facts.adapters()),
    dnsClient: () => reading(facts.dnsClient()),
    service: () => reading(facts.service()),
    licence: () => reading(facts.licence()),
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
    domains: () => reading(facts.domains()),
    servers: () => reading(facts.servers()),
    resolverTakesPart: () => resolverTakesPart,
    lookups: () => {
      const domains = soFar(facts.domains());
      return domainsToAsk(domains).map((domain) => lookupIn(domain, domains));
    },
    targets: () =>
      named.kmsCandidates
        .slice(0, MAX_TARGETS)
        .map((candidate) => targetOf(candidate, !named.answered)),
    targetsLeftOut: () => Math.max(0, named.kmsCandidates.length - MAX_TARGETS),
    assignedTarget: () => {
      const candidate = reading(facts.assignedCandidate());
      // Whoever resolves an assigned name, Windows gets there: a hosts file is as good as a server.
      return candidate.ok && candidate.value !== null ? targetOf(candidate.value, true) : null;
    },
    ownPort: () => listOf(reading(facts.ownPort())),
  });
  return situation;
}

function addressesOf(lookups: readonly AddressLookup[], byResolver: boolean): readonly string[] {
  const atServers = lookups.flatMap(({ servers }) =>
    servers
      .flatMap(({ a, aaaa }) => [a, aaaa])
      .flatMap((said) => (said.outcome === 'answered' ? addressesIn(said.answers) : [])),
  );
  if (atServers.length > 0 || !byResolver) return [...new Set(atServers)];
  const atResolver = lookups.flatMap(({ resolver }) =>
    resolver?.ok === true
      ? addressesIn([...resolver.value.a.records, ...resolver.value.aaaa.records])
      : [],
  );
  return [...new Set(atResolver)];
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
