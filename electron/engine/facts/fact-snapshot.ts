/**
 * What was read, settled: plain data on which verdicts are given, fixes are planned and cases are saved.
 * A reading that failed keeps its reason, since a verdict rests on facts that were read, never on their absence.
 */
import type { ReasonCode } from '@shared/diagnosis';
import type { Channel } from '@shared/channels';
import type { Application } from '@shared/kms';
import {
  addressesIn,
  BEST_FIRST,
  isUsable,
  reachOf,
  recordsInUse,
  type Presence,
  type Reachability,
} from '@shared/kms-path';
import { isAddress, isLoopback } from '@shared/names';
import { reportError } from '../errors';
import { either, every, lazily, some } from './outstanding';
import {
  Unreadable,
  type Adapter,
  type CimRow,
  type ClockOffset,
  type ConnectAnswer,
  type DnsAnswer,
  type DnsClientSetting,
  type DnsClientSettings,
  type DnsRecord,
  type DnsServer,
  type RegistryValue,
  type ResolverAnswer,
  type RpcAnswer,
  type ServiceState,
  type SppEvent,
  type SystemInfo,
} from '../computer';

export { addressesIn };
export type { Presence, Reachability };

/** A fact that was read, or why it was not. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly reason: ReasonCode;
      readonly tool: string | null;
      readonly said: string | null;
    };

/** Waits for a fact and keeps its failure as data. Errors that are no {@link Unreadable} become `check-failed`. */
export async function toResult<T>(fact: Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await fact };
  } catch (error) {
    return failure(error);
  }
}

/** The failed reading that an error stands for. One of the program itself is reported. */
export function failure(error: unknown): Extract<Result<never>, { ok: false }> {
  if (!(error instanceof Unreadable) || error.reason === 'check-failed') reportError(error);
  return error instanceof Unreadable
    ? { ok: false, reason: error.reason, tool: error.tool, said: error.said }
    : { ok: false, reason: 'check-failed', tool: null, said: String(error) };
}

/** What a reading holds, or the fallback. */
export function valueOr<T, F>(reading: Result<T>, fallback: F): T | F {
  return reading.ok ? reading.value : fallback;
}

/** A product with a key: a row of SoftwareLicensingProduct that is no add-on (docs/windows-facts.md#licensing-classes). */
export interface Product {
  readonly row: CimRow;
  readonly application: Application;
  /** `ID`, by which events and settings name it, in lower case; null where Windows does not say. */
  readonly id: string | null;
  readonly name: string | null;
  readonly channel: Channel;
  /** `LicenseFamily`, e.g. `Enterprise`. */
  readonly edition: string | null;
  /** Last five characters. */
  readonly partialProductKey: string;
  /** LicenseStatus: 0 unlicensed, 1 licensed, 2–4 and 6 grace, 5 notification. */
  readonly status: number;
  readonly licensed: boolean;
  /** LicenseStatusReason, unsigned. */
  readonly reason: number;
  readonly graceMinutes: number | null;
}

/** The Windows licence: the one product that counts. */
export type Licence = Product;

/**
 * Where a KMS host, a lookup domain or an activation type is set, the narrowest first: at the product by CIM, in the
 * registry under the product and under its application, and at the service (docs/windows-facts.md#registry).
 */
export type SettingPlace = 'product' | 'registry-sku' | 'registry-app' | 'service';

/** What is set in one place. */
export interface PlacedSettings {
  readonly place: SettingPlace;
  /** Whose it is; null at the service, whose settings are for all. */
  readonly application: Application | null;
  /** The product that alone it is for; null where there are more. */
  readonly productId: string | null;
  readonly assignment: Assignment | null;
  readonly lookupDomain: string | null;
  /** 1: by Active Directory alone, 2: by KMS alone, 3: by token alone; null: by all of them. */
  readonly activationType: number | null;
}

/** A KMS host set by hand (`slmgr -skms`). */
export interface Assignment {
  readonly place: SettingPlace;
  /** Name or address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isAddress: boolean;
}

/** Where KMS records are looked for, and may stand in vain (docs/report.md#where-kms-records-are-looked-for). */
export interface Domains {
  readonly candidates: readonly string[];
  readonly others: readonly string[];
  /** Candidates that a lookup domain takes the place of; among `others`. */
  readonly shadowedDomains: readonly string[];
  readonly lookupDomain: string | null;
  /** Suffixes by which a name without a dot is completed. */
  readonly suffixes: readonly string[];
  /** On a KMS host: its own domain and those of DnsDomainPublishList. */
  readonly publish: readonly string[];
  /** Whether all that they are made of was read, and none of them was left out. */
  readonly complete: boolean;
  /** Candidates and others that are not asked for, as there were too many. */
  readonly leftOut: number;
}

/** A question to a server that could not be put: no word on the server itself. */
export interface NotAsked {
  readonly outcome: 'unread';
  readonly reason: ReasonCode;
  readonly ms: null;
  readonly detail: string | null;
}

/** What became of a question to a server. */
export type AskedAnswer = DnsAnswer | NotAsked;

/** One server's answer. */
export interface ServerAnswer {
  readonly server: DnsServer;
  readonly answer: AskedAnswer;
}

/** The question for a KMS record in one domain, to everybody. */
export interface SrvLookup {
  /** Null for the bare name. */
  readonly domain: string | null;
  readonly role: 'candidate' | 'other' | 'bare' | 'publish';
  readonly servers: readonly ServerAnswer[];
  /** The operating system's resolver; null where it was not asked. */
  readonly resolver: Result<ResolverAnswer> | null;
}

/** Addresses of a host, from everybody. */
export interface AddressLookup {
  readonly host: string;
  readonly servers: readonly {
    readonly server: DnsServer;
    readonly a: AskedAnswer;
    readonly aaaa: AskedAnswer;
  }[];
  readonly resolver: Result<{
    readonly a: ResolverAnswer;
    readonly aaaa: ResolverAnswer;
  }> | null;
}

/** One address and port, tried. */
export interface Probe {
  readonly address: string;
  readonly port: number;
  readonly connected: Result<ConnectAnswer>;
  readonly answered: Result<RpcAnswer | null>;
}

/** A KMS host: one that DNS names, the assigned one, or one in question. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** Whether an address that only the resolver has is one: who named the host was the resolver, or no server. */
  readonly byResolver: boolean;
  /** Names that were looked up for it: itself, or completed by suffixes. */
  readonly lookups: readonly AddressLookup[];
  readonly probes: readonly Probe[];
  /** The same addresses at the port of KMS, where the host is named with another one and refuses that. */
  readonly standardPort: readonly Probe[];
}

/** Who knows the controllers of the PC's Active Directory domain, by whose record every member finds them. */
export interface ControllersLookup extends Pick<SrvLookup, 'servers' | 'resolver'> {
  readonly domain: string;
}

/** All that was read in a run. */
export interface FactSnapshot {
  /** When it was read: ISO 8601, UTC. */
  readonly now: string;
  readonly diagnosedAs: 'this-pc' | 'network';
  readonly system: Result<SystemInfo>;
  readonly adapters: Result<readonly Adapter[]>;
  readonly dnsClient: Result<DnsClientSettings>;
  readonly dnsPolicies: Result<readonly DnsClientSetting[]>;
  readonly dnsTools: Result<boolean>;
  readonly service: Result<CimRow>;
  /** Null: no Windows product row has a key. */
  readonly licence: Result<Licence | null>;
  /** Those of Windows and of Office that have a key. */
  readonly products: Result<readonly Product[]>;
  /** For whom the way to a KMS host is: Windows where it is a KMS client, else Office; null where neither is one. */
  readonly kmsClient: Result<Product | null>;
  readonly sppsvc: Result<ServiceState | null>;
  readonly events: Result<readonly SppEvent[]>;
  readonly clock: Result<ClockOffset>;
  readonly vbscript: Result<boolean>;
  readonly firewallRule: Result<boolean | null>;
  readonly outboundBlocked: Result<boolean>;
  readonly disableDnsPublishing: Result<RegistryValue | null>;
  readonly publishList: Result<RegistryValue | null>;
  readonly legacyValues: Result<readonly { name: string; value: RegistryValue }[]>;
  /** The one that counts for the KMS client, or for Windows where there is none. */
  readonly assignment: Result<Assignment | null>;
  /** The activation type that counts for it, as in {@link PlacedSettings}. */
  readonly activationType: Result<number | null>;
  /** Every place in which anything is set for a product of Windows or Office, as far as they could be read. */
  readonly places: Result<readonly PlacedSettings[]>;
  readonly domains: Result<Domains>;
  readonly servers: Result<readonly DnsServer[]>;
  /** Configured servers that were not asked, as there were too many. */
  readonly serversLeftOut: number;
  /** Whether the operating system's resolver takes part (not with `--dns`). */
  readonly resolverTakesPart: boolean;
  readonly lookups: readonly SrvLookup[];
  /**
   * Asked of the servers that answer at all, and only where a verdict can rest on it: null where this PC is in no
   * domain, or a candidate domain has a KMS record.
   */
  readonly controllers: ControllersLookup | null;
  /** Hosts named in the first candidate domain that has a record: Windows looks no further. */
  readonly targets: readonly Target[];
  /** Those that only later candidate domains name. */
  readonly laterTargets: readonly Target[];
  /** KMS hosts of `targets` that were not tried, or not at each of their addresses, as there were too many. */
  readonly targetsLeftOut: number;
  readonly assignedTarget: Target | null;
  /**
   * Hosts that something else than a candidate domain speaks for; at most {@link MOST.inQuestion}, the likeliest first.
   * No verdict rests on them.
   */
  readonly hostsInQuestion: readonly Target[];
  /** On a KMS host: its own addresses at its own port. */
  readonly ownPort: readonly Probe[];
}

/** The SRV records in an answer. */
export function srvRecords(records: readonly DnsRecord[]): Extract<DnsRecord, { type: 'SRV' }>[] {
  return records.filter((record) => record.type === 'SRV');
}

/** The SRV records that any configured server has for a lookup, duplicates included. */
export function recordsAtServers({ servers }: SrvLookup): ReturnType<typeof srvRecords> {
  return servers.flatMap(({ answer }) => recordsIn(answer));
}

/** The SRV records in what a server answered. */
export function recordsIn(answer: AskedAnswer): ReturnType<typeof srvRecords> {
  return answer.outcome === 'answered' && answer.rcode === 'NOERROR'
    ? srvRecords(answer.answers)
    : [];
}

/** Whether a server's answer says anything of the name: NOERROR or NXDOMAIN (RFC 2308 §2). */
export const isDefinite: (answer: AskedAnswer) => boolean = isUsable;

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

const answersOfTarget = ({ lookups }: Target): ServerAnswer[] =>
  lookups.flatMap(({ servers }) =>
    servers.flatMap(({ server, a, aaaa }) => [
      { server, answer: a },
      { server, answer: aaaa },
    ]),
  );

/** The places of a situation where configured servers have answered. */
const ANSWERS: readonly ((situation: FactSnapshot) => ServerAnswer[])[] = [
  ({ lookups }) => lookups.flatMap(({ servers }) => servers),
  ({ targets }) => targets.flatMap(answersOfTarget),
  ({ assignedTarget }) => (assignedTarget === null ? [] : answersOfTarget(assignedTarget)),
];

/** Every answer that any configured server gave in the run. */
export function allAnswers(situation: FactSnapshot): ServerAnswer[] {
  return ANSWERS.flatMap((answersOf) => answersOf(situation));
}

/** Whether something holds of any answer that a configured server gave in the run. */
export function someAnswer(
  situation: FactSnapshot,
  holds: (answer: AskedAnswer) => boolean,
): boolean {
  return some(ANSWERS, (answersOf) => some(answersOf(situation), ({ answer }) => holds(answer)));
}

/** Whether a question could be put to each configured server; what one would say that was not asked is unknown. */
export function everyServerAsked(situation: FactSnapshot): boolean {
  if (situation.serversLeftOut > 0) return false;
  const said = allAnswers(situation);
  return every(valueOr(situation.servers, []), (configured) =>
    some(said, ({ server, answer }) => isSameServer(server, configured) && wasAsked(answer)),
  );
}

/** Whether each configured server answers a question for a record; what a silent one would say is unknown. */
export function everyServerAnswers(situation: FactSnapshot): boolean {
  if (situation.serversLeftOut > 0) return false;
  return every(valueOr(situation.servers, []), (configured) =>
    some(situation.lookups, ({ servers }) =>
      some(
        servers,
        ({ server, answer }) => isSameServer(server, configured) && answer.outcome === 'answered',
      ),
    ),
  );
}

function isSameServer(one: DnsServer, other: DnsServer): boolean {
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
export function anyServerAnswers(situation: FactSnapshot): boolean {
  return someAnswer(situation, ({ outcome }) => outcome === 'answered');
}

/** Whether the resolver found anything in the run; null where it was not asked or could not be read. */
export function resolverFinds(situation: FactSnapshot): boolean | null {
  const ofTargets = (): ResolverAnswer[] =>
    [...situation.targets, situation.assignedTarget].flatMap((target) =>
      (target?.lookups ?? []).flatMap(({ resolver }) =>
        resolver?.ok === true ? [resolver.value.a, resolver.value.aaaa] : [],
      ),
    );
  const ofRecord = ({ resolver }: Pick<SrvLookup, 'resolver'>): ResolverAnswer[] =>
    resolver?.ok === true ? [resolver.value] : [];
  const ofControllers = (): ResolverAnswer[] =>
    situation.controllers === null ? [] : ofRecord(situation.controllers);
  const finds = ({ records }: ResolverAnswer): boolean => records.length > 0;
  const found = either(
    () => some(situation.lookups, (lookup) => ofRecord(lookup).some(finds)),
    () => ofTargets().some(finds),
    () => ofControllers().some(finds),
  );
  if (found) return true;
  const all = [...ofTargets(), ...ofControllers(), ...situation.lookups.flatMap(ofRecord)];
  return all.length > 0 ? false : null;
}

/** Where the resolver's answers count: no configured server answers and it does. */
function resolverDecides(situation: FactSnapshot): boolean {
  return !anyServerAnswers(situation) && resolverFinds(situation) === true;
}

/** Whether a question could be put: one that could not denies nothing, whatever the resolver lacks. */
const wasAsked = ({ outcome }: AskedAnswer): boolean => outcome !== 'unread';

/** A KMS record in a domain: whether it stands there, and which ones do. */
export interface RecordFound {
  readonly presence: Presence;
  readonly records: ReturnType<typeof srvRecords>;
}

/** Whether a KMS record stands in a domain, and which. */
export function srvPresence(situation: FactSnapshot, lookup: SrvLookup): RecordFound {
  const atResolver = (): RecordFound['records'] => recordsAtResolver(lookup.resolver);
  const isAtServer = (): boolean =>
    some(lookup.servers, ({ answer }) => recordsIn(answer).length > 0);
  const isAtResolver = (): boolean =>
    (lookup.role === 'candidate' || (!deniesRecord(lookup) && resolverDecides(situation))) &&
    atResolver().length > 0;
  return lazily<RecordFound>({
    presence: () => {
      if (isAtServer() || isAtResolver()) return 'found';
      if (deniesRecord(lookup)) return 'absent';
      const isDenied =
        lookup.resolver?.ok === true &&
        resolverDecides(situation) &&
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
 * as one with none. Null where the resolver could not be read; true where the servers have none.
 */
export function resolverHasRecord(lookup: SrvLookup): boolean | null {
  const there = recordsAtServers(lookup);
  if (there.length === 0) return true;
  if (lookup.resolver?.ok !== true) return null;
  return srvRecords(lookup.resolver.value.records).some((seen) =>
    there.some(({ target, port }) => seen.target === target && seen.port === port),
  );
}

/** Whether the resolver has one of the addresses that the servers have; null and true as for records. */
export function resolverHasAddress({ servers, resolver }: AddressLookup): boolean | null {
  const there = servers.flatMap(addressesAt);
  if (there.length === 0) return true;
  if (resolver?.ok !== true) return null;
  return atResolver({ resolver }).some((address) => there.includes(address));
}

/**
 * Whether a host name has an address.
 *
 * @param byResolver whether one that only the resolver has is one
 */
export function addressPresence(
  situation: FactSnapshot,
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
  if (some(lookup.servers, ({ a }) => isDefinite(a))) return 'absent';
  if (resolverDecides(situation) && lookup.resolver?.ok === true) {
    if (atResolver(lookup).length > 0) return 'found';
    const wereAsked = every(lookup.servers, ({ a: four, aaaa: six }) =>
      every([four, six], wasAsked),
    );
    return wereAsked ? 'absent' : 'unread';
  }
  return 'unread';
}

/** Whether a target has an address under any of its names. */
export function targetPresence(situation: FactSnapshot, target: Target): Presence {
  if (target.lookups.length === 0) return isAddress(target.host) ? 'found' : 'absent';
  const is = (presence: Presence): boolean =>
    some(
      target.lookups,
      (lookup) => addressPresence(situation, lookup, target.byResolver) === presence,
    );
  if (is('found')) return 'found';
  return is('absent') ? 'absent' : 'unread';
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

/** How many of a target's addresses were not tried, as there were too many. */
export function addressesLeftOut({ lookups, probes }: Target): number {
  const tried = probes.filter(
    ({ connected }) => connected.ok || connected.reason !== 'left-out',
  ).length;
  if (probes.length === 0 || lookups.length === 0) return probes.length - tried;
  return addressesOf(lookups, true).length - tried;
}

/** The best that any address of a target gave. */
export function reachabilityOf({ probes }: Target): Reachability {
  return (
    BEST_FIRST.find((reach) => some(probes, (probe) => reachOfProbe(probe) === reach)) ?? 'unread'
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
