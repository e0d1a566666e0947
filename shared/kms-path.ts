/**
 * The path from this PC to its KMS service, and the one judgement on it: verdict, picture and explanation ask here
 * whether an answer is usable, a host resolves, a port is open, a service is KMS, and which hosts count.
 */
import { evidenceOf, hasEnded, type CheckEvidence } from './diagnosis';
import type { EvidenceData } from './evidence';
import type { CheckId } from './catalogue';
import { KMS_PORT, KMS_SERVICE } from './kms';
import {
  canonicalName,
  formatEndpoint,
  isAddress,
  isHostName,
  isIPv4,
  isLoopback,
  isUnspecified,
  parseEndpoint,
  type Endpoint,
} from './names';

/** A question that a DNS server was asked, and its answer. */
export type DnsEvidence = EvidenceData<'dns'>;
type Connection = EvidenceData<'tcp'>;
type Service = EvidenceData<'rpc'>;
type RecordOf<T> = Extract<DnsEvidence['records'][number], { type: T }>;

/** Whether something stands in DNS; `unread` where nobody could say. */
export type Presence = 'found' | 'absent' | 'unread';

/** How a port took a connection. */
export type PortState = 'open' | 'filtered' | 'refused' | 'no-route' | 'unread';

/** How far a KMS host was reached. */
export type Reachability = 'kms' | 'not-kms' | Exclude<PortState, 'open'>;

/**
 * What a host with several addresses is judged by: the first of these that one of them gave. That no route leads to
 * one address counts only where each of the others was tried: a PC without IPv6 reaches no IPv6 address.
 */
const BEST_FIRST: readonly Reachability[] = [
  ...(['kms', 'not-kms', 'filtered', 'refused', 'unread', 'no-route'] as const),
];

/**
 * How far a host was reached by the best of its addresses. One whose port takes a connection at any address is neither
 * filtered nor refused, also where what answers there could not be read.
 *
 * @param gave whether one of the addresses was reached so far
 * @param isConnected whether the port of one took a connection
 */
export function bestReach(
  gave: (reach: Reachability) => boolean,
  isConnected: () => boolean,
): Reachability {
  const best = BEST_FIRST.find(gave) ?? 'unread';
  return isOpen(best) || !isConnected() ? best : 'unread';
}

/** What a server's answer is judged by, as a fact or as evidence has it. */
interface Answered {
  readonly outcome: string;
  readonly rcode?: string | null;
  readonly truncated?: boolean;
  readonly transport?: string;
  readonly answers?: readonly unknown[];
  readonly records?: readonly unknown[];
}

/** Whether a server's answer says anything of the name: NOERROR or NXDOMAIN (RFC 2308 §2), and more than its beginning. */
export function isDefinite(answer: Answered): boolean {
  const { outcome, rcode } = answer;
  return (
    outcome === 'answered' && (rcode === 'NOERROR' || rcode === 'NXDOMAIN') && !isCutShort(answer)
  );
}

/** Whether an answer had no room over UDP, could not be had over TCP, and no record is left of it. */
export function isCutShort({ truncated, transport, answers, records }: Answered): boolean {
  return truncated === true && transport === 'udp' && (answers ?? records ?? []).length === 0;
}

/**
 * The addresses of hosts in an answer. Filters and sinkholes answer with 0.0.0.0, :: or a loopback address, which are
 * none.
 *
 * @param ofLoopback whether a loopback address is one
 */
export function addressesIn(records: DnsEvidence['records'], ofLoopback = false): string[] {
  return records
    .flatMap((record) => ('address' in record ? [record.address] : []))
    .filter((address) => !isUnspecified(address) && (ofLoopback || !isLoopback(address)));
}

/**
 * How far one address was reached.
 *
 * @param connected outcome of the connection; null where it could not be tried
 * @param answered outcome of the RPC bind, asked for where the port is open; undefined where it could not be read
 */
export function reachOf(
  connected: Connection['outcome'],
  answered: () => Service['outcome'] | undefined,
): Reachability {
  if (connected !== 'open') return connected ?? 'unread';
  const service = answered();
  if (service === undefined) return 'unread';
  return service === 'kms' ? 'kms' : 'not-kms';
}

/** Whether a port took the connection, whatever service is behind it. */
export function isOpen(reach: Reachability): boolean {
  return reach === 'kms' || reach === 'not-kms';
}

/** Whether this host makes the path healthy: a KMS service answers there. */
export function isKmsHost({ reach }: { readonly reach: Reachability }): boolean {
  return reach === 'kms';
}

/** The hosts that count: the one that is set by hand, else those that DNS names. */
export function hostsInUse<T>(assigned: T | null, discovered: () => readonly T[]): readonly T[] {
  return assigned === null ? discovered() : [assigned];
}

/** The records of a domain that count: those of the servers, or, where they have none, those of the system's resolver. */
export function recordsInUse<T>(atServers: readonly T[], atResolver: readonly T[]): readonly T[] {
  return atServers.length > 0 ? atServers : atResolver;
}

/** A KMS host on the path, judged by its evidence. */
export interface PathTarget extends Endpoint {
  /** IPv4 first: its own where it is one, else those that DNS gave or that were tried. */
  readonly addresses: readonly string[];
  readonly presence: Presence;
  readonly portState: PortState;
  readonly reach: Reachability;
  /** Questions for its addresses. */
  readonly asked: readonly DnsEvidence[];
  /** The one that tells first. */
  readonly connections: readonly Connection[];
  /** The one that tells first. */
  readonly services: readonly Service[];
}

/** What a target is called: a host with its port. What is no name at all is shown as it was typed. */
export const endpointOf = ({ host, port }: Endpoint): string =>
  isHostName(host) || isAddress(host) ? formatEndpoint(host, port) : host;

/** Everything on the path, as the evidence has it: the same for a run that goes on and for a report out of a file. */
export interface KmsPath {
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  readonly dnsServers: readonly string[];
  /** Questions of `dns-server-answers`. */
  readonly serverAnswers: readonly DnsEvidence[];
  /** Questions for the SRV record. */
  readonly srvAnswers: readonly DnsEvidence[];
  /** Domains in which the record was looked for, in the order in which they were asked. */
  readonly domainsAsked: readonly string[];
  readonly domainsWithRecord: readonly string[];
  /** Those that lack it by what a server said, rather than failed to say. */
  readonly domainsDenied: readonly string[];
  /** The server whose word that there is no record Windows takes for final, though another one has it; else null. */
  readonly deniedBy: string | null;
  /** A host is set by hand: DNS is not asked for one. */
  readonly isAssigned: boolean;
  /** The hosts that count. */
  readonly targets: readonly PathTarget[];
}

/** The outcome that tells most of a host comes first. */
const CONNECTIONS: readonly Connection['outcome'][] = [
  ...(['open', 'filtered', 'refused', null, 'no-route'] as const),
];
const SERVICES: readonly Service['outcome'][] = [
  ...(['kms', 'other-rpc', 'not-rpc', 'silent', 'cut', null] as const),
];

/** Which checks tell of a host: one that is set by hand, and one that DNS names. */
export const ASSIGNED_CHECKS = {
  lookup: 'assigned-host-resolves',
  connect: 'assigned-host-answers',
  bind: 'assigned-host-answers',
} as const satisfies Record<string, CheckId>;
export const DISCOVERED_CHECKS = {
  lookup: 'srv-target-addresses',
  connect: 'kms-port-reachable',
  bind: 'kms-service-answers',
} as const satisfies Record<string, CheckId>;

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

const isSrv = (record: DnsEvidence['records'][number]): record is RecordOf<'SRV'> =>
  record.type === 'SRV';

function srvRecordsOf(
  answers: readonly Pick<DnsEvidence, 'name' | 'records'>[],
  name: string,
): RecordOf<'SRV'>[] {
  return answers
    .filter((answer) => answer.name === name)
    .flatMap(({ records }) => records)
    .filter(isSrv);
}

/** The domain of a KMS record's name; null when it is not one, or the bare name. */
export function domainOfRecord(name: string): string | null {
  const canonical = canonicalName(name);
  return canonical.startsWith(`${KMS_SERVICE}.`) ? canonical.slice(KMS_SERVICE.length + 1) : null;
}

/** Reads and judges the path; checks that have not ended yet simply have no evidence. */
export function kmsPath(checks: readonly CheckEvidence[]): KmsPath {
  const adapters = evidenceOf(checks, 'adapter').filter(({ up }) => up);
  const serverAnswers = evidenceOf(checks, 'dns', 'dns-server-answers');
  const srvAnswers = evidenceOf(checks, 'dns', 'srv-record-published');
  const srvResolved = evidenceOf(checks, 'resolver', 'srv-record-published');
  // Windows goes through its domains, and looks no further than the first that has a record.
  const srvRecords =
    unique([...srvAnswers, ...srvResolved].map(({ name }) => name))
      .map((name) => recordsInUse(srvRecordsOf(srvAnswers, name), srvRecordsOf(srvResolved, name)))
      .find((records) => records.length > 0) ?? [];
  const named = new Map(
    srvRecords.map(({ target, port }): [string, Endpoint] => {
      const host = canonicalName(target);
      return [`${host}:${port}`, { host, port }];
    }),
  );
  const assigned = assignedHost(checks);
  const isNeeded = assigned !== null || isAsked(checks);
  const tried = triedIn(checks, assigned === null ? DISCOVERED_CHECKS : ASSIGNED_CHECKS);
  return {
    addresses: unique(adapters.flatMap(({ addresses }) => addresses)),
    gateways: unique(adapters.flatMap(({ gateways }) => gateways)),
    // Servers named on the command line take the place of the configured ones.
    dnsServers: unique(
      serverAnswers.length > 0
        ? serverAnswers.map(({ server }) => server)
        : adapters.flatMap(({ dnsServers }) => dnsServers),
    ),
    serverAnswers,
    srvAnswers,
    domainsAsked: unique(srvAnswers.flatMap(({ name }) => domainOfRecord(name) ?? [])),
    domainsWithRecord: unique(srvRecords.flatMap(({ name }) => domainOfRecord(name) ?? [])),
    domainsDenied: unique(
      srvAnswers
        .filter((answer) => isDefinite(answer) && !answer.records.some(isSrv))
        .flatMap(({ name }) => domainOfRecord(name) ?? []),
    ),
    deniedBy: assigned === null ? deniedBy(srvAnswers, srvResolved) : null,
    isAssigned: assigned !== null,
    targets: isNeeded
      ? hostsInUse(assigned, () => [...named.values()]).map((host) => judged(host, tried))
      : [],
  };
}

/** Whether the hosts that DNS names are of any matter: to who is activated otherwise none is. A KMS host is one of them. */
function isAsked(checks: readonly CheckEvidence[]): boolean {
  const applies = (check: CheckId): boolean =>
    checks.find(({ id }) => id === check)?.status !== 'not-applicable';
  return applies('srv-record-published') || applies('kms-host-activated');
}

/** The first server that answers, where it has no record, another one has, and the system's resolver finds none. */
function deniedBy(
  answers: readonly DnsEvidence[],
  resolved: readonly Pick<DnsEvidence, 'records'>[],
): string | null {
  const finds = ({ records }: Pick<DnsEvidence, 'records'>): boolean => records.length > 0;
  const first = answers.find(isDefinite)?.server;
  if (first === undefined || resolved.length === 0 || resolved.some(finds)) return null;
  const found = answers.filter(finds);
  return found.length > 0 && found.every(({ server }) => server !== first) ? first : null;
}

function assignedHost(checks: readonly CheckEvidence[]): Endpoint | null {
  const assigned = evidenceOf(checks, 'setting', 'assigned-host-form').find(
    ({ name }) => name === 'KeyManagementServiceMachine',
  )?.value;
  if (typeof assigned !== 'string' || assigned === '') return null;
  const endpoint = parseEndpoint(assigned);
  // The evidence has a port after what is no name, too.
  const host = endpoint?.host ?? assigned.replace(/:\d+$/, '');
  return { host: canonicalName(host), port: endpoint?.port ?? KMS_PORT };
}

/** What was tried to reach the hosts, under their names as they are compared. */
function triedIn(
  checks: readonly CheckEvidence[],
  { lookup, connect, bind }: Record<'lookup' | 'connect' | 'bind', CheckId>,
) {
  const byName = <T extends { readonly name: string }>(one: T): T => ({
    ...one,
    name: canonicalName(one.name),
  });
  const byHost = <T extends { readonly host: string }>(one: T): T => ({
    ...one,
    host: canonicalName(one.host),
  });
  return {
    lookupHasEnded: hasEnded(checks.find(({ id }) => id === lookup)?.status),
    asked: evidenceOf(checks, 'dns', lookup).map(byName),
    resolved: evidenceOf(checks, 'resolver', lookup).map(byName),
    resolverFinds: evidenceOf(checks, 'resolver').some(({ records }) => records.length > 0),
    connections: evidenceOf(checks, 'tcp', connect).map(byHost),
    services: evidenceOf(checks, 'rpc', bind).map(byHost),
  };
}

function judged({ host, port }: Endpoint, tried: ReturnType<typeof triedIn>): PathTarget {
  const isItsName = ({ name }: { readonly name: string }): boolean =>
    name === host || name.startsWith(`${host}.`);
  const isIts = (one: Endpoint): boolean => one.host === host && one.port === port;
  const bestFirst = <T extends { readonly outcome: unknown }>(
    all: readonly T[],
    order: readonly unknown[],
  ): T[] => order.flatMap((outcome) => all.filter((one) => one.outcome === outcome));

  const asked = tried.asked.filter(isItsName);
  const connections = bestFirst(tried.connections.filter(isIts), CONNECTIONS);
  const services = bestFirst(tried.services.filter(isIts), SERVICES);
  const isDenied = (): boolean => {
    if (!tried.lookupHasEnded) return false;
    if (asked.some(({ outcome }) => outcome === 'answered')) return asked.some(isDefinite);
    const resolved = tried.resolved.some(isItsName);
    if (asked.length === 0 && !resolved) return true;
    // Where no server answers, the resolver's word counts, if it knows anything at all.
    return resolved && tried.resolverFinds && asked.every(({ outcome }) => outcome !== 'unread');
  };
  const found = unique([
    ...asked.flatMap(({ records }) => addressesIn(records)),
    ...connections.map(({ address }) => address),
  ]);
  const addresses = isAddress(host)
    ? [host]
    : [...found.filter(isIPv4), ...found.filter((address) => !isIPv4(address))];
  const reaches = [
    ...services.map(({ outcome }) => reachOf('open', () => outcome ?? undefined)),
    ...connections.map(({ outcome }) => reachOf(outcome, () => undefined)),
  ];
  return {
    host,
    port,
    addresses,
    presence: addresses.length > 0 ? 'found' : isDenied() ? 'absent' : 'unread',
    portState: connections[0]?.outcome ?? 'unread',
    reach: bestReach(
      (reach) => reaches.includes(reach),
      () => connections.some(({ outcome }) => outcome === 'open'),
    ),
    asked,
    connections,
    services,
  };
}
