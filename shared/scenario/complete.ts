/**
 * A scenario completed with defaults: a healthy, activated Windows 11 Enterprise client in contoso.com with one DNS
 * server and one KMS host.
 */
import { KMS_PORT, KMS_SERVICE, WINDOWS_APPLICATION_ID } from '../kms';
import { lookUp, mapValues } from '../look-up';
import { canonicalName } from '../names';
import { valueAt } from './path';
import type { ScenarioFile, ScenarioPart, ScenarioRecord } from './schema';

/** Default TTL of a record in seconds; KMS hosts publish with one hour. */
export const DEFAULT_TTL_S = 3_600;

type CimValue = string | number | boolean | null;

/** A CIM row by Windows' own property names. */
export type CompleteCimRow = Readonly<Record<string, CimValue>>;

/** Makes every optional property required, and everything read-only. */
type Complete<T> = T extends readonly (infer Item)[]
  ? readonly Complete<Item>[]
  : T extends object
    ? { readonly [K in keyof T]-?: Complete<Exclude<T[K], undefined>> }
    : T;

type GivenProduct = NonNullable<ScenarioPart<'licensing'>['products']>[number];
type GivenHost = ScenarioPart<'hosts'>[string];

/** A DNS record; its name is lowercase, without a trailing dot, `.` for the root. */
export type CompleteRecord = Complete<ScenarioRecord>;

/** A simulated DNS server. */
export type CompleteDnsServer = Complete<NonNullable<ScenarioPart<'dns'>['servers']>[string]>;

/** The KMS service of a simulated host. */
export type CompleteKmsService = Complete<NonNullable<GivenHost['kms']>>;

/** A complete scenario. A null title means none, and a missing service isn't installed. */
export interface CompleteScenario extends Complete<
  Omit<ScenarioFile, 'schema' | 'title' | 'licensing' | 'services'>
> {
  readonly title: string | null;
  readonly licensing: {
    readonly service: CompleteCimRow;
    readonly products: readonly CompleteCimRow[];
  };
  readonly services: Readonly<
    Record<string, Complete<NonNullable<ScenarioPart<'services'>[string]>>>
  >;
}

const kmsClientProduct = {
  Name: 'Windows(R), Enterprise edition',
  Description: 'Windows(R) Operating System, VOLUME_KMSCLIENT channel',
};

type DefaultScenario = Required<Omit<ScenarioFile, 'title'>> & {
  readonly [K in 'computer' | 'licensing' | 'dns' | 'faults']: Required<ScenarioPart<K>>;
};

/** Defaults for entries of lists and maps. */
export const DEFAULT_ENTRIES = {
  adapter: {
    name: 'Ethernet',
    up: true,
    addresses: [],
    gateways: [],
    dnsServers: [],
    dnsServersFrom: 'dhcp',
    connectionSuffix: null,
  },
  product: {
    ApplicationID: WINDOWS_APPLICATION_ID,
    PartialProductKey: null,
    LicenseStatus: 1,
    LicenseStatusReason: 0,
    LicenseIsAddon: false,
  },
  service: { state: 'stopped', start: 'automatic' },
  server: {
    ping: true,
    answers: true,
    rcode: null,
    hostsAdDomain: true,
    dynamicUpdates: 'secure',
    records: [],
  },
  record: { priority: 0, weight: 0, port: KMS_PORT, ttl: DEFAULT_TTL_S },
  host: { ping: true },
  kms: { currentCount: 40, activated: true, canActivate: true, clockSkewMinutes: 0 },
} as const;

/** The default scenario, in file format. */
export const DEFAULT_SCENARIO: DefaultScenario = {
  schema: 'kms-doctor/scenario@1',
  of: 'this-pc',
  now: '2026-11-22T09:00:00Z',
  computer: {
    name: 'PC-042',
    os: 'Windows 11 Enterprise',
    build: 26_100,
    server: false,
    uiLanguage: 'en-US',
    elevated: true,
    domain: 'contoso.com',
    primaryDnsSuffix: 'contoso.com',
    dnsSuffixSearchList: ['contoso.com'],
    clockSkewMinutes: 0,
    vbscript: true,
    firewallKmsRule: null,
    outboundBlocked: false,
    outboundBlockedByPolicy: false,
    dnsTools: true,
  },
  adapters: [
    {
      ...DEFAULT_ENTRIES.adapter,
      addresses: ['10.0.0.42'],
      gateways: ['10.0.0.1'],
      dnsServers: ['10.0.0.10'],
      connectionSuffix: 'contoso.com',
    },
  ],
  licensing: {
    service: {
      KeyManagementServiceMachine: '',
      KeyManagementServicePort: 0,
      KeyManagementServiceLookupDomain: '',
      KeyManagementServiceDnsPublishing: true,
    },
    products: [
      {
        ...DEFAULT_ENTRIES.product,
        ...kmsClientProduct,
        LicenseFamily: 'Enterprise',
        PartialProductKey: '2YT43',
        GracePeriodRemaining: 250_000,
        DiscoveredKeyManagementServiceMachineName: 'kms1.contoso.com',
        DiscoveredKeyManagementServiceMachinePort: KMS_PORT,
      },
    ],
  },
  registry: {},
  services: {
    sppsvc: DEFAULT_ENTRIES.service,
    Dnscache: { state: 'running', start: 'automatic' },
  },
  events: [],
  dns: {
    servers: {
      '10.0.0.10': {
        ...DEFAULT_ENTRIES.server,
        records: [
          {
            name: `${KMS_SERVICE}.contoso.com`,
            type: 'SRV',
            priority: 0,
            weight: 0,
            port: KMS_PORT,
            target: 'kms1.contoso.com',
          },
          { name: 'kms1.contoso.com', type: 'A', address: '10.0.0.20' },
        ],
      },
    },
    resolverCache: null,
  },
  hosts: { '10.0.0.20': { ping: true, ports: { [KMS_PORT]: 'kms' }, kms: DEFAULT_ENTRIES.kms } },
  faults: { slmgr: null, powershell: null, registry: null, ping: null },
  unread: {},
  leftOut: [],
  expectedHosts: [],
};

/** Paths of the objects in a file that merge with the default key by key, joined with dots; empty for the file. */
export const MERGED: readonly string[] = [
  '',
  'computer',
  'licensing',
  'licensing.service',
  'dns',
  'faults',
];

/**
 * Completes a scenario file with defaults. Objects merge with the default key by key; lists, and the maps `registry`,
 * `services`, `dns.servers` and `hosts`, replace it as a whole. Properties missing from their entries get the obvious
 * defaults: an adapter is up, a record has priority 0, a product without status is licensed.
 */
export function completeScenario(file: ScenarioFile): CompleteScenario {
  const base = DEFAULT_SCENARIO;
  const now = file.now ?? base.now;
  const computer = { ...base.computer, ...file.computer };
  return {
    title: file.title ?? null,
    of: file.of ?? base.of,
    now,
    computer: {
      ...computer,
      domain: nameOrNull(computer.domain),
      primaryDnsSuffix: nameOrNull(computer.primaryDnsSuffix),
    },
    adapters: (file.adapters ?? base.adapters).map((adapter) => ({
      ...DEFAULT_ENTRIES.adapter,
      ...adapter,
      connectionSuffix: nameOrNull(adapter.connectionSuffix),
    })),
    licensing: {
      service: withoutGaps({ ...base.licensing.service, ...file.licensing?.service }),
      products: (file.licensing?.products ?? base.licensing.products).map(completeProduct),
    },
    registry: file.registry ?? base.registry,
    services: completeServices(file.services ?? base.services),
    events: (file.events ?? base.events).map((event) => ({
      id: event.id,
      time: new Date(event.time ?? now).toISOString(),
      data: event.data ?? [],
    })),
    dns: {
      servers: mapValues(file.dns?.servers ?? base.dns.servers, (server) => ({
        ...DEFAULT_ENTRIES.server,
        ...server,
        records: (server.records ?? []).map(completeRecord),
      })),
      resolverCache: file.dns?.resolverCache?.map(completeRecord) ?? null,
    },
    hosts: mapValues(file.hosts ?? base.hosts, completeHost),
    faults: { ...base.faults, ...file.faults },
    unread: { ...leftOutWhole(file), ...file.unread },
    leftOut: file.leftOut ?? base.leftOut,
    expectedHosts: file.expectedHosts ?? base.expectedHosts,
  };
}

/** Paths of the parts of a file that contain a fact of another name. */
const PARTS: Readonly<Record<string, string>> = {
  dns: 'dns.servers',
  dnsClient: 'computer.dnsSuffixSearchList',
  licence: 'licensing.products',
  office: 'licensing.products',
  port: 'hosts',
};

/** Returns the path of the part of a file that contains a fact, joined with dots; a file may have no such part. */
export const partOf = (fact: string): string => lookUp(PARTS, fact) ?? fact;

/**
 * Returns facts that were left out and whose part is missing from the file: they are unread, and the default doesn't
 * apply.
 */
function leftOutWhole(file: ScenarioFile): CompleteScenario['unread'] {
  const whole = (file.leftOut ?? []).filter(
    (name) => valueAt(file, partOf(name).split('.')) === undefined,
  );
  return Object.fromEntries(whole.map((name) => [name, 'left-out']));
}

/** A row without Description and ProductKeyChannel belongs to a KMS client, like the default's. */
function completeProduct(product: GivenProduct): CompleteCimRow {
  const channel = product.Description ?? product.ProductKeyChannel;
  return withoutGaps({
    ...DEFAULT_ENTRIES.product,
    ...(channel === undefined && kmsClientProduct),
    ...product,
  });
}

/** A null service isn't installed, like a missing one. */
function completeServices(services: ScenarioPart<'services'>): CompleteScenario['services'] {
  return Object.fromEntries(
    Object.entries(services).flatMap(([name, service]) =>
      service === null ? [] : [[name, { ...DEFAULT_ENTRIES.service, ...service }]],
    ),
  );
}

/** A host with a `kms` part but no ports listens on the KMS port; one with neither refuses every connection. */
function completeHost(host: GivenHost): CompleteScenario['hosts'][string] {
  return {
    ping: host.ping ?? DEFAULT_ENTRIES.host.ping,
    ports: host.ports ?? (host.kms === undefined ? {} : { [KMS_PORT]: 'kms' }),
    kms: { ...DEFAULT_ENTRIES.kms, ...host.kms },
  };
}

/** The order of the properties is fixed, because reports print these objects. */
function completeRecord(record: ScenarioRecord): CompleteRecord {
  const common = { name: canonicalName(record.name), ttl: record.ttl ?? DEFAULT_TTL_S };
  if ('address' in record) return { ...common, type: record.type, address: record.address };
  const target = canonicalName(record.target);
  if (record.type === 'CNAME') return { ...common, type: 'CNAME', target };
  const { priority, weight, port } = DEFAULT_ENTRIES.record;
  return {
    ...common,
    type: 'SRV',
    priority: record.priority ?? priority,
    weight: record.weight ?? weight,
    port: record.port ?? port,
    target,
  };
}

const nameOrNull = (name: string | null | undefined): string | null => name || null;

/** Drops properties whose value is undefined, which CIM doesn't have. */
function withoutGaps(row: Readonly<Record<string, CimValue | undefined>>): CompleteCimRow {
  return Object.fromEntries(
    Object.entries(row).filter((entry): entry is [string, CimValue] => entry[1] !== undefined),
  );
}
