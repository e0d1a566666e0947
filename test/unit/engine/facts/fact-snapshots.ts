/** Hand-built snapshots: plain data, so that rules are tested without the code that gathers the facts. */
import type { ReasonCode } from '@shared/diagnosis';
import { channelOf } from '@shared/channels';
import type {
  ConnectAnswer,
  DnsAnswer,
  DnsRecord,
  DnsServer,
  RpcAnswer,
  SppEvent,
} from '@engine/computer';
import type { FactSnapshot } from '@engine/facts/fact-snapshot';
import type {
  AddressLookup,
  QueryResult,
  Domains,
  License,
  Probe,
  Product,
  Result,
  SrvLookup,
  Target,
} from '@engine/facts/fact-types';
import type { Presence, Reachability } from '@shared/kms-path';

/** Returns a fact that was read. */
export const read = <T>(value: T): Result<T> => ({ ok: true, value });

/** Returns a fact that couldn't be read. */
export const unread = (reason: ReasonCode = 'timed-out'): Result<never> => ({
  ok: false,
  reason,
  tool: 'powershell',
  said: null,
});

export const SERVER: DnsServer = { address: '10.0.0.10', port: 53 };

/** Returns a DNS response with these records. */
export const answer = (answers: readonly DnsRecord[] = [], rcode = 'NOERROR'): DnsAnswer => ({
  outcome: 'answered',
  rcode,
  authoritative: true,
  truncated: false,
  transport: 'udp',
  answers,
  additionals: [],
  ms: 1,
});

/** A server that doesn't respond. */
export const SILENT: DnsAnswer = { outcome: 'silent', ms: 2000, detail: null };

/** A server that responds with something other than DNS. */
export const GARBLED: DnsAnswer = { outcome: 'garbled', ms: 20, detail: null };

/** A query that couldn't be sent. */
export const NOT_ASKED: QueryResult = {
  outcome: 'unread',
  reason: 'cancelled',
  ms: null,
  detail: null,
};

export const srv = (target: string, port = 1688, ttl = 3600): DnsRecord => ({
  type: 'SRV',
  name: '_vlmcs._tcp.contoso.com',
  ttl,
  priority: 0,
  weight: 0,
  port,
  target,
});

export const a = (address: string, name = 'kms1.contoso.com'): DnsRecord => ({
  type: address.includes(':') ? 'AAAA' : 'A',
  name,
  ttl: 3600,
  address,
});

const ANSWERS: Readonly<Record<Presence, QueryResult>> = {
  found: answer([srv('kms1.contoso.com')]),
  absent: answer([], 'NXDOMAIN'),
  unread: NOT_ASKED,
};

/** Returns the SRV lookup of a KMS record. */
export const lookup = (
  role: SrvLookup['role'],
  domain: string | null,
  is: Presence | readonly QueryResult[],
  resolver: SrvLookup['resolver'] = null,
): SrvLookup => ({
  role,
  domain,
  servers: (typeof is === 'string' ? [ANSWERS[is]] : is).map((one) => ({
    server: SERVER,
    answer: one,
  })),
  resolver,
});

/** Returns the lookup of a host's addresses. */
export const addresses = (
  host: string,
  is: Presence | readonly string[],
  resolver: readonly string[] | 'unread' | null = null,
): AddressLookup => {
  const records = (typeof is === 'string' ? ['10.0.0.20'] : is).map((one) => a(one, host));
  const found = typeof is !== 'string' || is === 'found';
  const said = found ? answer(records) : ANSWERS[is];
  return {
    host,
    servers: [{ server: SERVER, a: said, aaaa: found ? answer() : said }],
    resolver:
      resolver === null
        ? null
        : resolver === 'unread'
          ? unread()
          : read({
              a: { records: resolver.map((one) => a(one, host)), error: null, ms: 1 },
              aaaa: { records: [], error: null, ms: 1 },
            }),
  };
};

const CONNECTED: Readonly<Record<Reachability, ConnectAnswer['outcome'] | null>> = {
  kms: 'open',
  'not-kms': 'open',
  filtered: 'filtered',
  refused: 'refused',
  'no-route': 'no-route',
  unread: null,
};

/** Returns the probe of an address and port with this outcome. */
export const probe = (reach: Reachability, address = '10.0.0.20', port = 1688): Probe => {
  const outcome = CONNECTED[reach];
  const said: RpcAnswer['outcome'] = reach === 'kms' ? 'kms' : 'other-rpc';
  return {
    address,
    port,
    connected: outcome === null ? unread() : read({ outcome, ms: 1, detail: null }),
    answered:
      outcome === null
        ? unread()
        : read(outcome === 'open' ? { outcome: said, ms: 1, detail: null } : null),
  };
};

/** Returns a KMS host with this reachability, or one whose addresses are absent or unread. */
export const target = (
  is: Reachability | 'no-address' | 'address-unread',
  host = `${is}.contoso.com`,
): Target =>
  is === 'no-address' || is === 'address-unread'
    ? {
        host,
        port: 1688,
        ...{ byResolver: false, standardPort: [] },
        lookups: [addresses(host, is === 'no-address' ? 'absent' : 'unread')],
        probes: [],
      }
    : {
        ...{ host, port: 1688, byResolver: false, standardPort: [] },
        lookups: [addresses(host, 'found')],
        probes: [probe(is)],
      };

/** Returns the snapshot with changes to its license. */
export function licensed(snapshot: FactSnapshot, over: Partial<License>): FactSnapshot {
  if (!snapshot.licence.ok || snapshot.licence.value === null) throw new Error('No licence');
  const licence = { ...snapshot.licence.value, ...over };
  const isClient = licence.channel.class === 'kms-client';
  return {
    ...snapshot,
    licence: read(licence),
    products: read([licence]),
    kmsClient: read(isClient ? licence : null),
  };
}

/** Returns the channel with this token. */
export const channel = (token: string) => channelOf(`Windows, ${token} channel`);

/** Returns the snapshot with changes to its domains. */
export function inDomains(snapshot: FactSnapshot, over: Partial<Domains>): FactSnapshot {
  if (!snapshot.domains.ok) throw new Error('No domains');
  return { ...snapshot, domains: read({ ...snapshot.domains.value, ...over }) };
}

const WINDOWS: License = {
  row: {},
  application: 'windows',
  id: '73111121-5638-40f6-bc11-f1d7b0d64300',
  name: 'Windows(R), Enterprise edition',
  channel: channel('VOLUME_KMSCLIENT'),
  channelRead: true,
  edition: 'Enterprise',
  partialProductKey: '2YT43',
  status: 5,
  licensed: false,
  reason: 0xc004f034,
  graceMinutes: 0,
};

/** A KMS client that has everything it needs but isn't activated yet. */
export const CLIENT: FactSnapshot = {
  now: '2026-11-22T09:00:00.000Z',
  diagnosedAs: 'this-pc',
  system: read({
    name: 'PC-042',
    os: 'Windows 11 Enterprise',
    build: 26100,
    server: false,
    uiLanguage: 'en-US',
    elevated: true,
    id: 'scenario:PC-042',
  }),
  adapters: read([]),
  dnsClient: read({
    adDomain: 'contoso.com',
    primaryDnsSuffix: 'contoso.com',
    suffixSearchList: ['contoso.com'],
  }),
  dnsPolicies: read([]),
  dnsTools: read(true),
  service: read({ KeyManagementServiceDnsPublishing: true }),
  licence: read(WINDOWS),
  products: read([WINDOWS]),
  kmsClient: read(WINDOWS),
  sppsvc: read({ state: 'stopped', start: 'automatic' }),
  events: read([]),
  clock: read({ minutes: 0, source: 'dc1.contoso.com' }),
  vbscript: read(true),
  firewallRule: read(null),
  outboundBlocked: read(null),
  disableDnsPublishing: read(null),
  publishList: read(null),
  legacyValues: read([]),
  assignment: read(null),
  activationType: read(null),
  places: read([]),
  domains: read({
    candidates: ['contoso.com'],
    others: [],
    shadowedDomains: [],
    lookupDomain: null,
    suffixes: ['contoso.com'],
    complete: true,
    leftOut: 0,
    publish: [],
  }),
  servers: read([SERVER]),
  serversLeftOut: 0,
  resolverTakesPart: true,
  lookups: [
    lookup(
      'candidate',
      'contoso.com',
      'found',
      read({ records: [srv('kms1.contoso.com')], error: null, ms: 1 }),
    ),
    lookup('bare', null, 'absent'),
  ],
  targets: [
    {
      ...{ host: 'kms1.contoso.com', port: 1688, byResolver: false, standardPort: [] },
      lookups: [addresses('kms1.contoso.com', 'found', ['10.0.0.20'])],
      probes: [probe('kms')],
    },
  ],
  controllers: null,
  laterTargets: [],
  hostsInQuestion: [],
  targetsLeftOut: 0,
  assignedTarget: null,
  ownPort: [],
};

/** The same client, activated. */
export const HEALTHY: FactSnapshot = licensed(CLIENT, {
  licensed: true,
  status: 1,
  reason: 0,
  graceMinutes: 250_000,
});

/** A KMS host that has everything it needs. */
export const HOST: FactSnapshot = {
  ...licensed(HEALTHY, { channel: channel('VOLUME_KMS_WS19'), graceMinutes: 0 }),
  system: read({
    name: 'KMS1',
    os: 'Windows Server 2019 Standard',
    build: 17763,
    server: true,
    uiLanguage: 'en-US',
    elevated: true,
    id: 'scenario:KMS1',
  }),
  service: read({ KeyManagementServiceDnsPublishing: true, KeyManagementServiceCurrentCount: 40 }),
  firewallRule: read(true),
  ownPort: [probe('kms')],
};

const needsWindows = unread('needs-windows');

/** A diagnosis of the network alone, which has a KMS host. */
export const NETWORK: FactSnapshot = {
  ...CLIENT,
  diagnosedAs: 'network',
  service: needsWindows,
  licence: needsWindows,
  sppsvc: needsWindows,
  events: needsWindows,
  clock: needsWindows,
  vbscript: needsWindows,
  firewallRule: needsWindows,
  outboundBlocked: needsWindows,
  disableDnsPublishing: needsWindows,
  publishList: needsWindows,
  legacyValues: needsWindows,
  assignment: needsWindows,
  activationType: needsWindows,
  places: needsWindows,
  dnsPolicies: needsWindows,
  dnsTools: needsWindows,
  products: needsWindows,
  kmsClient: needsWindows,
};

/** A client with a KMS host assigned by name. */
export const ASSIGNED: FactSnapshot = {
  ...CLIENT,
  assignment: read({ place: 'service', host: 'kms9.contoso.com', port: 1688, isAddress: false }),
  assignedTarget: { ...target('kms', 'kms9.contoso.com'), byResolver: true },
};

/** A client with a KMS host assigned by IP address. */
export const ASSIGNED_ADDRESS: FactSnapshot = {
  ...CLIENT,
  assignment: read({ place: 'service', host: '10.0.0.20', port: 1688, isAddress: true }),
  assignedTarget: {
    ...{ host: '10.0.0.20', port: 1688, byResolver: true, standardPort: [] },
    lookups: [],
    probes: [probe('kms')],
  },
};

/** A client machine ID (CMID). */
export const CMID = '11111111-2222-3333-4444-555555555555';

/** Activation ID of Office 2024. */
export const OFFICE_2024 = '8d368fc1-9470-4be2-8d66-90e836cbb051';

/** Returns the event that a KMS host logs for a client's request. */
export function served(
  name: string,
  code = '0x0',
  id = CMID,
  time = '2026-11-22T08:00:00Z',
): SppEvent {
  return { id: 12290, time, data: [code, '25', name, id] };
}

/** Returns the snapshot with an Office volume license that isn't activated. */
export function withOffice(snapshot: FactSnapshot, over: Partial<Product> = {}): FactSnapshot {
  if (!snapshot.licence.ok || snapshot.licence.value === null) throw new Error('No licence');
  const windows = snapshot.licence.value;
  const office: Product = {
    ...windows,
    application: 'office',
    id: OFFICE_2024,
    name: 'Office 24',
    channel: channel('VOLUME_KMSCLIENT'),
    status: 5,
    licensed: false,
    reason: 0xc004f038,
    ...over,
  };
  return { ...snapshot, products: read([windows, office]) };
}
