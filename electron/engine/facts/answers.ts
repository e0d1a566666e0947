/** What was answered, judged: who has a record or an address, who denies it, and how far a host was reached. */
import {
  addressesIn,
  bestReach,
  isDefinite,
  reachOf,
  recordsInUse,
  type Presence,
  type Reachability,
} from '@shared/kms-path';
import { isAddress, isLoopback } from '@shared/names';
import type { DnsRecord, DnsServer, ResolverAnswer } from '../computer';
import {
  valueOr,
  type AddressLookup,
  type AskedAnswer,
  type ControllersLookup,
  type FactSnapshot,
  type Probe,
  type ServerAnswer,
  type SrvLookup,
  type Target,
} from './fact-snapshot';
import { either, every, lazily, some } from './outstanding';

/** The SRV records in an answer. */
export function srvRecords(records: readonly DnsRecord[]): Extract<DnsRecord, { type: 'SRV' }>[] {
  return records.filter((record) => record.type === 'SRV');
}

/** The SRV records that any configured server has for a lookup, duplicates included. */
export function recordsAtServers({ servers }: SrvLookup): ReturnType<typeof srvRecords> {
  return servers.flatMap(({ answer }) => recordsIn(answer));
}

/** Whether a server answers a question for addresses with any. */
export const hasAddress = (answer: AskedAnswer): boolean =>
  answer.outcome === 'answered' && answer.answers.length > 0;

/** The SRV records in what a server answered. */
export function recordsIn(answer: AskedAnswer): ReturnType<typeof srvRecords> {
  return answer.outcome === 'answered' && answer.rcode === 'NOERROR'
    ? srvRecords(answer.answers)
    : [];
}

/** Whether something speaks at the address of a DNS server, and not DNS. */
export const isGarbled = ({ outcome }: AskedAnswer): boolean => outcome === 'garbled';

/**
 * Whether a server says that it has no record for a lookup. An authoritative server without recursion refuses
 * what lies outside its zones: that is its way of not having a parent domain or a bare name, while a refused
 * candidate domain is a fault to report.
 */
export function deniesRecord({ role, servers }: SrvLookup): boolean {
  const besides = role === 'other' || role === 'bare';
  return some(
    servers,
    ({ answer }) =>
      isDefinite(answer) ||
      (besides && answer.outcome === 'answered' && answer.rcode === 'REFUSED'),
  );
}

/** Whether servers that answer deny the domain's controllers, and nobody knows them. */
export function denyControllers({ servers, resolver }: ControllersLookup): boolean {
  return (
    servers.every(({ answer }) => recordsIn(answer).length === 0) &&
    recordsAtResolver(resolver).length === 0 &&
    servers.some(({ answer }) => isDefinite(answer))
  );
}

const answersOfTarget = ({ lookups }: Target): ServerAnswer[] =>
  lookups.flatMap(({ servers }) =>
    servers.flatMap(({ server, a, aaaa }) => [
      { server, answer: a },
      { server, answer: aaaa },
    ]),
  );

/** Every host that was looked up or tried. */
export function allTargets(snapshot: FactSnapshot): readonly Target[] {
  const { targets, laterTargets, hostsInQuestion, assignedTarget } = snapshot;
  const assigned = assignedTarget === null ? [] : [assignedTarget];
  return [...targets, ...laterTargets, ...hostsInQuestion, ...assigned];
}

/** The places of a snapshot where configured servers have answered. */
const ANSWERS: readonly ((snapshot: FactSnapshot) => ServerAnswer[])[] = [
  ({ lookups }) => lookups.flatMap(({ servers }) => servers),
  ({ targets }) => targets.flatMap(answersOfTarget),
  ({ assignedTarget }) => (assignedTarget === null ? [] : answersOfTarget(assignedTarget)),
];

/** Every answer that any configured server gave in the run. */
export function allAnswers(snapshot: FactSnapshot): ServerAnswer[] {
  return ANSWERS.flatMap((answersOf) => answersOf(snapshot));
}

/** Whether something holds of any answer that a configured server gave in the run. */
export function someAnswer(
  snapshot: FactSnapshot,
  holds: (answer: AskedAnswer) => boolean,
): boolean {
  return some(ANSWERS, (answersOf) => some(answersOf(snapshot), ({ answer }) => holds(answer)));
}

/** Whether a question could be put to each configured server; what one would say that was not asked is unknown. */
export function everyServerAsked(snapshot: FactSnapshot): boolean {
  if (snapshot.serversLeftOut > 0) return false;
  const said = allAnswers(snapshot);
  return every(valueOr(snapshot.servers, []), (configured) =>
    some(said, ({ server, answer }) => isSameServer(server, configured) && wasAsked(answer)),
  );
}

/** Whether each configured server answers a question for a record; what a silent one would say is unknown. */
export function everyServerAnswers(snapshot: FactSnapshot): boolean {
  if (snapshot.serversLeftOut > 0) return false;
  return every(valueOr(snapshot.servers, []), (configured) =>
    some(snapshot.lookups, ({ servers }) =>
      some(
        servers,
        ({ server, answer }) => isSameServer(server, configured) && answer.outcome === 'answered',
      ),
    ),
  );
}

/** Whether both are the DNS service at one address and port. */
export function isSameServer(one: DnsServer, other: DnsServer): boolean {
  return one.address === other.address && one.port === other.port;
}

/** Whether any configured server answers a question for a record, in whatever way. */
export function anyServerAnswersFor(lookups: readonly SrvLookup[]): boolean {
  return some(lookups, ({ servers }) =>
    some(servers, ({ answer }) => answer.outcome === 'answered'),
  );
}

/** Whether the resolver speaks for the servers on records: none of them answers, and it finds one somewhere. */
export function resolverReplacesServers(lookups: readonly SrvLookup[]): boolean {
  return (
    !anyServerAnswersFor(lookups) &&
    some(lookups, ({ resolver }) => recordsAtResolver(resolver).length > 0)
  );
}

/**
 * The SRV records that stand for a lookup among all of a run: the servers', or the resolver's in their place. In a
 * candidate domain what the resolver finds exists for Windows, whatever the servers say (a policy, a VPN).
 */
export function effectiveRecords(
  lookup: SrvLookup,
  lookups: readonly SrvLookup[],
): readonly ReturnType<typeof srvRecords>[number][] {
  const atServers = recordsAtServers(lookup);
  const byResolver =
    atServers.length === 0 && (lookup.role === 'candidate' || resolverReplacesServers(lookups));
  return recordsInUse(atServers, byResolver ? recordsAtResolver(lookup.resolver) : []);
}

/** The SRV records that the resolver finds; none where it was not asked or could not be read. */
export function recordsAtResolver(resolver: SrvLookup['resolver']): ReturnType<typeof srvRecords> {
  return resolver?.ok === true ? srvRecords(resolver.value.records) : [];
}

/** Whether any configured server answers any query, in whatever way. */
export function anyServerAnswers(snapshot: FactSnapshot): boolean {
  return someAnswer(snapshot, ({ outcome }) => outcome === 'answered');
}

/** Whether the resolver found anything in the run; null where it was not asked or could not be read. */
export function resolverFinds(snapshot: FactSnapshot): boolean | null {
  const ofTargets = (): ResolverAnswer[] =>
    [...snapshot.targets, snapshot.assignedTarget].flatMap((target) =>
      (target?.lookups ?? []).flatMap(({ resolver }) =>
        resolver?.ok === true ? [resolver.value.a, resolver.value.aaaa] : [],
      ),
    );
  const ofRecord = ({ resolver }: Pick<SrvLookup, 'resolver'>): ResolverAnswer[] =>
    resolver?.ok === true ? [resolver.value] : [];
  const ofControllers = (): ResolverAnswer[] =>
    snapshot.controllers === null ? [] : ofRecord(snapshot.controllers);
  const finds = ({ records }: ResolverAnswer): boolean => records.length > 0;
  const found = either(
    () => some(snapshot.lookups, (lookup) => ofRecord(lookup).some(finds)),
    () => ofTargets().some(finds),
    () => ofControllers().some(finds),
  );
  if (found) return true;
  const all = [...ofTargets(), ...ofControllers(), ...snapshot.lookups.flatMap(ofRecord)];
  return all.length > 0 && !isResolverUnread(snapshot) ? false : null;
}

/** Whether the resolver could not be asked something, and might have found that. */
function isResolverUnread({
  lookups,
  targets,
  assignedTarget,
  controllers,
}: FactSnapshot): boolean {
  const ofHosts = [...targets, assignedTarget].flatMap((target) => target?.lookups ?? []);
  return [...lookups, ...ofHosts, ...(controllers === null ? [] : [controllers])].some(
    ({ resolver }) => resolver?.ok === false,
  );
}

/** Where the resolver's answers count: no configured server answers and it does. */
function resolverDecides(snapshot: FactSnapshot): boolean {
  return !anyServerAnswers(snapshot) && resolverFinds(snapshot) === true;
}

/** Whether a question could be put: one that could not denies nothing, whatever the resolver lacks. */
export const wasAsked = ({ outcome }: AskedAnswer): boolean => outcome !== 'unread';

/** A KMS record in a domain: whether it stands there, and which ones do. */
export interface RecordFound {
  readonly presence: Presence;
  readonly records: ReturnType<typeof srvRecords>;
}

/** Whether a KMS record stands in a domain, and which. */
export function srvPresence(snapshot: FactSnapshot, lookup: SrvLookup): RecordFound {
  const atResolver = (): RecordFound['records'] => recordsAtResolver(lookup.resolver);
  const isAtServer = (): boolean =>
    some(lookup.servers, ({ answer }) => recordsIn(answer).length > 0);
  const isAtResolver = (): boolean =>
    (lookup.role === 'candidate' || (!deniesRecord(lookup) && resolverDecides(snapshot))) &&
    atResolver().length > 0;
  return lazily<RecordFound>({
    presence: () => {
      if (isAtServer() || isAtResolver()) return 'found';
      if (deniesRecord(lookup)) return 'absent';
      const isDenied =
        lookup.resolver?.ok === true &&
        resolverDecides(snapshot) &&
        every(lookup.servers, ({ answer }) => wasAsked(answer));
      return isDenied ? 'absent' : 'unread';
    },
    records: () => {
      if (isAtServer()) return distinct(recordsAtServers(lookup));
      return isAtResolver() ? atResolver() : [];
    },
  });
}

/**
 * Whether the resolver has one of the records that the servers have: a cache with an older record is as blind
 * as one with none. Null where the resolver or a server could not be asked; true where the servers have none.
 */
export function resolverHasRecord(lookup: SrvLookup): boolean | null {
  const { servers, resolver } = lookup;
  const there = recordsAtServers(lookup);
  const allAsked = (): boolean => every(servers, ({ answer }) => wasAsked(answer));
  if (there.length === 0) return allAsked() || null;
  if (resolver?.ok !== true) return null;
  const seen = srvRecords(resolver.value.records);
  const isThere = seen.some((record) =>
    there.some(({ target, port }) => record.target === target && record.port === port),
  );
  // What else it has may be of a server that could not be asked.
  return isThere || (seen.length === 0 || allAsked() ? false : null);
}

/** Whether the resolver has one of the addresses that the servers have; null and true as for records. */
export function resolverHasAddress({ servers, resolver }: AddressLookup): boolean | null {
  const there = servers.flatMap(addressesAt);
  const allAsked = (): boolean => every(servers, ({ a, aaaa }) => wasAsked(a) && wasAsked(aaaa));
  if (there.length === 0) return allAsked() || null;
  if (resolver?.ok !== true) return null;
  const seen = atResolver({ resolver });
  const isThere = seen.some((address) => there.includes(address));
  return isThere || (seen.length === 0 || allAsked() ? false : null);
}

/**
 * Whether a host name has an address.
 *
 * @param byResolver whether one that only the resolver has is one
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
  if (some(lookup.servers, ({ a }) => isDefinite(a))) return 'absent';
  if (resolverDecides(snapshot) && lookup.resolver?.ok === true) {
    if (atResolver(lookup).length > 0) return 'found';
    const wereAsked = every(lookup.servers, ({ a: four, aaaa: six }) =>
      every([four, six], wasAsked),
    );
    return wereAsked ? 'absent' : 'unread';
  }
  return 'unread';
}

/** Whether a target has an address under any of its names. */
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
 * Whether the servers that deny a target's addresses were heard on both families: one of IPv6 may stand where only the
 * question for IPv4 came to an answer.
 */
export function isDeniedWholly({ lookups }: Target): boolean {
  return every(lookups, ({ servers }) => {
    const denying = servers.filter(({ a }) => isDefinite(a));
    const isWhole = some(
      denying,
      ({ a, aaaa }) => isDefinite(aaaa) || (a.outcome === 'answered' && a.rcode === 'NXDOMAIN'),
    );
    return denying.length === 0 || isWhole;
  });
}

/**
 * The addresses that a host has.
 *
 * @param byResolver whether those count that only the resolver has
 */
export function addressesOf(
  lookups: readonly AddressLookup[],
  byResolver: boolean,
): readonly string[] {
  const atServers = lookups.flatMap(({ servers }) => servers.flatMap(addressesAt));
  if (atServers.length > 0 || !byResolver) return [...new Set(atServers)];
  return [...new Set(lookups.flatMap(atResolver))];
}

/** The addresses of hosts in what a server answered. */
export function addressesFrom(server: DnsServer, answer: AskedAnswer): string[] {
  return answer.outcome === 'answered' && answer.rcode === 'NOERROR'
    ? addressesBy(server, answer.answers)
    : [];
}

/** The addresses of hosts in records of a server. */
export function addressesBy({ address, port }: DnsServer, records: readonly DnsRecord[]): string[] {
  // A server that a person named on this machine may speak of this machine; no system lists one with a port.
  return addressesIn(records, isLoopback(address) && port !== 53);
}

function addressesAt({ server, a, aaaa }: AddressLookup['servers'][number]): string[] {
  return [a, aaaa].flatMap((answer) => addressesFrom(server, answer));
}

function atResolver({ resolver }: Pick<AddressLookup, 'resolver'>): string[] {
  return resolver?.ok === true
    ? addressesIn([...resolver.value.a.records, ...resolver.value.aaaa.records])
    : [];
}

/** Every address that anybody gave a host, whether a host can have it or not. */
export function addressesGiven({ lookups }: Target): string[] {
  const answered = lookups.flatMap(({ servers, resolver }) => [
    ...servers.flatMap(({ a, aaaa }) =>
      [a, aaaa].flatMap((answer) => (answer.outcome === 'answered' ? answer.answers : [])),
    ),
    ...(resolver?.ok === true ? [...resolver.value.a.records, ...resolver.value.aaaa.records] : []),
  ]);
  return [...new Set(answered.flatMap((record) => ('address' in record ? [record.address] : [])))];
}

/** The addresses of a target that the Windows resolver has: from its cache, the hosts file, or a policy. */
export const addressesByWindows = ({ lookups }: Target): string[] => [
  ...new Set(lookups.flatMap(atResolver)),
];

/** How many of a target's addresses were not tried, as there were too many. */
export function addressesLeftOut({ lookups, probes }: Target): number {
  const tried = probes.filter(
    ({ connected }) => connected.ok || connected.reason !== 'left-out',
  ).length;
  if (probes.length === 0 || lookups.length === 0) return probes.length - tried;
  return addressesOf(lookups, true).length - tried;
}

/** The best that any address of a target gave. */
export function reachabilityOf({ probes }: Pick<Target, 'probes'>): Reachability {
  return bestReach(
    (reach) => some(probes, (probe) => reachOfProbe(probe) === reach),
    () => some(probes, ({ connected }) => connected.ok && connected.value.outcome === 'open'),
  );
}

/** Whether a connection to a target was taken and then met with silence or cut, as a firewall may do to a KMS host. */
export function fellSilent({ probes }: Target): boolean {
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

function distinct<T>(items: readonly T[]): T[] {
  const seen = new Map<string, T>();
  for (const item of items) {
    const key = JSON.stringify({ ...item, ttl: null });
    if (!seen.has(key)) seen.set(key, item);
  }
  return [...seen.values()];
}
