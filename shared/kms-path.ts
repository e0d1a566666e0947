/**
 * The path from this PC to its KMS service, with the only implementation of its rules. Verdict, diagram and explanation
 * all use it to decide whether a response is usable, a host resolves, a port is open, a service is KMS, and which hosts
 * count.
 */
import type { DeepReadonly } from './deep-readonly';
import { evidenceOf, hasEnded, settingOf, statusOf, type CheckEvidence } from './diagnosis';
import type { EvidenceData } from './evidence';
import type { CheckId } from './catalog';
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

/** A query to a DNS server with its response. */
export type DnsEvidence = EvidenceData<'dns'>;
type Connection = EvidenceData<'tcp'>;
type Service = EvidenceData<'rpc'>;

/** Whether a name exists in DNS; `unread` if that couldn't be determined. */
export type Presence = 'found' | 'absent' | 'unread';

/** How a port responded to a connection. */
export type PortState = 'open' | 'filtered' | 'refused' | 'no-route' | 'unread';

/** How far a KMS host could be reached. */
export type Reachability = 'kms' | 'not-kms' | Exclude<PortState, 'open'>;

/**
 * Precedence of results for a host with several addresses: the first of these that any address gave. `no-route` for one
 * address counts only if every other address was tried, since a PC without IPv6 reaches no IPv6 address.
 */
const BEST_FIRST: readonly Reachability[] = [
  'kms',
  'not-kms',
  'filtered',
  'refused',
  'unread',
  'no-route',
];

/**
 * Returns the best reachability among a host's addresses. If any address accepts a connection, the host is neither
 * filtered nor refused, even if the response of its service couldn't be read.
 *
 * @param gave whether one of the addresses had this result
 * @param isConnected whether any address accepted a connection
 */
export function bestReach(
  gave: (reach: Reachability) => boolean,
  isConnected: () => boolean,
): Reachability {
  const best = BEST_FIRST.find(gave) ?? 'unread';
  return isOpen(best) || !isConnected() ? best : 'unread';
}

/** The properties that determine whether a server's response is usable, in facts as in evidence. */
interface Answered {
  readonly outcome: string;
  readonly rcode?: string | null;
  readonly truncated?: boolean;
  readonly transport?: string;
  readonly answers?: readonly unknown[];
  readonly records?: readonly unknown[];
}

/** Whether a server's response is conclusive: NOERROR or NXDOMAIN (RFC 2308 §2), and not truncated to nothing. */
export function isConclusive(answer: Answered): boolean {
  const { outcome, rcode } = answer;
  return (
    outcome === 'answered' && (rcode === 'NOERROR' || rcode === 'NXDOMAIN') && !isTruncated(answer)
  );
}

/** Whether a response was truncated over UDP, couldn't be had over TCP, and contains no record. */
export function isTruncated({ truncated, transport, answers, records }: Answered): boolean {
  return truncated === true && transport === 'udp' && (answers ?? records ?? []).length === 0;
}

/**
 * Returns the host addresses in a response. Filters and sinkholes return 0.0.0.0, :: or a loopback address, which don't
 * count.
 *
 * @param ofLoopback whether loopback addresses count
 */
export function addressesIn(records: DnsEvidence['records'], ofLoopback = false): string[] {
  return records
    .flatMap((record) => ('address' in record ? [record.address] : []))
    .filter((address) => !isUnspecified(address) && (ofLoopback || !isLoopback(address)));
}

/**
 * Returns how far one address could be reached.
 *
 * @param connected outcome of the connection; null if it couldn't be tried
 * @param answered outcome of the RPC bind, requested only if the port is open; undefined if it couldn't be read
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

/** Whether a port accepted the connection, regardless of the service. */
export function isOpen(reach: Reachability): boolean {
  return reach === 'kms' || reach === 'not-kms';
}

/** Whether this host makes the path healthy: a KMS service responds there. */
export function isKmsHost({ reach }: { readonly reach: Reachability }): boolean {
  return reach === 'kms';
}

/** Returns the hosts that count: the manually set one, else those from DNS. */
export function hostsInUse<T>(assigned: T | null, discovered: () => readonly T[]): readonly T[] {
  return assigned === null ? discovered() : [assigned];
}

/**
 * Returns the records of a domain that count: those of the servers, or those of the system's resolver if the servers
 * have none.
 */
export function recordsInUse<T>(atServers: readonly T[], atResolver: readonly T[]): readonly T[] {
  return atServers.length > 0 ? atServers : atResolver;
}

/** A KMS host on the path, evaluated from its evidence. */
export type PathTarget = DeepReadonly<ReturnType<typeof judged>>;

/** Formats a target as a host with its port. Text that isn't a valid name is shown as typed. */
export const endpointOf = ({ host, port }: Endpoint): string =>
  isHostName(host) || isAddress(host) ? formatEndpoint(host, port) : host;

/** Everything on the path according to the evidence, both of a run in progress and of a report from a file. */
export type KmsPath = DeepReadonly<ReturnType<typeof kmsPath>>;

/** Most significant outcome first. */
const SERVICES: readonly Service['outcome'][] = [
  'kms',
  'other-rpc',
  'not-rpc',
  'silent',
  'cut',
  null,
];

/** The checks that cover a manually set host. */
const ASSIGNED_CHECKS = {
  lookup: 'assigned-host-resolves',
  connect: 'assigned-host-answers',
  bind: 'assigned-host-answers',
} as const satisfies Record<string, CheckId>;
/** The checks that cover a host found in DNS. */
const DISCOVERED_CHECKS = {
  lookup: 'srv-target-addresses',
  connect: 'kms-port-reachable',
  bind: 'kms-service-answers',
} as const satisfies Record<string, CheckId>;

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** Returns the SRV records in an answer. */
export const srvRecords = (records: DnsEvidence['records']) =>
  records.filter((record) => record.type === 'SRV');

const srvRecordsOf = (answers: readonly Pick<DnsEvidence, 'name' | 'records'>[], name: string) =>
  answers.filter((answer) => answer.name === name).flatMap(({ records }) => srvRecords(records));

/** Returns the domain in a KMS record's name; null if it is the bare name or not a KMS record. */
export function domainOfRecord(name: string): string | null {
  const canonical = canonicalName(name);
  return canonical.startsWith(`${KMS_SERVICE}.`) ? canonical.slice(KMS_SERVICE.length + 1) : null;
}

const domainsOf = (named: readonly { readonly name: string }[]): string[] =>
  unique(named.flatMap(({ name }) => domainOfRecord(name) ?? []));

/** Reads and evaluates the path. Checks that haven't finished yet have no evidence. */
export function kmsPath(checks: readonly CheckEvidence[]) {
  const adapters = evidenceOf(checks, 'adapter').filter(({ up }) => up);
  const serverAnswers = evidenceOf(checks, 'dns', 'dns-server-answers');
  const srvAnswers = evidenceOf(checks, 'dns', 'srv-record-published');
  const srvResolved = evidenceOf(checks, 'resolver', 'srv-record-published');
  // Windows tries its domains in order and stops at the first that has a record.
  const inUse =
    unique([...srvAnswers, ...srvResolved].map(({ name }) => name))
      .map((name) => recordsInUse(srvRecordsOf(srvAnswers, name), srvRecordsOf(srvResolved, name)))
      .find((records) => records.length > 0) ?? [];
  const named = new Map(
    inUse.map(({ target, port }): [string, Endpoint] => {
      const host = canonicalName(target);
      return [`${host}:${port}`, { host, port }];
    }),
  );
  const assigned = assignedHost(checks);
  const isNeeded = assigned !== null || isAsked(checks);
  const hostChecks = assigned === null ? DISCOVERED_CHECKS : ASSIGNED_CHECKS;
  const tried = triedIn(checks, hostChecks);
  return {
    addresses: unique(adapters.flatMap(({ addresses }) => addresses)),
    gateways: unique(adapters.flatMap(({ gateways }) => gateways)),
    // Servers named on the command line replace the configured ones.
    dnsServers: unique(
      serverAnswers.length > 0
        ? serverAnswers.map(({ server }) => server)
        : adapters.flatMap(({ dnsServers }) => dnsServers),
    ),
    /** Queries of `dns-server-answers`. */
    serverAnswers,
    /** SRV record queries. */
    srvAnswers,
    /** Domains in which the record was queried, in query order. */
    domainsAsked: domainsOf(srvAnswers),
    domainsWithRecord: domainsOf(inUse),
    /** Domains that lack the record according to a server's response, rather than for lack of one. */
    domainsDenied: domainsOf(
      srvAnswers.filter(
        (answer) => isConclusive(answer) && srvRecords(answer.records).length === 0,
      ),
    ),
    /** The server whose negative response Windows accepts as final although another server has the record; else null. */
    deniedBy: assigned === null ? deniedBy(srvAnswers, srvResolved) : null,
    /** Whether a host is set manually, so that DNS isn't queried for one. */
    isAssigned: assigned !== null,
    /** The checks that cover the hosts that count. */
    hostChecks,
    /** The hosts that count. */
    targets: isNeeded
      ? hostsInUse(assigned, () => [...named.values()]).map((host) => judged(host, tried))
      : [],
  };
}

/**
 * Whether the hosts found in DNS are relevant. They are for a KMS client, and for a KMS host, which is one of them, but
 * not for a PC activated another way.
 */
function isAsked(checks: readonly CheckEvidence[]): boolean {
  const applies = (check: CheckId): boolean => statusOf(checks, check) !== 'not-applicable';
  return applies('srv-record-published') || applies('kms-host-activated');
}

/**
 * Returns the first responding server if it lacks the record, another server has it, and the system's resolver finds
 * none.
 */
function deniedBy(
  answers: readonly DnsEvidence[],
  resolved: readonly Pick<DnsEvidence, 'records'>[],
): string | null {
  const finds = ({ records }: Pick<DnsEvidence, 'records'>): boolean => records.length > 0;
  const first = answers.find(isConclusive)?.server;
  if (first === undefined || resolved.length === 0 || resolved.some(finds)) return null;
  const found = answers.filter(finds);
  return found.length > 0 && found.every(({ server }) => server !== first) ? first : null;
}

function assignedHost(checks: readonly CheckEvidence[]): Endpoint | null {
  const assigned = settingOf(checks, 'assigned-host-form', 'KeyManagementServiceMachine');
  if (assigned === '') return null;
  const endpoint = parseEndpoint(assigned);
  // Evidence appends a port even to an invalid name.
  const host = endpoint?.host ?? assigned.replace(/:\d+$/, '');
  return { host: canonicalName(host), port: endpoint?.port ?? KMS_PORT };
}

/** Collects the attempts to reach the hosts, by canonical name. */
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
    lookupHasEnded: hasEnded(statusOf(checks, lookup)),
    asked: evidenceOf(checks, 'dns', lookup).map(byName),
    resolved: evidenceOf(checks, 'resolver', lookup).map(byName),
    resolverFinds: evidenceOf(checks, 'resolver').some(({ records }) => records.length > 0),
    connections: evidenceOf(checks, 'tcp', connect).map(byHost),
    services: evidenceOf(checks, 'rpc', bind).map(byHost),
  };
}

function judged({ host, port }: Endpoint, tried: ReturnType<typeof triedIn>) {
  const isItsName = ({ name }: { readonly name: string }): boolean =>
    name === host || name.startsWith(`${host}.`);
  const isIts = (one: Endpoint): boolean => one.host === host && one.port === port;
  const rankOf = ({ outcome }: Connection): number =>
    BEST_FIRST.indexOf(reachOf(outcome, () => 'kms'));

  const asked = tried.asked.filter(isItsName);
  const connections = tried.connections
    .filter(isIts)
    .sort((one, other) => rankOf(one) - rankOf(other));
  const bound = tried.services.filter(isIts);
  const services = SERVICES.flatMap((outcome) => bound.filter((one) => one.outcome === outcome));
  const isDenied = (): boolean => {
    if (!tried.lookupHasEnded) return false;
    if (asked.some(({ outcome }) => outcome === 'answered')) return asked.some(isConclusive);
    const resolved = tried.resolved.some(isItsName);
    if (asked.length === 0 && !resolved) return true;
    // Without a response from any server, the resolver's result counts, provided it resolves anything at all.
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
  const presence: Presence = addresses.length > 0 ? 'found' : isDenied() ? 'absent' : 'unread';
  const portState: PortState = connections[0]?.outcome ?? 'unread';
  return {
    host,
    port,
    /** IPv4 first: the host itself if it is an address, else those from DNS or those that were tried. */
    addresses,
    presence,
    portState,
    reach: bestReach(
      (reach) => reaches.includes(reach),
      () => connections.some(({ outcome }) => outcome === 'open'),
    ),
    /** Address queries for the host. */
    asked,
    /** Most significant outcome first. */
    connections,
    /** Most significant outcome first. */
    services,
  };
}
