/** Records what DNS servers and the system resolver returned in the scenario format: records, and failing servers. */
import type { Diagnosis } from '@shared/diagnosis';
import { isConclusive } from '@shared/kms-path';
import { controllersRecordName, formatEndpoint, kmsRecordName } from '@shared/names';
import type { ScenarioPart, ScenarioRecord } from '@shared/scenario';
import type { DnsRecord, RecordType, ResolverAnswer } from '../computer';
import type { FactSnapshot } from '../facts/fact-snapshot';
import { valueOr, type QueryResult, type SrvLookup } from '../facts/fact-types';
import {
  allTargets,
  recordData,
  distinctRecords,
  isRefusal,
  isSameServer,
  recordsIn,
} from '../facts/answers';
import { pingOf } from './icmp-and-tcp-evidence';

type Servers = NonNullable<ScenarioPart<'dns'>['servers']>;

/** A name to query, with the type of record. */
export interface Question {
  readonly name: string;
  readonly type: RecordType;
  /** Whether the record isn't used for KMS discovery: it's for another domain, the bare name or domain controllers. */
  readonly besides: boolean;
}

/** One query to one server, with its response. */
export interface Asked extends Question {
  readonly answer: QueryResult;
}

/** One query to all servers and the resolver. */
export interface QueryResults extends Question {
  readonly asked: readonly { readonly answer: QueryResult }[];
  /** Null if the resolver wasn't queried or couldn't be read. */
  readonly resolver: ResolverAnswer | null;
}

/** Record types with addresses, and the parts of a lookup that have their answers. */
const FAMILIES = [
  ['A', 'a'],
  ['AAAA', 'aaaa'],
] as const;

/** Response codes of servers that understand the query but fail. */
const FAILURES: readonly string[] = ['SERVFAIL', 'REFUSED'];

/** Returns the queried servers by address, with the port if it isn't 53 or was given by the user. */
export function recordServers(diagnosis: Diagnosis, snapshot: FactSnapshot): Servers {
  const servers = valueOr(snapshot.servers, []);
  const questions = questionsOf(snapshot);
  return Object.fromEntries(
    servers.map((server) => {
      const { address, port } = server;
      const key =
        port === 53 && snapshot.resolverTakesPart ? address : formatEndpoint(address, port);
      const own = questions.flatMap(({ asked, ...question }) =>
        asked
          .filter((one) => isSameServer(one.server, server))
          .map(({ answer }) => ({ ...question, answer })),
      );
      const ping = pingOf(diagnosis, address) ?? false;
      return [key, recordServer(own, snapshot.controllers?.domain ?? null, ping)];
    }),
  );
}

/**
 * Returns what is known about a server.
 *
 * @param asked all queries sent to it
 * @param domain AD domain; null if there is none
 */
export function recordServer(
  asked: readonly Asked[],
  domain: string | null,
  ping: boolean,
): Servers[string] {
  const locator = domain && controllersRecordName(domain);
  const controllers = asked.find(({ name }) => name === locator)?.answer;
  return {
    ping,
    ...behaviorOf(asked),
    // No update was attempted.
    dynamicUpdates: 'unknown',
    ...(controllers?.outcome === 'answered' && {
      hostsAdDomain: recordsIn(controllers).length > 0,
    }),
  };
}

/** Derives a server's behavior from all queries sent to it. */
function behaviorOf(asked: readonly Asked[]): Servers[string] {
  const answered = asked.flatMap((one) =>
    one.answer.outcome === 'answered' ? [{ ...one, answer: one.answer }] : [],
  );
  if (answered.length === 0) return { answers: false };
  const definite = answered.filter(({ answer }) => isConclusive(answer));
  if (definite.length === 0) return { answers: true, rcode: rcodeOf(answered) };
  const names = new Set(asked.map(({ name, type }) => `${type} ${name}`));
  const said = definite
    .flatMap(({ answer }) => [
      ...answer.answers,
      // Additional records count only if their names weren't queried directly.
      ...answer.additionals.filter(({ type, name }) => !names.has(`${type} ${name}`)),
    ])
    .filter((record) => !isFailure(record) && !isOfControllers(record));
  const records = [...distinctRecords(said).map(toScenario), ...failures(asked, said)];
  return { answers: true, rcode: null, records };
}

/**
 * Returns records for names on which a server fails although it answers for others. A scenario represents this as a
 * CNAME record that points to the root, which doesn't occur in practice.
 */
function failures(asked: readonly Asked[], said: readonly DnsRecord[]): ScenarioRecord[] {
  const names = asked
    // The presence of a host is determined by its A record, that of a KMS record by its SRV record.
    .filter(
      ({ type, answer }) => type !== 'AAAA' && answer.outcome !== 'unread' && !isConclusive(answer),
    )
    // For a record not used for KMS discovery, REFUSED means that the server doesn't have it.
    .filter(({ besides, answer }) => !(besides && isRefusal(answer)))
    .map(({ name }) => name)
    .filter((name) => !said.some((record) => record.name === name));
  return [...new Set(names)].map((name) => ({ name, type: 'CNAME', target: '.' }));
}

/** Whether a record lists domain controllers. A scenario server that knows the controllers has these implicitly. */
const isOfControllers = ({ name }: DnsRecord): boolean =>
  name.startsWith(controllersRecordName(''));

const isFailure = (record: DnsRecord): boolean =>
  record.type === 'CNAME' && (record.target === '.' || record.target === '');

/**
 * Returns the one response code that represents all answers of a failing server. REFUSED for another domain or the bare
 * name means that the server doesn't have it, and must be kept.
 */
function rcodeOf(
  answered: readonly { readonly besides: boolean; readonly answer: { readonly rcode: string } }[],
): 'SERVFAIL' | 'REFUSED' | 'FORMERR' | 'NOTIMP' {
  const refusesBesides = answered.some(
    ({ besides, answer }) => besides && answer.rcode === 'REFUSED',
  );
  if (refusesBesides) return 'REFUSED';
  const odd = answered.map(({ answer }) => answer.rcode).find((code) => !FAILURES.includes(code));
  // Keep an unusual or truncated response distinguishable.
  if (odd === undefined) return 'SERVFAIL';
  return odd === 'NOTIMP' ? odd : 'FORMERR';
}

/**
 * Returns what the resolver answers instead of the servers' records; null if it agrees with them.
 */
export function resolverCache(snapshot: FactSnapshot): ScenarioRecord[] | null {
  if (!snapshot.resolverTakesPart) return null;
  return cacheOf(questionsOf(snapshot), snapshot.servers.ok);
}

/**
 * Like {@link resolverCache}, but works from the queries alone.
 *
 * @param knowsServers whether it's known which servers the resolver uses
 */
export function cacheOf(
  questions: readonly QueryResults[],
  knowsServers: boolean,
): ScenarioRecord[] | null {
  const asked = questions.flatMap(({ resolver, ...question }) =>
    resolver === null ? [] : [{ ...question, resolver }],
  );
  const agrees = asked.every(({ type, asked: servers, resolver }) => {
    // The first definite answer is final.
    const first = servers.find(({ answer }) => isConclusive(answer))?.answer;
    const theirs = first?.outcome === 'answered' ? first.answers : [];
    return sameData(type, resolver.records, theirs);
  });
  // If its servers aren't known, the resolver's answers are all there is.
  if (agrees && (knowsServers || asked.length === 0)) return null;
  return distinctRecords(asked.flatMap(({ resolver }) => resolver.records)).map(toScenario);
}

function sameData(type: RecordType, one: readonly DnsRecord[], other: readonly DnsRecord[]) {
  const data = (records: readonly DnsRecord[]): string =>
    [...new Set(records.flatMap((record) => (record.type === type ? [recordData(record)] : [])))]
      .sort()
      .join(' ');
  return data(one) === data(other);
}

function questionsOf(snapshot: FactSnapshot) {
  const { controllers, lookups } = snapshot;
  return [
    ...(controllers === null
      ? []
      : [srvQuestion(controllersRecordName(controllers.domain), controllers, true)]),
    ...lookups.map(({ domain, role, ...lookup }) =>
      srvQuestion(kmsRecordName(domain), lookup, role === 'other' || role === 'bare'),
    ),
    ...allTargets(snapshot)
      .flatMap((target) => target.lookups)
      .flatMap(({ host, servers, resolver }) =>
        FAMILIES.map(([type, part]) => ({
          name: host,
          type,
          besides: false,
          asked: servers.map(({ server, [part]: answer }) => ({ server, answer })),
          resolver: (resolver && valueOr(resolver, null))?.[part] ?? null,
        })),
      ),
  ];
}

const srvQuestion = (
  name: string,
  { servers, resolver }: Pick<SrvLookup, 'servers' | 'resolver'>,
  besides: boolean,
) => ({
  name,
  type: 'SRV' as const,
  besides,
  asked: servers,
  resolver: resolver && valueOr(resolver, null),
});

const toScenario = ({ ttl, ...record }: DnsRecord): ScenarioRecord => ({
  ...record,
  ...(ttl !== null && { ttl }),
});
