/** Evaluation of answers: which records and addresses exist or are denied, and how far each host was reached. */
import {
  addressesIn,
  bestReach,
  isConclusive,
  reachOf,
  recordsInUse,
  srvRecords,
  type Presence,
  type Reachability,
} from '@shared/kms-path';
import { getOrCreate } from '@shared/get-or-create';
import { canonicalName, isAddress, isLoopback } from '@shared/names';
import type { DnsRecord, DnsServer, SrvRecord } from '../computer';
import type { FactSnapshot } from './fact-snapshot';
import {
  valueOr,
  type AddressLookup,
  type QueryResult,
  type ControllersLookup,
  type Probe,
  type ServerAnswer,
  type SrvLookup,
  type Target,
} from './fact-types';
import { either, every, lazyObject, some } from './outstanding';

/** A lookup, as far as the resolver is concerned. */
type Resolved = Pick<SrvLookup | AddressLookup, 'resolver'>;

/** Returns the SRV records that the configured servers have for a lookup, including duplicates. */
export function recordsAtServers({ servers }: SrvLookup): SrvRecord[] {
  return servers.flatMap(({ answer }) => recordsIn(answer));
}

/** Whether a server's answer to an address query has any records. */
export const hasAddress = (answer: QueryResult): boolean =>
  answer.outcome === 'answered' && answer.answers.length > 0;

/** Returns the SRV records in a server's answer. */
export function recordsIn(answer: QueryResult): SrvRecord[] {
  return answer.outcome === 'answered' && answer.rcode === 'NOERROR'
    ? srvRecords(answer.answers)
    : [];
}

/** Whether a server has the record. */
export const isAtServer = ({ servers }: Pick<SrvLookup, 'servers'>): boolean =>
  some(servers, ({ answer }) => recordsIn(answer).length > 0);

/** Whether a server answers, with any response code. */
export const hasAnswered = ({ outcome }: QueryResult): boolean => outcome === 'answered';

/** Whether the service at a DNS server's address doesn't speak DNS. */
export const isGarbled = ({ outcome }: QueryResult): boolean => outcome === 'garbled';

/**
 * Whether a server reports that a lookup's record doesn't exist. An authoritative server without recursion refuses
 * queries outside its zones. For a parent domain or the bare name, that counts as a denial; for a candidate domain it's
 * a fault to report.
 */
export function deniesRecord({ role, servers }: SrvLookup): boolean {
  const besides = role === 'other' || role === 'bare';
  return some(servers, ({ answer }) => isConclusive(answer) || (besides && isRefusal(answer)));
}

/** Whether a server refuses to answer. */
export const isRefusal = (answer: QueryResult): boolean =>
  answer.outcome === 'answered' && answer.rcode === 'REFUSED';

/** Whether a server denies that the domain has controllers, and neither the other servers nor the resolver know any. */
export const denyControllers = (lookup: ControllersLookup): boolean =>
  !isAtServer(lookup) &&
  recordsAtResolver(lookup).length === 0 &&
  lookup.servers.some(({ answer }) => isConclusive(answer));

/** Returns every answer that a configured server gave about the addresses of a target. */
export const answersOfTarget = ({ lookups }: Target): ServerAnswer[] =>
  lookups.flatMap(({ servers }) =>
    servers.flatMap(({ server, a, aaaa }) => [
      { server, answer: a },
      { server, answer: aaaa },
    ]),
  );

/** Returns every host that was looked up or probed. */
export function allTargets(snapshot: FactSnapshot): readonly Target[] {
  const { targets, laterTargets, hostsInQuestion, assignedTarget } = snapshot;
  const assigned = assignedTarget === null ? [] : [assignedTarget];
  return [...targets, ...laterTargets, ...hostsInQuestion, ...assigned];
}

/** Parts of a snapshot that hold answers from configured servers. */
const ANSWERS: readonly ((snapshot: FactSnapshot) => ServerAnswer[])[] = [
  ({ lookups }) => lookups.flatMap(({ servers }) => servers),
  ({ targets }) => targets.flatMap(answersOfTarget),
  ({ assignedTarget }) => (assignedTarget === null ? [] : answersOfTarget(assignedTarget)),
];

/** Returns every answer that a configured server gave in the run. */
export function allAnswers(snapshot: FactSnapshot): ServerAnswer[] {
  return ANSWERS.flatMap((answersOf) => answersOf(snapshot));
}

/** Whether a condition holds for any answer that a configured server gave in the run. */
export function someAnswer(
  snapshot: FactSnapshot,
  holds: (answer: QueryResult) => boolean,
): boolean {
  return some(ANSWERS, (answersOf) => some(answersOf(snapshot), ({ answer }) => holds(answer)));
}

/** Whether every configured server gave one of these answers that meets a condition. */
function everyServer(
  { servers, serversLeftOut }: FactSnapshot,
  answers: () => readonly ServerAnswer[],
  holds: (answer: QueryResult) => boolean,
): boolean {
  if (serversLeftOut > 0) return false;
  const given = answers();
  return every(valueOr(servers, []), (configured) =>
    some(given, ({ server, answer }) => isSameServer(server, configured) && holds(answer)),
  );
}

/** Whether every configured server could be queried. The answer of an unqueried one is unknown. */
export const everyServerAsked = (snapshot: FactSnapshot): boolean =>
  everyServer(snapshot, () => allAnswers(snapshot), wasQueried);

/** Whether every configured server answers a query for a record. The answer of a silent one is unknown. */
export const everyServerAnswers = (snapshot: FactSnapshot): boolean =>
  everyServer(snapshot, () => snapshot.lookups.flatMap(({ servers }) => servers), hasAnswered);

/** Whether two DNS servers have the same address and port. */
export function isSameServer(one: DnsServer, other: DnsServer): boolean {
  return one.address === other.address && one.port === other.port;
}

/** Returns the DNS servers configured in Windows. Includes only valid addresses, since they're put into commands. */
export const pasteableServers = ({ servers }: Pick<FactSnapshot, 'servers'>): DnsServer[] =>
  valueOr(servers, []).filter(({ address }) => isAddress(address));

/** Returns the first of {@link pasteableServers} that responds; null if none does. */
export function respondingServer(snapshot: FactSnapshot): DnsServer | null {
  const answers = allAnswers(snapshot).filter(({ answer }) => hasAnswered(answer));
  const isAnswering = (one: DnsServer): boolean =>
    answers.some(({ server }) => isSameServer(server, one));
  return pasteableServers(snapshot).find(isAnswering) ?? null;
}

/** Whether any configured server answers a query for a record, with any response code. */
export function anyServerAnswersFor(lookups: readonly SrvLookup[]): boolean {
  return some(lookups, ({ servers }) => some(servers, ({ answer }) => hasAnswered(answer)));
}

/**
 * Whether the resolver replaces the servers for records: no server answers, and the resolver finds a record somewhere.
 */
export function resolverReplacesServers(lookups: readonly SrvLookup[]): boolean {
  return (
    !anyServerAnswersFor(lookups) &&
    some(lookups, ({ resolver }) => recordsAtResolver({ resolver }).length > 0)
  );
}

/**
 * Returns the SRV records in effect for a lookup: the servers', or the resolver's in their place. In a candidate
 * domain, a record that the resolver finds exists for Windows, whatever the servers answer (because of a policy or a
 * VPN).
 *
 * @param lookups all lookups of the run
 */
export function effectiveRecords(
  lookup: SrvLookup,
  lookups: readonly SrvLookup[],
): readonly SrvRecord[] {
  const atServers = recordsAtServers(lookup);
  const byResolver =
    atServers.length === 0 && (lookup.role === 'candidate' || resolverReplacesServers(lookups));
  return recordsInUse(atServers, byResolver ? recordsAtResolver(lookup) : []);
}

/** Returns the records that the resolver finds; empty if it wasn't queried or couldn't be read. */
function recordsByResolver({ resolver }: Resolved): readonly DnsRecord[] {
  if (resolver?.ok !== true) return [];
  const { value } = resolver;
  return 'records' in value ? value.records : [...value.a.records, ...value.aaaa.records];
}

/** Returns the SRV records that the resolver finds; empty if it wasn't queried or couldn't be read. */
export const recordsAtResolver = (lookup: Pick<SrvLookup, 'resolver'>): SrvRecord[] =>
  srvRecords(recordsByResolver(lookup));

/** Whether any configured server answers any query, with any response code. */
export const anyServerAnswers = (snapshot: FactSnapshot): boolean =>
  someAnswer(snapshot, hasAnswered);

/** Parts of a snapshot that hold answers from the resolver. */
const RESOLVED: readonly ((snapshot: FactSnapshot) => readonly Resolved[])[] = [
  ({ lookups }) => lookups,
  ({ targets, assignedTarget }) =>
    [...targets, assignedTarget].flatMap((target) => target?.lookups ?? []),
  ({ controllers }) => (controllers === null ? [] : [controllers]),
];

/** Whether the resolver found anything in the run; null if it wasn't queried or couldn't be read. */
export function resolverFinds(snapshot: FactSnapshot): boolean | null {
  const finds = (one: Resolved): boolean => recordsByResolver(one).length > 0;
  if (some(RESOLVED, (part) => some(part(snapshot), finds))) return true;
  const readings = RESOLVED.flatMap((part) => part(snapshot)).flatMap(
    ({ resolver }) => resolver ?? [],
  );
  return readings.length > 0 && readings.every(({ ok }) => ok) ? false : null;
}

/** Whether the resolver's answers count: no configured server answers, and the resolver finds something. */
function resolverDecides(snapshot: FactSnapshot): boolean {
  return !anyServerAnswers(snapshot) && resolverFinds(snapshot) === true;
}

/**
 * Whether a server could be queried. A query that couldn't be sent denies nothing, even if the resolver finds nothing.
 */
export const wasQueried = ({ outcome }: QueryResult): boolean => outcome !== 'unread';

/** Presence of a KMS record in a domain, and the records found. */
export interface RecordFound {
  readonly presence: Presence;
  readonly records: SrvRecord[];
}

/** Returns whether a domain has a KMS record, and its records. */
export function srvPresence(snapshot: FactSnapshot, lookup: SrvLookup): RecordFound {
  const atResolver = (): RecordFound['records'] => recordsAtResolver(lookup);
  const isAtResolver = (): boolean =>
    (lookup.role === 'candidate' || (!deniesRecord(lookup) && resolverDecides(snapshot))) &&
    atResolver().length > 0;
  return lazyObject<RecordFound>({
    presence: () => {
      if (isAtServer(lookup) || isAtResolver()) return 'found';
      if (deniesRecord(lookup)) return 'absent';
      const isDenied =
        lookup.resolver?.ok === true &&
        resolverDecides(snapshot) &&
        every(lookup.servers, ({ answer }) => wasQueried(answer));
      return isDenied ? 'absent' : 'unread';
    },
    records: () => {
      if (isAtServer(lookup)) return distinctRecords(recordsAtServers(lookup));
      return isAtResolver() ? atResolver() : [];
    },
  });
}

/**
 * Whether the resolver has one of the servers' records. A cache with only an older record is as useless as an empty
 * one. Null if the resolver or a server couldn't be queried; true if the servers have no records.
 */
export function resolverHasRecord(lookup: SrvLookup): boolean | null {
  const named = (records: readonly SrvRecord[]): string[] =>
    records.map(({ target, port }) => `${target}:${port}`);
  return resolverHasOne(
    named(recordsAtServers(lookup)),
    lookup,
    () => named(recordsAtResolver(lookup)),
    () => every(lookup.servers, ({ answer }) => wasQueried(answer)),
  );
}

/** Whether the resolver has one of the servers' addresses; null and true as in {@link resolverHasRecord}. */
export function resolverHasAddress(lookup: AddressLookup): boolean | null {
  return resolverHasOne(
    lookup.servers.flatMap(addressesAt),
    lookup,
    () => atResolver(lookup),
    () => every(lookup.servers, ({ a, aaaa }) => wasQueried(a) && wasQueried(aaaa)),
  );
}

/** Whether the resolver has one of the servers' values; null and true as in {@link resolverHasRecord}. */
function resolverHasOne(
  there: readonly string[],
  lookup: Resolved,
  seenByResolver: () => readonly string[],
  allAsked: () => boolean,
): boolean | null {
  if (there.length === 0) return allAsked() || null;
  if (lookup.resolver?.ok !== true) return null;
  const seen = seenByResolver();
  if (seen.some((one) => there.includes(one))) return true;
  // Its other records may come from a server that couldn't be queried.
  return seen.length === 0 || allAsked() ? false : null;
}

/**
 * Returns whether a host name has an address.
 *
 * @param byResolver whether an address counts if only the resolver has it
 */
export function addressPresence(
  snapshot: FactSnapshot,
  lookup: AddressLookup,
  byResolver = false,
): Presence {
  const isAtServer = (): boolean =>
    some(lookup.servers, ({ server, a, aaaa }) =>
      some([a, aaaa], (answer) => addressesFrom(server, answer).length > 0),
    );
  if (byResolver ? either(isAtServer, () => atResolver(lookup).length > 0) : isAtServer()) {
    return 'found';
  }
  if (byResolver && lookup.resolver?.ok === false) return 'unread';
  if (some(lookup.servers, ({ a }) => isConclusive(a))) return 'absent';
  if (resolverDecides(snapshot) && lookup.resolver?.ok === true) {
    if (atResolver(lookup).length > 0) return 'found';
    const wereAsked = every(lookup.servers, ({ a: four, aaaa: six }) =>
      every([four, six], wasQueried),
    );
    return wereAsked ? 'absent' : 'unread';
  }
  return 'unread';
}

/** Returns whether a target has an address under any of its names. */
export function targetPresence(snapshot: FactSnapshot, target: Target): Presence {
  if (target.lookups.length === 0) return isAddress(target.host) ? 'found' : 'absent';
  const is = (presence: Presence): boolean =>
    some(
      target.lookups,
      (lookup) => addressPresence(snapshot, lookup, target.byResolver) === presence,
    );
  if (is('found')) return 'found';
  return is('absent') ? 'absent' : 'unread';
}

/**
 * Whether the servers that deny a target's addresses answered for both address families. An IPv6 address may exist if
 * only the IPv4 query was answered.
 */
export function isDeniedForBothFamilies({ lookups }: Target): boolean {
  return every(lookups, ({ servers }) => {
    const denying = servers.filter(({ a }) => isConclusive(a));
    const isWhole = some(
      denying,
      ({ a, aaaa }) => isConclusive(aaaa) || (a.outcome === 'answered' && a.rcode === 'NXDOMAIN'),
    );
    return denying.length === 0 || isWhole;
  });
}

/**
 * Returns a host's addresses.
 *
 * @param byResolver whether addresses count if only the resolver has them
 */
export function addressesOf(
  lookups: readonly AddressLookup[],
  byResolver: boolean,
): readonly string[] {
  const atServers = lookups.flatMap(({ servers }) => servers.flatMap(addressesAt));
  if (atServers.length > 0 || !byResolver) return [...new Set(atServers)];
  return [...new Set(lookups.flatMap(atResolver))];
}

/** Returns the host addresses in a server's answer. */
export function addressesFrom(server: DnsServer, answer: QueryResult): string[] {
  return answer.outcome === 'answered' && answer.rcode === 'NOERROR'
    ? addressesBy(server, answer.answers)
    : [];
}

/** Returns the host addresses in records from a server. */
export function addressesBy({ address, port }: DnsServer, records: readonly DnsRecord[]): string[] {
  // A user-specified server on this computer may return loopback addresses. The system lists servers without a port.
  return addressesIn(records, isLoopback(address) && port !== 53);
}

function addressesAt({ server, a, aaaa }: AddressLookup['servers'][number]): string[] {
  return [a, aaaa].flatMap((answer) => addressesFrom(server, answer));
}

const atResolver = (lookup: AddressLookup): string[] => addressesIn(recordsByResolver(lookup));

/** Returns every address that any source returned for a host, including addresses that no host can have. */
export function addressesGiven({ lookups }: Target): string[] {
  const answered = lookups.flatMap((lookup) => [
    ...lookup.servers.flatMap(({ a, aaaa }) =>
      [a, aaaa].flatMap((answer) => (answer.outcome === 'answered' ? answer.answers : [])),
    ),
    ...recordsByResolver(lookup),
  ]);
  return [...new Set(answered.flatMap((record) => ('address' in record ? [record.address] : [])))];
}

/** Returns a target's addresses according to the Windows resolver: from its cache, the hosts file or a policy. */
export const addressesByWindows = ({ lookups }: Target): string[] => [
  ...new Set(lookups.flatMap(atResolver)),
];

/** Returns how many of a target's addresses weren't probed because there were too many. */
export function addressesLeftOut({ lookups, probes }: Target): number {
  const tried = probes.filter(wasTried).length;
  if (probes.length === 0 || lookups.length === 0) return probes.length - tried;
  return addressesOf(lookups, true).length - tried;
}

/** Whether a probe was made, rather than left out because there were too many. */
export const wasTried = ({ connected }: Probe): boolean =>
  connected.ok || connected.reason !== 'left-out';

/** Returns the best result among a target's addresses. */
export function reachabilityOf({ probes }: Pick<Target, 'probes'>): Reachability {
  return bestReach(
    (reach) => some(probes, (probe) => reachOfProbe(probe) === reach),
    () => some(probes, ({ connected }) => connected.ok && connected.value.outcome === 'open'),
  );
}

/** Whether a host answers as a KMS service at the default port. */
export const answersAtStandardPort = ({ standardPort }: Target): boolean =>
  reachabilityOf({ probes: standardPort }) === 'kms';

/**
 * Whether a target accepted a connection and then stayed silent or cut it, as a firewall in front of a KMS host may do.
 */
export function connectedButSilent({ probes }: Target): boolean {
  return some(probes, ({ answered }) => {
    const outcome = answered.ok ? answered.value?.outcome : undefined;
    return outcome === 'silent' || outcome === 'cut';
  });
}

function reachOfProbe({ connected, answered }: Probe): Reachability {
  return reachOf(connected.ok ? connected.value.outcome : null, () =>
    answered.ok ? (answered.value?.outcome ?? 'silent') : undefined,
  );
}

/** Returns records without those that have the same name and data as an earlier one. */
export function distinctRecords<R extends DnsRecord>(records: readonly R[]): R[] {
  const seen = new Map<string, R>();
  for (const record of records) {
    getOrCreate(seen, `${record.type} ${record.name} ${recordData(record)}`, () => record);
  }
  return [...seen.values()];
}

/** Returns a record's data as a text to compare. */
export function recordData(record: DnsRecord): string {
  if ('address' in record) return record.address;
  const target = canonicalName(record.target);
  return record.type === 'SRV'
    ? `${record.priority}/${record.weight}/${record.port}/${target}`
    : target;
}
