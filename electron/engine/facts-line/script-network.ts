/** Converts the fleet script's results from DNS servers, the resolver and ports to a scenario's. */
import { REASON_CODES, type ReasonCode } from '@shared/diagnosis';
import { srvRecords } from '@shared/kms-path';
import { decodeEvent, fieldOf } from '@shared/events';
import { canonicalName, formatEndpoint, isAddress, kmsRecordName, parsePort } from '@shared/names';
import { lookUp } from '@shared/look-up';
import { dnsFact, type ScenarioFile, type ScenarioPart } from '@shared/scenario';
import type {
  Adapter,
  CimRow,
  DnsClientSettings,
  DnsRecord,
  RecordType,
  ResolverAnswer,
} from '../computer';
import { recordsIn } from '../facts/answers';
import { candidateDomains, defaultDomains, type DomainSources } from '../facts/candidate-domains';
import type { QueryResult } from '../facts/fact-types';
import { candidateFor, candidateOf, domainsToAsk } from '../facts/kms-candidates';
import { RUN_LIMITS } from '../facts/limits';
import {
  cacheOf,
  recordServer,
  type Asked,
  type QueryResults,
  type Question,
} from '../snapshot/servers';
import { eventsOf, type Answers, type Unread } from './script-schema';

/** Connection results by letter. A connection that was accepted and then cut counts as silent. */
const PORTS = {
  k: 'kms',
  r: 'refused',
  f: 'filtered',
  n: 'no-route',
  s: 'silent',
  c: 'silent',
  o: 'other-rpc',
  x: 'not-rpc',
} as const;

const OUTCOMES = { s: 'silent', c: 'closed', g: 'garbled', u: 'unreachable' } as const;

/** DNS response codes by number (RFC 1035 §4.1.1). */
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

/** A query in the script's list of queries. */
interface Named extends Question {
  /** Index of the query in the script's list, which its answers share; `named` has the gaps removed. */
  readonly scriptIndex: number;
}

const RECORD_TYPES: readonly RecordType[] = ['SRV', 'A', 'AAAA'];

/** Inputs that the network queries are derived from. */
export interface Sources {
  readonly adapters: readonly Adapter[];
  readonly settings: DnsClientSettings;
  /** Rows of the products and of the licensing service. */
  readonly rows: readonly CimRow[];
  /** What a KMS service last reported; null if that's unknown. */
  readonly kms: ScenarioPart<'hosts'>[string]['kms'] | null;
  /** Receives queries that weren't sent or got no usable answer. */
  readonly unread: Unread;
}

/** Returns the network of a case, and marks what wasn't queried as unread. */
export function networkOf(said: Answers, sources: Sources): Pick<ScenarioFile, 'dns' | 'hosts'> {
  const { unread } = sources;
  const domains = domainsOf(said, sources);
  const asked = new Set<string>();
  const named = (said.q ?? []).flatMap((text, scriptIndex): Named[] => {
    const [spelled = '', word = ''] = text.split(' ');
    const type = RECORD_TYPES.find((one) => one === word);
    if (type === undefined) return [];
    const name = canonicalName(spelled);
    return [{ name, type, besides: type === 'SRV' && !domains.candidates.has(name), scriptIndex }];
  });
  const byServer = (said.d ?? []).slice(0, RUN_LIMITS.servers).flatMap(([address, ...answers]) => {
    if (typeof address !== 'string' || !isAddress(address)) return [];
    const server = { address, port: 53 };
    const own = named.map((question): Asked => {
      const answer = answerOf(question.name, answers[question.scriptIndex] ?? null);
      const fact = dnsFact(server, question.name, question.type);
      asked.add(fact);
      if (answer.outcome === 'unread') unread[fact] ??= answer.reason;
      return { ...question, answer };
    });
    return [{ server, own }];
  });
  const questions = named.map((question, index): QueryResults => ({
    ...question,
    asked: byServer.flatMap(({ own }) => own[index] ?? []),
    resolver: resolverAnswer(question, said.z?.[question.scriptIndex] ?? null),
  }));
  noteResolver(said, named, unread);
  const ofKms = questions.filter(({ name }) => domains.all.has(name));
  const hosts = hostsToAsk(said, sources.rows, ofKms);
  // A server would otherwise seem to lack the records that a diagnosis needs and the script didn't query.
  for (const { server } of byServer) {
    const needed = [
      ...[...domains.all].map((name) => dnsFact(server, name, 'SRV')),
      ...hosts.flatMap((name) => ['A', 'AAAA'].map((type) => dnsFact(server, name, type))),
    ];
    for (const fact of needed) if (!asked.has(fact)) unread[fact] = 'not-asked';
  }
  return {
    dns: {
      ...(said.d && {
        servers: Object.fromEntries(
          byServer.map(({ server, own }) => [
            server.address,
            recordServer(own, sources.settings.adDomain, false),
          ]),
        ),
      }),
      resolverCache: cacheOf(questions, unread['adapters'] === undefined),
    },
    ...(said.p && { hosts: hostsOf(said.p, sources) }),
  };
}

/**
 * Returns the names of records that Windows looks up, and of all records that a diagnosis looks up, for any lookup
 * domain that may apply.
 */
function domainsOf(
  { r = {} }: Answers,
  { adapters, settings, rows }: Sources,
): { readonly candidates: ReadonlySet<string>; readonly all: ReadonlySet<string> } {
  const places = Object.values(r);
  const textsOf = (letter: string, column: string): string[] =>
    [...places.map((values) => values[letter]), ...rows.map((row) => row[column])]
      .filter((value): value is string => typeof value === 'string' && value.trim() !== '')
      .slice(0, RUN_LIMITS.inQuestion);
  const list = r['s']?.['l'];
  const sources = (lookup: string | null, host: string | null): DomainSources => ({
    client: settings,
    adapters,
    lookup: { ok: true, value: lookup },
    assigned:
      host === null ? null : { place: 'service', host, port: 0, isAddress: isAddress(host) },
    publishList: Array.isArray(list) ? { type: 'REG_MULTI_SZ', value: list } : null,
    named: undefined,
    isNetwork: false,
  });
  const lookups = textsOf('k', 'KeyManagementServiceLookupDomain');
  const hosts = textsOf('n', 'KeyManagementServiceMachine');
  const every = [null, ...lookups].flatMap((lookup) =>
    [null, ...hosts].map((host) => candidateDomains(sources(lookup, host))),
  );
  const ordinary = defaultDomains(settings, adapters);
  const candidates = [...ordinary, ...lookups.map(canonicalName)];
  return {
    candidates: new Set(candidates.map(kmsRecordName)),
    all: new Set(every.flatMap(domainsToAsk).map(kmsRecordName)),
  };
}

/** Parses the script's result of a query to a server. */
function answerOf(name: string, said: string | null): QueryResult {
  const unread = (reason: ReasonCode): QueryResult => ({
    outcome: 'unread',
    reason,
    ms: null,
    detail: null,
  });
  if (said === null) return unread('not-asked');
  // An empty string means that there was no time left.
  if (said === '') return unread('timed-out');
  const rcode = /^\d{1,4}(?=\||$)/.exec(said)?.[0];
  if (rcode === undefined) {
    const outcome = lookUp(OUTCOMES, said);
    return outcome === undefined ? unread('tool-failed') : { outcome, ms: 0, detail: null };
  }
  return {
    outcome: 'answered',
    rcode: RCODES[Number(rcode)] ?? `RCODE_${rcode}`,
    authoritative: false,
    truncated: false,
    transport: 'udp',
    answers: recordsOf(name, said),
    additionals: [],
    ms: 0,
  };
}

/** Whether a string can be a DNS name, in which unprintable characters are escaped. */
const isDnsName = (name: string): boolean => name === '.' || /^(?!\.)[!-~]{1,253}$/.test(name);

/** Parses the records after a response code: type, data, and the owner if it isn't the queried name. */
function recordsOf(name: string, said: string): DnsRecord[] {
  return said
    .split('|')
    .slice(1)
    .flatMap((record): DnsRecord[] => {
      const [data = '', owner = name] = record.split(' @');
      const [type = '', ...words] = data.split(' ');
      const common = { name: canonicalName(owner), ttl: null };
      const [first = '', weight = '', port = '', target = ''] = words;
      if (!isDnsName(common.name)) return [];
      switch (type) {
        case 'A':
        case '6':
          return isAddress(first)
            ? [{ type: type === 'A' ? 'A' : 'AAAA', ...common, address: first }]
            : [];
        case 'C':
          return isDnsName(first)
            ? [{ type: 'CNAME', ...common, target: canonicalName(first) }]
            : [];
        case 'S': {
          const numbers = { priority: Number(first), weight: Number(weight), port: Number(port) };
          const isWhole = Object.values(numbers).every((one) => one >= 0 && one <= 0xffff);
          return isWhole && isDnsName(target)
            ? [{ type: 'SRV', ...common, ...numbers, target: canonicalName(target) }]
            : [];
        }
        default:
          return [];
      }
    });
}

function resolverAnswer({ name, type }: Question, said: string | null): ResolverAnswer | null {
  if (said === null || said.startsWith('!')) return null;
  const records = said.startsWith('0') ? recordsOf(name, said) : [];
  const isFound = records.some((record) => record.type === type);
  return { records: isFound ? records : [], error: isFound ? null : 'DNS_INFO_NO_RECORDS', ms: 0 };
}

/**
 * Marks failed resolver queries as unread. If all failed, the resolver wouldn't have answered any other query either.
 */
function noteResolver({ z: said = [] }: Answers, named: readonly Named[], unread: Unread): void {
  const failed = said.filter((one) => one?.startsWith('!') ?? false);
  const whole = failed.length > 0 && said.every((one) => one?.startsWith('!') ?? true);
  if (whole) unread['resolver'] ??= reasonIn(failed[0] ?? '');
  for (const { name, type, scriptIndex } of named) {
    const one = said[scriptIndex] ?? null;
    if (whole || (one !== null && !one.startsWith('!'))) continue;
    unread[`resolver/${name}/${type}`] = one === null ? 'not-asked' : reasonIn(one);
  }
}

function reasonIn(said: string): ReasonCode {
  return REASON_CODES.find((code) => code === said.slice(1)) ?? 'tool-failed';
}

/** Maximum number of host names whose addresses a diagnosis queries, including the assigned host with each suffix. */
const MAX_NAMES = 2 * RUN_LIMITS.targets;

/** Returns the names of the hosts whose addresses a diagnosis queries. */
function hostsToAsk(
  said: Answers,
  rows: readonly CimRow[],
  ofKms: readonly QueryResults[],
): string[] {
  const targets = ofKms.flatMap(({ asked, resolver }) =>
    [
      ...asked.flatMap(({ answer }) => recordsIn(answer)),
      ...srvRecords(resolver?.records ?? []),
    ].map(({ target, port }) => candidateFor(target, port)),
  );
  const others = [
    ...rows.flatMap((row) => [
      row['DiscoveredKeyManagementServiceMachineName'],
      row['KeyManagementServiceMachine'],
    ]),
    ...Object.values(said.r ?? {}).map((values) => values['n']),
    ...(said.h ?? []),
    ...eventsOf(said).map((event) => {
      const decoded = event.id === 12288 ? decodeEvent(event) : null;
      return decoded?.code === 0 ? fieldOf(decoded, 'host') : null;
    }),
  ].flatMap((host) => (typeof host === 'string' ? candidateOf(host) : []));
  const names = new Set([...targets, ...others].flatMap((host) => host.names));
  return [...names].slice(0, MAX_NAMES);
}

function hostsOf(
  ports: readonly string[],
  { unread, kms }: Pick<Sources, 'unread' | 'kms'>,
): ScenarioPart<'hosts'> {
  const hosts: ScenarioPart<'hosts'> = {};
  for (const one of ports) {
    const [address = '', number = '', letter = ''] = one.split(' ');
    const port = parsePort(number);
    if (port === null || !isAddress(address)) continue;
    const met = lookUp(PORTS, letter);
    if (met === undefined) {
      unread[`port/${formatEndpoint(address, port)}`] = letter === '' ? 'timed-out' : 'tool-failed';
    }
    const host = hosts[address] ?? { ping: false };
    hosts[address] = {
      ...host,
      ports: { ...host.ports, [port]: met ?? 'filtered' },
      ...(met === 'kms' && kms !== null && { kms }),
    };
  }
  return hosts;
}
