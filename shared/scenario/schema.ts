/**
 * The scenario file, `kms-doctor/scenario@1` (docs/scenario-file.md): a simulated PC with its DNS servers
 * and KMS hosts. Nothing is transformed while it is checked: what was read is what is changed and saved again.
 *
 * The error of each schema is not a sentence but the name of one under `scenario.problems.*`, with what is
 * allowed behind a colon where the sentence needs it.
 */
import { z } from 'zod';
import { REASON_CODES } from '../diagnosis';
import { isAddress, isHostName, isIPv4, isIPv6, parseEndpoint, parsePort } from '../names';
import { isFactName } from './unread';

/** Name and version of the format. */
export const SCENARIO_SCHEMA = 'kms-doctor/scenario@1';

type Shape = Readonly<Record<string, z.ZodType>>;

/** An object of which only these properties are known, all of them optional unless the schema says otherwise. */
function object<S extends Shape>(shape: S) {
  const allowed = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? `unknownKey:${allowed}` : 'object'),
  });
}

/** An object whose property names say what the values belong to. */
function map<K extends z.core.$ZodRecordKey, V extends z.ZodType>(
  key: K,
  keyKind: string,
  value: V,
) {
  return z.record(key, value, {
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

/** The error of a union whose first way to write a thing is the usual one: that one's says what is wrong. */
export const AS_FIRST = 'asFirst';

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
 * Any name that DNS can hold, in the notation of zone files (RFC 1035 §5.1: an octet that cannot be printed is
 * four characters); `.` is the root, which as a target means "no service" (RFC 2782).
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

/** Records by type; a further type would be of no use to this product. */
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
    object({
      name: dnsName,
      type: z.literal('A'),
      address: textThat('ipv4', isIPv4),
      ttl,
    }),
    object({
      name: dnsName,
      type: z.literal('AAAA'),
      address: textThat('ipv6', isIPv6),
      ttl,
    }),
    object({ name: dnsName, type: z.literal('CNAME'), target: dnsName, ttl }),
  ],
  {
    error: ({ code }: { readonly code?: string }) =>
      code === 'invalid_union' ? `oneOf:${listed(['SRV', 'A', 'AAAA', 'CNAME'])}` : 'object',
  },
);

const cimValue = z.union([z.string(), z.number(), z.boolean(), z.null()], { error: 'cimValue' });

/** A CIM row: what is named has its type checked, any further property of Windows is let in. */
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
  {
    error: ({ code }: { readonly code?: string }) =>
      code === 'invalid_union'
        ? `oneOf:${listed(['REG_DWORD', 'REG_SZ', 'REG_EXPAND_SZ', 'REG_MULTI_SZ'])}`
        : 'object',
  },
);

const PORTS = ['kms', 'refused', 'filtered', 'no-route', 'silent', 'other-rpc', 'not-rpc'] as const;

/** Whether a text is a host by name or address, as `--kms-host` takes it. */
const isHost = (text: string): boolean => isAddress(text) || isHostName(text);

const factName = textThat('factKey', isFactName);

const fault = oneOfOrNull('missing', 'hang', 'garbage', 'denied').optional();

/** Schema of a scenario file. Everything is optional but `schema`; unknown keys are refused. */
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
    /** Whether a policy set the rules that do; counts only where they do. */
    outboundBlockedByPolicy: boolean.optional(),
    /** Whether the DNS server's PowerShell module is here. */
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
    textThat('registryKey', (key) => /^HK[A-Z_]+\\[^\\]/i.test(key)),
    'registryKey',
    map(z.string(), 'object', registryValue),
  ).optional(),
  services: map(
    textThat('serviceName', (name) => /^[a-z0-9][\w.-]{0,255}$/i.test(name)),
    'serviceName',
    object({
      state: oneOf('running', 'stopped', 'pending').optional(),
      start: oneOf('automatic', 'automatic-delayed', 'manual', 'disabled').optional(),
    }).nullable(),
  ).optional(),
  events: list(
    object({
      id: numberFrom('eventId', 0, UINT16),
      time: time.optional(),
      // As Windows shows it in one piece, or item by item.
      data: z.union([list(text), text.transform((one) => [one])], { error: AS_FIRST }).optional(),
    }),
  ).optional(),
  dns: object({
    /** By address, with the port behind it where it is not 53. */
    servers: map(
      serverAddress,
      'serverKey',
      object({
        ping: boolean.optional(),
        answers: boolean.optional(),
        rcode: oneOfOrNull('SERVFAIL', 'REFUSED', 'FORMERR', 'NOTIMP', 'NXDOMAIN').optional(),
        /** Whether it knows the controllers of `computer.domain`, whatever its records are. */
        hostsAdDomain: boolean.optional(),
        /** `unknown` where nobody has tried: in a saved case. */
        dynamicUpdates: oneOf('none', 'secure', 'any', 'unknown').optional(),
        records: list(record).optional(),
      }),
    ).optional(),
    /** Null: the Windows resolver sees what the servers say. */
    resolverCache: z.array(record, { error: 'listOrNull' }).nullish(),
  }).optional(),
  hosts: map(
    address,
    'hostKey',
    object({
      ping: boolean.optional(),
      /** By number; a port that is not listed is refused. */
      ports: map(
        textThat('portKey', (port) => parsePort(port) !== null && !port.startsWith('0')),
        'portKey',
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
  /** Facts that cannot be read, by name, each with the reason. */
  unread: map(
    factName,
    'factKey',
    z.enum(REASON_CODES, { error: `oneOf:${listed(REASON_CODES)}` }),
  ).optional(),
  /** What a limit left out, by name. */
  leftOut: list(factName).optional(),
  /** KMS hosts that ought to be in DNS, as `--kms-host` names them. */
  expectedHosts: list(textThat('expectedHost', isHost)).optional(),
});

/** A scenario file as it was written. */
export type ScenarioFile = z.infer<typeof scenarioSchema>;

/** An event as it was written. */
export type ScenarioEvent = NonNullable<ScenarioFile['events']>[number];

/** A record as it was written. */
export type ScenarioRecord = z.infer<typeof record>;

/** A fault of one of the simulated PC's tools. */
export type ScenarioFault = NonNullable<z.infer<typeof fault>>;

/** What a simulated port does. */
export type ScenarioPort = (typeof PORTS)[number];
