/**
 * The scenario file, `kms-doctor/scenario@1` (docs/scenario-file.md): a simulated PC with its DNS servers and KMS
 * hosts. Validation transforms nothing: the document that was read is the one that is changed and saved again.
 *
 * The error of each schema isn't a sentence but the name of one under `scenario.problems.*`, followed by a colon and
 * the allowed values if the sentence needs them.
 */
import { z } from 'zod';
import { REASON_CODES } from '../diagnosis';
import { isAddress, isHostName, isIPv4, isIPv6, parseEndpoint, parsePort } from '../names';
import { isFactName } from './unread';

/** Name and version of the format. */
export const SCENARIO_SCHEMA = 'kms-doctor/scenario@1';

type Shape = Readonly<Record<string, z.ZodType>>;

/** An object with only these properties, all optional unless the schema says otherwise. */
function object<S extends Shape>(shape: S) {
  const allowed = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? `unknownKey:${allowed}` : 'object'),
  });
}

/** An object whose property names identify what the values belong to. */
function map<V extends z.ZodType>(keyKind: string, isKey: (text: string) => boolean, value: V) {
  return z.record(textThat(keyKind, isKey), value, {
    error: ({ code }) => (code === 'invalid_key' ? keyKind : 'object'),
  });
}

function oneOf<const T extends readonly [string, ...string[]]>(...values: T) {
  return z.enum(values, { error: `oneOf:${listed(values)}` });
}

function oneOfOrNull<const T extends readonly [string, ...string[]]>(...values: T) {
  return z.enum(values, { error: `oneOf:${listed(values)}, null` }).nullable();
}

const listed = (values: readonly string[]): string =>
  values.map((value) => JSON.stringify(value)).join(', ');

/** Error of a union whose first form is the usual one; the error of that form is reported. */
export const USE_FIRST_ERROR = 'asFirst';

const list = <T extends z.ZodType>(item: T) => z.array(item, { error: 'list' });

const textThat = (kind: string, holds: (text: string) => boolean) =>
  z.string({ error: kind }).refine(holds, { error: kind });

const numberFrom = (kind: string, least: number, most: number) =>
  z.int({ error: kind }).min(least, { error: kind }).max(most, { error: kind });

const UINT16 = 0xffff;
const UINT32 = 0xffff_ffff;
const INT32 = 0x7fff_ffff;

const text = z.string({ error: 'text' });
const boolean = z.boolean({ error: 'boolean' });
const minutes = z.number({ error: 'minutes' });
const uint16 = numberFrom('uint16', 0, UINT16);
const time = z.iso.datetime({ offset: true, error: 'time' });
const domain = textThat('domain', isHostName);
const domainOrNull = textThat(
  'domainOrNull',
  (value) => value === '' || isHostName(value),
).nullable();
const address = textThat('address', isAddress);
const serverAddress = textThat('serverAddress', isServerAddress);
const computerName = textThat('computerName', (name) =>
  /^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,62}$/u.test(name),
);
const language = textThat('language', (tag) => /^[a-z]{2,3}(?:-[a-z0-9]{1,8})*$/i.test(tag));

/**
 * Any name that DNS can hold, in zone file notation (RFC 1035 §5.1: an unprintable byte takes four characters); `.` is
 * the root, which as a target means "no service" (RFC 2782).
 */
const dnsName = textThat(
  'dnsName',
  (name) =>
    name === '.' || (name.length <= 4 * 254 && /^[!-~]+$/.test(name) && !/^\.|\.\./.test(name)),
);

function isServerAddress(value: string): boolean {
  const endpoint = parseEndpoint(value);
  return endpoint !== null && isAddress(endpoint.host);
}

const ttl = numberFrom('ttl', 0, INT32).optional();

/** Error of a union whose forms differ in their `type`. */
function unknownType(...types: readonly string[]) {
  return ({ code }: { readonly code?: string }) =>
    code === 'invalid_union' ? `oneOf:${listed(types)}` : 'object';
}

/** Records by type; this app has no use for other types. */
const record = z.discriminatedUnion(
  'type',
  [
    object({
      name: dnsName,
      type: z.literal('SRV'),
      priority: uint16.optional(),
      weight: uint16.optional(),
      port: uint16.optional(),
      target: dnsName,
      ttl,
    }),
    object({ name: dnsName, type: z.literal('A'), address: textThat('ipv4', isIPv4), ttl }),
    object({ name: dnsName, type: z.literal('AAAA'), address: textThat('ipv6', isIPv6), ttl }),
    object({ name: dnsName, type: z.literal('CNAME'), target: dnsName, ttl }),
  ],
  { error: unknownType('SRV', 'A', 'AAAA', 'CNAME') },
);

const cimValue = z.union([z.string(), z.number(), z.boolean(), z.null()], { error: 'cimValue' });

/** A CIM row: the given properties have their types checked, all other Windows properties are allowed. */
function cimRow<S extends Shape>(shape: S) {
  return z.object(shape, { error: 'object' }).catchall(cimValue);
}

const cimText = z.string({ error: 'cimText' }).nullish();
const cimBoolean = z.boolean({ error: 'cimBoolean' }).nullish();
const cimNumber = (kind: string, least: number, most: number) =>
  numberFrom(kind, least, most).nullish();

const registryValue = z.discriminatedUnion(
  'type',
  [
    object({ type: z.literal('REG_DWORD'), value: numberFrom('dword', 0, UINT32) }),
    object({ type: z.literal('REG_SZ'), value: text }),
    object({ type: z.literal('REG_EXPAND_SZ'), value: text }),
    object({ type: z.literal('REG_MULTI_SZ'), value: list(text) }),
  ],
  { error: unknownType('REG_DWORD', 'REG_SZ', 'REG_EXPAND_SZ', 'REG_MULTI_SZ') },
);

const PORTS = ['kms', 'refused', 'filtered', 'no-route', 'silent', 'other-rpc', 'not-rpc'] as const;

/** Whether a text is a host name or address, as accepted by `--kms-host`. */
const isHost = (text: string): boolean => isAddress(text) || isHostName(text);

const fault = oneOfOrNull('missing', 'hang', 'garbage', 'denied').optional();

/** Schema of a scenario file. Everything except `schema` is optional; unknown keys are rejected. */
export const scenarioSchema = object({
  schema: z.literal(SCENARIO_SCHEMA, { error: `oneOf:${listed([SCENARIO_SCHEMA])}` }),
  title: text.optional(),
  of: oneOf('this-pc', 'network').optional(),
  now: time.optional(),
  computer: object({
    name: computerName.optional(),
    os: text.optional(),
    build: numberFrom('build', 0, INT32).nullish(),
    server: boolean.optional(),
    uiLanguage: language.optional(),
    elevated: boolean.optional(),
    domain: domainOrNull.optional(),
    primaryDnsSuffix: domainOrNull.optional(),
    dnsSuffixSearchList: list(domain).optional(),
    clockSkewMinutes: minutes.optional(),
    vbscript: boolean.optional(),
    firewallKmsRule: z.boolean({ error: 'booleanOrNull' }).nullish(),
    outboundBlocked: boolean.optional(),
    /** Whether a policy set the blocking rules; ignored unless `outboundBlocked` is set. */
    outboundBlockedByPolicy: boolean.optional(),
    /** Whether the DNS server's PowerShell module is installed. */
    dnsTools: boolean.optional(),
  }).optional(),
  adapters: list(
    object({
      name: text.optional(),
      up: boolean.optional(),
      addresses: list(address).optional(),
      gateways: list(address).optional(),
      dnsServers: list(serverAddress).optional(),
      dnsServersFrom: oneOf('dhcp', 'static').optional(),
      connectionSuffix: domainOrNull.optional(),
    }),
  ).optional(),
  licensing: object({
    service: cimRow({
      KeyManagementServiceMachine: cimText,
      KeyManagementServicePort: cimNumber('portOrZero', 0, UINT16),
      KeyManagementServiceLookupDomain: cimText,
      KeyManagementServiceDnsPublishing: cimBoolean,
      KeyManagementServiceListeningPort: cimNumber('portOrZero', 0, UINT16),
      KeyManagementServiceCurrentCount: cimNumber('count', -1, UINT32),
      VLActivationTypeEnabled: cimNumber('activationType', 0, 3),
    }).optional(),
    products: list(
      cimRow({
        Name: cimText,
        Description: cimText,
        ID: cimText,
        ApplicationID: cimText,
        LicenseFamily: cimText,
        ProductKeyChannel: cimText,
        PartialProductKey: textThat('partialKey', (key) =>
          /^(?:[0-9A-Z]{5})?$/i.test(key),
        ).nullish(),
        LicenseStatus: cimNumber('licenseStatus', 0, 6),
        LicenseStatusReason: cimNumber('reason', -INT32 - 1, UINT32),
        GracePeriodRemaining: cimNumber('count', 0, UINT32),
        LicenseIsAddon: cimBoolean,
        VLActivationType: cimNumber('activationType', 0, 3),
        VLActivationTypeEnabled: cimNumber('activationType', 0, 3),
        KeyManagementServiceMachine: cimText,
        KeyManagementServicePort: cimNumber('portOrZero', 0, UINT16),
        KeyManagementServiceLookupDomain: cimText,
        DiscoveredKeyManagementServiceMachineName: cimText,
        DiscoveredKeyManagementServiceMachinePort: cimNumber('portOrZero', 0, UINT16),
      }),
    ).optional(),
  }).optional(),
  registry: map(
    'registryKey',
    (key) => /^HK[A-Z_]+\\[^\\]/i.test(key),
    z.record(z.string(), registryValue, { error: 'object' }),
  ).optional(),
  services: map(
    'serviceName',
    (name) => /^[a-z0-9][\w.-]{0,255}$/i.test(name),
    object({
      state: oneOf('running', 'stopped', 'pending').optional(),
      start: oneOf('automatic', 'automatic-delayed', 'manual', 'disabled').optional(),
    }).nullable(),
  ).optional(),
  events: list(
    object({
      id: numberFrom('eventId', 0, UINT16),
      time: time.optional(),
      // In one piece, as Windows shows it, or item by item.
      data: z
        .union([list(text), text.transform((one) => [one])], { error: USE_FIRST_ERROR })
        .optional(),
    }),
  ).optional(),
  dns: object({
    /** By address, followed by the port unless that is 53. */
    servers: map(
      'serverKey',
      isServerAddress,
      object({
        ping: boolean.optional(),
        answers: boolean.optional(),
        rcode: oneOfOrNull('SERVFAIL', 'REFUSED', 'FORMERR', 'NOTIMP', 'NXDOMAIN').optional(),
        /** Whether it knows the controllers of `computer.domain`, regardless of its records. */
        hostsAdDomain: boolean.optional(),
        /** `unknown` if this was never tried, as in a saved case. */
        dynamicUpdates: oneOf('none', 'secure', 'any', 'unknown').optional(),
        records: list(record).optional(),
      }),
    ).optional(),
    /** Null: the Windows resolver sees the servers' current records. */
    resolverCache: z.array(record, { error: 'listOrNull' }).nullish(),
  }).optional(),
  hosts: map(
    'hostKey',
    isAddress,
    object({
      ping: boolean.optional(),
      /** By number; a port that isn't listed refuses connections. */
      ports: map(
        'portKey',
        (port) => parsePort(port) !== null && !port.startsWith('0'),
        oneOf(...PORTS),
      ).optional(),
      kms: object({
        currentCount: numberFrom('count', 0, UINT32).optional(),
        activated: boolean.optional(),
        canActivate: boolean.optional(),
        clockSkewMinutes: minutes.optional(),
      }).optional(),
    }),
  ).optional(),
  faults: object({ slmgr: fault, powershell: fault, registry: fault, ping: fault }).optional(),
  /** Facts that can't be read, by name, each with the reason. */
  unread: map(
    'factKey',
    isFactName,
    z.enum(REASON_CODES, { error: `oneOf:${listed(REASON_CODES)}` }),
  ).optional(),
  /** Names of facts left out because of a limit. */
  leftOut: list(textThat('factKey', isFactName)).optional(),
  /** KMS hosts that should be in DNS, as named by `--kms-host`. */
  expectedHosts: list(textThat('expectedHost', isHost)).optional(),
});

/** A scenario file as written. */
export type ScenarioFile = z.infer<typeof scenarioSchema>;

/** A part of a scenario file. */
export type ScenarioPart<K extends keyof ScenarioFile> = NonNullable<ScenarioFile[K]>;

/** An event as written. */
export type ScenarioEvent = ScenarioPart<'events'>[number];

/** A record as written. */
export type ScenarioRecord = z.infer<typeof record>;

/** A fault of one of the simulated PC's tools. */
export type ScenarioFault = NonNullable<z.infer<typeof fault>>;

/** Behavior of a simulated port. */
export type ScenarioPort = (typeof PORTS)[number];
