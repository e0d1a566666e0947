/** What DNS servers and the system's resolver said, as a scenario has it: records, and servers that fail. */
import type { Diagnosis } from '@shared/diagnosis';
import { isDefinite } from '@shared/kms-path';
import { canonicalName, controllersRecordName, formatEndpoint, kmsRecordName } from '@shared/names';
import type { ScenarioFile, ScenarioRecord } from '@shared/scenario';
import type { DnsRecord, DnsServer, RecordType, ResolverAnswer } from '../computer';
import { type AskedAnswer, type FactSnapshot } from '../facts/fact-snapshot';
import { allTargets, isSameServer, recordsIn } from '../facts/answers';
import { pingOf } from './icmp-and-tcp-evidence';

type Servers = NonNullable<NonNullable<ScenarioFile['dns']>['servers']>;

/** One question to one server, and what became of it. */
export interface Asked {
  readonly server: DnsServer;
  readonly name: string;
  readonly type: RecordType;
  /** Asked for what may stand in vain: another domain, or the bare name. */
  readonly besides: boolean;
  readonly answer: AskedAnswer;
}

/** One question to everybody. */
export interface Question {
  readonly name: string;
  readonly type: RecordType;
  readonly asked: readonly Asked[];
  /** Null where the resolver was not asked, or could not be read. */
  readonly resolver: ResolverAnswer | null;
}

/** How servers fail that understand the question. */
const FAILURES: readonly string[] = ['SERVFAIL', 'REFUSED'];

/** The servers that were asked, by address, with the port where it is not 53 or a person named it. */
export function recordServers(diagnosis: Diagnosis, snapshot: FactSnapshot): Servers {
  const servers = snapshot.servers.ok ? snapshot.servers.value : [];
  const all = questionsOf(snapshot).flatMap(({ asked }) => asked);
  return Object.fromEntries(
    servers.map((server) => {
      const { address, port } = server;
      const key =
        port === 53 && snapshot.resolverTakesPart ? address : formatEndpoint(address, port);
      const own = all.filter((one) => isSameServer(one.server, server));
      const hosts = hostsDomain(snapshot, server);
      return [
        key,
        {
          ping: pingOf(diagnosis, address) ?? false,
          ...behaviourOf(own),
          // Nobody has tried to write there.
          dynamicUpdates: 'unknown' as const,
          ...(hosts !== null && { hostsAdDomain: hosts }),
        },
      ];
    }),
  );
}

/** Whether a server knows the AD domain's controllers; null where it was not asked, or did not say. */
function hostsDomain({ controllers }: FactSnapshot, server: DnsServer): boolean | null {
  const found = controllers?.servers.find((one) => isSameServer(one.server, server));
  if (found === undefined || found.answer.outcome !== 'answered') return null;
  return recordsIn(found.answer).length > 0;
}

/** What a server does, from all that it was asked. */
export function behaviourOf(asked: readonly Asked[]): Servers[string] {
  const answered = asked.flatMap((one) =>
    one.answer.outcome === 'answered' ? [{ ...one, answer: one.answer }] : [],
  );
  if (answered.length === 0) return { answers: false };
  const definite = answered.filter(({ answer }) => isDefinite(answer));
  if (definite.length === 0) return { answers: true, rcode: rcodeOf(answered) };
  const names = new Set(asked.map(({ name, type }) => `${type} ${name}`));
  const said = definite
    .flatMap(({ answer }) => [
      ...answer.answers,
      // What was sent along counts where nobody asked for it by its own name.
      ...answer.additionals.filter(({ type, name }) => !names.has(`${type} ${name}`)),
    ])
    .filter((record) => !isFailure(record) && !isOfControllers(record));
  const records = [...distinct(said).map(toScenario), ...failures(asked, said)];
  return { answers: true, rcode: null, records };
}

/**
 * Names on which a server fails that answers for others: an alias of the root, which no one has, stands for that
 * in a scenario.
 */
function failures(asked: readonly Asked[], said: readonly DnsRecord[]): ScenarioRecord[] {
  const names = asked
    // The presence of a host rests on its A record; that of a KMS record on SRV.
    .filter(
      ({ type, answer }) => type !== 'AAAA' && answer.outcome !== 'unread' && !isDefinite(answer),
    )
    // For what may stand in vain, REFUSED is a server's way of not having it.
    .filter(({ besides, answer }) => !(besides && isRefusal(answer)))
    .map(({ name }) => name)
    .filter((name) => !said.some((record) => record.name === name));
  return [...new Set(names)].map((name) => ({ name, type: 'CNAME', target: '.' }));
}

/** A server that knows the controllers has their records by itself. */
const isOfControllers = ({ name }: DnsRecord): boolean =>
  name.startsWith(controllersRecordName(''));

function isFailure(record: DnsRecord): boolean {
  return record.type === 'CNAME' && (record.target === '.' || record.target === '');
}

function isRefusal(answer: AskedAnswer): boolean {
  return answer.outcome === 'answered' && answer.rcode === 'REFUSED';
}

/**
 * The one code that stands for all that a failing server answered. REFUSED for another domain or the bare name is
 * its way of not having it, and has to stay that.
 */
function rcodeOf(
  answered: readonly { readonly besides: boolean; readonly answer: { readonly rcode: string } }[],
): 'SERVFAIL' | 'REFUSED' | 'FORMERR' | 'NOTIMP' {
  const refusesBesides = answered.some(
    ({ besides, answer }) => besides && answer.rcode === 'REFUSED',
  );
  if (refusesBesides) return 'REFUSED';
  const odd = answered.map(({ answer }) => answer.rcode).find((code) => !FAILURES.includes(code));
  // What is odd, or was cut, stays so.
  if (odd === undefined) return 'SERVFAIL';
  return odd === 'NOTIMP' ? odd : 'FORMERR';
}

/**
 * What the resolver answers in place of the servers' records; null where it sees just what they say.
 */
export function resolverCache(snapshot: FactSnapshot): ScenarioRecord[] | null {
  if (!snapshot.resolverTakesPart) return null;
  return cacheOf(questionsOf(snapshot), snapshot.servers.ok);
}

/**
 * The same from the questions alone.
 *
 * @param knowsServers whether it is known whom the resolver asks
 */
export function cacheOf(
  questions: readonly Question[],
  knowsServers: boolean,
): ScenarioRecord[] | null {
  const asked = questions.flatMap(({ resolver, ...question }) =>
    resolver === null ? [] : [{ ...question, resolver }],
  );
  const agrees = asked.every(({ type, asked: servers, resolver }) => {
    // The first that answers is final.
    const first = servers.find(({ answer }) => isDefinite(answer))?.answer;
    const theirs = first?.outcome === 'answered' ? first.answers : [];
    return sameData(type, resolver.records, theirs);
  });
  // Where nobody knows whom it asks, its own word is all there is.
  if (agrees && (knowsServers || asked.length === 0)) return null;
  return distinct(asked.flatMap(({ resolver }) => resolver.records)).map(toScenario);
}

function sameData(type: RecordType, one: readonly DnsRecord[], other: readonly DnsRecord[]) {
  const data = (records: readonly DnsRecord[]): string =>
    [...new Set(records.flatMap((record) => (record.type === type ? [dataOf(record)] : [])))]
      .sort()
      .join(' ');
  return data(one) === data(other);
}

function dataOf(record: DnsRecord): string {
  switch (record.type) {
    case 'SRV':
      return `${record.priority}/${record.weight}/${record.port}/${canonicalName(record.target)}`;
    case 'CNAME':
      return canonicalName(record.target);
    default:
      return record.address;
  }
}

function questionsOf(snapshot: FactSnapshot): Question[] {
  return [
    ...controllersQuestion(snapshot),
    ...snapshot.lookups.map(({ domain, role, servers, resolver }): Question => {
      const name = kmsRecordName(domain);
      const besides = role === 'other' || role === 'bare';
      return {
        name,
        type: 'SRV',
        asked: servers.map((one) => ({ ...one, name, type: 'SRV' as const, besides })),
        resolver: resolver?.ok === true ? resolver.value : null,
      };
    }),
    ...allTargets(snapshot)
      .flatMap(({ lookups }) => lookups)
      .flatMap(({ host, servers, resolver }) =>
        (['A', 'AAAA'] as const).map((type): Question => {
          const part = type === 'A' ? 'a' : 'aaaa';
          return {
            name: host,
            type,
            asked: servers.map(({ server, ...answers }) => ({
              server,
              name: host,
              type,
              besides: false,
              answer: answers[part],
            })),
            resolver: resolver?.ok === true ? resolver.value[part] : null,
          };
        }),
      ),
  ];
}

/** The question for the controllers of the AD domain, where it was put. */
function controllersQuestion({ controllers }: FactSnapshot): Question[] {
  if (controllers === null) return [];
  const { domain, servers, resolver } = controllers;
  const name = controllersRecordName(domain);
  const asked = servers.map((one) => ({ ...one, name, type: 'SRV' as const, besides: true }));
  return [{ name, type: 'SRV', asked, resolver: resolver?.ok === true ? resolver.value : null }];
}

function distinct(records: readonly DnsRecord[]): DnsRecord[] {
  const seen = new Map<string, DnsRecord>();
  for (const record of records) {
    const key = `${record.type} ${record.name} ${dataOf(record)}`;
    if (!seen.has(key)) seen.set(key, record);
  }
  return [...seen.values()];
}

function toScenario({ ttl, ...record }: DnsRecord): ScenarioRecord {
  const common = ttl === null ? {} : { ttl };
  return record.type === 'A' || record.type === 'AAAA'
    ? { ...record, type: record.type, ...common }
    : { ...record, ...common };
}
