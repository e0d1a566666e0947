/**
 * The situation of a run that goes on: the same data as at its end, of which a part that is still outstanding cannot
 * be looked into (outstanding.ts). Records, hosts and addresses stand in the order in which they were asked for,
 * never in that of the answers.
 */
import { canonicalName, isAddress, isHostName, kmsRecordName } from '@shared/names';
import type { DnsAnswer, DnsServer } from './computer';
import type { Facts } from './facts';
import { lazily, soFar } from './outstanding';
import {
  addressesIn,
  anyServerAnswersFor,
  MAX_TARGETS,
  settle,
  srvRecords,
  unread,
  type AddressLookup,
  type AskedAnswer,
  type Domains,
  type NotAsked,
  type Probe,
  type Reading,
  type Situation,
  type SrvLookup,
  type Target,
} from './situation';

/** A host to be looked up and tried. */
export interface Hunt {
  readonly host: string;
  readonly port: number;
  /** Names under which it may have an address; none where it is an address itself. */
  readonly names: readonly string[];
}

/** The host that a record names. */
export function huntFor(target: string, port: number): Hunt {
  const host = canonicalName(target);
  return { host, port, names: isHostName(host) ? [host] : [] };
}

/** Records in the order in which they are tried (RFC 2782). */
export function byPreference<R extends { readonly priority: number; readonly weight: number }>(
  records: readonly R[],
): R[] {
  return [...records].sort((a, b) => a.priority - b.priority || b.weight - a.weight);
}

/** The domains in which the record is asked for; null for the bare name. */
export function domainsToAsk({ candidates, others, publish }: Domains): (string | null)[] {
  const besides = publish.filter(
    (domain) => !candidates.includes(domain) && !others.includes(domain),
  );
  return [...candidates, ...others, ...besides, null];
}

/** What the records of the candidate domains name, and whether a server is among those who say so. */
interface Named {
  readonly hunts: readonly Hunt[];
  readonly answered: boolean;
}

const readings = new WeakMap<Promise<unknown>, Promise<Reading<unknown>>>();
const answers = new WeakMap<Promise<DnsAnswer>, Promise<AskedAnswer>>();

/** A fact that may have failed, as far as it is known. */
function reading<T>(fact: Promise<T>): Reading<T> {
  const known = readings.get(fact) ?? settle(fact);
  readings.set(fact, known);
  return soFar(known as Promise<Reading<T>>);
}

/** What became of a question to a server, as far as it is known. */
function answer(question: Promise<DnsAnswer>): AskedAnswer {
  const known = answers.get(question) ?? question.catch(notAsked);
  answers.set(question, known);
  return soFar(known);
}

/** The situation as far as it is known; every question in it is put when its part is first looked for. */
export function situationSoFar(facts: Facts): Situation {
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
  const targetOf = ({ host, port, names }: Hunt, byResolver: boolean): Target => {
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
    const reach = facts.reach(address, port);
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
    hunts: () => {
      const candidates = situation.lookups.filter(({ role }) => role === 'candidate');
      const lists = named.answered
        ? candidates.flatMap(({ servers }) =>
            servers.map((asked) =>
              asked.answer.outcome === 'answered' ? asked.answer.answers : [],
            ),
          )
        : candidates.map(({ resolver }) => (resolver?.read === true ? resolver.value.records : []));
      const distinct = new Map<string, Hunt>();
      for (const records of lists) {
        for (const { target, port } of byPreference(srvRecords(records))) {
          const hunt = huntFor(target, port);
          const key = `${hunt.host}#${port}`;
          if (!distinct.has(key)) distinct.set(key, hunt);
        }
      }
      return [...distinct.values()];
    },
  });

  const situation: Situation = lazily<Situation>({
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
    targets: () => named.hunts.slice(0, MAX_TARGETS).map((hunt) => targetOf(hunt, !named.answered)),
    targetsLeftOut: () => Math.max(0, named.hunts.length - MAX_TARGETS),
    assignedTarget: () => {
      const hunt = reading(facts.assignedHunt());
      // Whoever resolves an assigned name, Windows gets there: a hosts file is as good as a server.
      return hunt.read && hunt.value !== null ? targetOf(hunt.value, true) : null;
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
    resolver?.read === true
      ? addressesIn([...resolver.value.a.records, ...resolver.value.aaaa.records])
      : [],
  );
  return [...new Set(atResolver)];
}

function listOf<T>(list: Reading<readonly T[]>): readonly T[] {
  return list.read ? list.value : [];
}

/** A question that could not be put says nothing of the server. */
function notAsked(error: unknown): NotAsked {
  const { reason, said } = unread(error);
  return { outcome: 'unread', reason, ms: null, detail: said };
}

function roleOf(domain: string | null, domains: Domains): SrvLookup['role'] {
  if (domain === null) return 'bare';
  if (domains.candidates.includes(domain)) return 'candidate';
  return domains.others.includes(domain) ? 'other' : 'publish';
}
