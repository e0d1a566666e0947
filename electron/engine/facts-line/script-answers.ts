/** The raw answers of the fleet script (`KMSD2`, electron/fleet/script-parts), and the case that they make. */
import { z } from 'zod';
import { REASON_CODES, type ReasonCode } from '@shared/diagnosis';
import { decodeEvent, fieldOf } from '@shared/events';
import { APPLICATION_IDS } from '@shared/kms';
import {
  canonicalName,
  controllersRecordName,
  isAddress,
  isHostName,
  kmsRecordName,
  parseEndpoint,
} from '@shared/names';
import { redactDeep } from '@shared/redaction';
import {
  dnsFact,
  isFactName,
  registryFact,
  SCENARIO_SCHEMA,
  type ScenarioFile,
} from '@shared/scenario';
import type {
  Adapter,
  CimRow,
  DnsClientSettings,
  DnsRecord,
  DnsServer,
  RecordType,
  ResolverAnswer,
} from '../computer';
import { candidateDomains, ordinaryDomains, type DomainSources } from '../facts/candidate-domains';
import { recordsIn } from '../facts/answers';
import type { AskedAnswer } from '../facts/fact-snapshot';
import { candidateFor, candidateOf, domainsToAsk } from '../facts/kms-candidates';
import { MOST } from '../facts/limits';
import {
  DNS_POLICIES,
  LEGACY_SL_KEY,
  SPP_KEY,
  sppSubkey,
  type DnsClientSetting,
  type RegistryLocation,
  type RegistryValueName,
} from '../registry-keys';
import { fitting, withinLimits } from '../snapshot/fitting';
import { behaviourOf, cacheOf, type Asked, type Question } from '../snapshot/servers';

/** Columns of SoftwareLicensingService by their letters. */
const SERVICE_COLUMNS: Readonly<Record<string, string>> = {
  v: 'Version',
  m: 'KeyManagementServiceMachine',
  p: 'KeyManagementServicePort',
  n: 'KeyManagementServiceDnsPublishing',
  d: 'KeyManagementServiceLookupDomain',
  k: 'IsKeyManagementServiceMachine',
  c: 'KeyManagementServiceCurrentCount',
  h: 'DiscoveredKeyManagementServiceMachineName',
  o: 'DiscoveredKeyManagementServiceMachinePort',
  i: 'ClientMachineID',
  l: 'KeyManagementServiceListeningPort',
};

/** Columns of SoftwareLicensingProduct by their letters. */
const PRODUCT_COLUMNS: Readonly<Record<string, string>> = {
  a: 'ApplicationID',
  k: 'PartialProductKey',
  t: 'Description',
  s: 'LicenseStatus',
  r: 'LicenseStatusReason',
  i: 'ID',
  n: 'Name',
  g: 'GracePeriodRemaining',
  f: 'LicenseFamily',
  y: 'ProductKeyChannel',
  x: 'VLActivationType',
  e: 'VLActivationTypeEnabled',
  m: 'KeyManagementServiceMachine',
  p: 'KeyManagementServicePort',
  d: 'KeyManagementServiceLookupDomain',
  h: 'DiscoveredKeyManagementServiceMachineName',
  o: 'DiscoveredKeyManagementServiceMachinePort',
};

/** Registry values by their letters. */
const VALUE_NAMES: Readonly<Record<string, RegistryValueName>> = {
  d: 'DisableDnsPublishing',
  l: 'DnsDomainPublishList',
  n: 'KeyManagementServiceName',
  p: 'KeyManagementServicePort',
  k: 'KeyManagementServiceLookupDomain',
  g: 'KeyManagementServiceListeningPort',
  v: 'VLActivationType',
};

const POLICIES: Readonly<Record<string, DnsClientSetting>> = {
  p: 'primary-suffix',
  s: 'suffix-search-list',
  d: 'dns-servers',
};

/** Win32_Service has English words in every language. */
const STARTS = { Auto: 'automatic', Manual: 'manual', Disabled: 'disabled' } as const;

/** Numbers of DNS response codes (RFC 1035 §4.1.1). */
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

const OUTCOMES = { s: 'silent', c: 'closed', g: 'garbled', u: 'unreachable' } as const;

/** What a connection met, by its letter; a connection that was cut after it was taken is as silent as one that waits. */
const PORTS = {
  k: 'kms',
  r: 'refused',
  f: 'filtered',
  n: 'no-route',
  s: 'silent',
  c: 'silent',
  o: 'other-rpc',
  x: 'not-rpc',
} as const;

/** What the script does not ask. */
const NOT_ASKED = ['firewallRule', 'outboundBlocked', 'vbscript', 'dnsTools', 'Dnscache', 'ping'];

/** Longest text, and longest list, of a line; a line of 2,048 characters holds no more that means anything. */
const MOST_TEXT = 2_048;
const MOST_ITEMS = 512;

const text = z.string().max(MOST_TEXT);
const texts = z.array(text).max(MOST_ITEMS);
const reason = z.enum(REASON_CODES);
const map = <V extends z.ZodType>(value: V) =>
  z.record(z.string().regex(/^[a-zA-Z0-9]{1,15}$/), value);
const cell = z.union([text, z.number(), z.boolean()]);

const answersSchema = z.object({
  v: z.literal(1),
  t: z.iso.datetime(),
  n: text.optional(),
  o: z.tuple([text, z.int().min(0), z.int()]).optional(),
  l: text.optional(),
  e: z.int().optional(),
  /** AD domain, primary suffix, then the search list. */
  j: texts.optional(),
  y: texts.optional(),
  /** Name, suffix, origin of the DNS servers, addresses, gateways, DNS servers. */
  a: z
    .array(z.tuple([text, text, text, texts, texts, texts]))
    .max(64)
    .optional(),
  s: map(cell).nullish(),
  x: z.array(map(cell)).max(64).optional(),
  r: map(map(z.union([text, z.number(), texts]))).optional(),
  f: map(reason).optional(),
  h: texts.optional(),
  w: z.tuple([text, text, z.int()]).optional(),
  g: z
    .array(z.tuple([z.int(), z.int()], text))
    .max(MOST_ITEMS)
    .optional(),
  /** Questions: name, blank, type. */
  q: texts.optional(),
  /** A server's address, and what it said to each question. */
  d: z.array(z.array(text.nullable()).min(1).max(MOST_ITEMS)).max(64).optional(),
  /** What the resolver said to each question. */
  z: z.array(text.nullable()).max(MOST_ITEMS).optional(),
  /** Address, port, letter. */
  p: texts.optional(),
  c: z.tuple([z.number(), text]).optional(),
  u: map(reason).optional(),
  b: texts.optional(),
});

type Answers = z.infer<typeof answersSchema>;
type Unread = Record<string, ReasonCode>;

/**
 * The case that the answers of the fleet script make: what it did not ask, or had no room for, is unread or left out.
 *
 * @param answers parsed JSON of whoever wrote it
 * @returns null where it is not what the script writes
 */
export function caseOfAnswers(answers: unknown): ScenarioFile | null {
  const parsed = answersSchema.safeParse(answers);
  if (!parsed.success) return null;
  const said = parsed.data;
  const unread: Unread = {
    ...Object.fromEntries(NOT_ASKED.map((fact) => [fact, 'not-asked' as const])),
    ...Object.fromEntries(Object.entries(said.u ?? {}).filter(([fact]) => isFactName(fact))),
  };
  const leftOut = (said.b ?? []).filter(isFactName);
  const products = (said.x ?? []).map((row) => namedRow(row, PRODUCT_COLUMNS));
  const adapters = adaptersOf(said);
  const settings = settingsOf(said);
  for (const [place, why] of Object.entries(said.f ?? {})) {
    const key = keyOf(place.slice(0, -1), products);
    const name = VALUE_NAMES[place.slice(-1)];
    if (key !== null && name !== undefined) unread[registryFact(key, name)] = why;
  }
  const file: ScenarioFile = {
    schema: SCENARIO_SCHEMA,
    title: said.n ?? '',
    of: 'this-pc',
    now: said.t,
    computer: {
      name: said.n?.slice(0, 63) || 'PC',
      ...(said.o && {
        os: productOf(said.o[0], said.o[1]),
        build: said.o[1],
        server: said.o[2] !== 0,
      }),
      ...(said.l !== undefined && { uiLanguage: said.l }),
      elevated: said.e === 1,
      domain: settings.adDomain,
      primaryDnsSuffix: settings.primaryDnsSuffix,
      dnsSuffixSearchList: [...settings.suffixSearchList],
      ...(said.c && { clockSkewMinutes: said.c[0] }),
    },
    ...(said.a && {
      adapters: adapters.map(({ dnsServersFrom, ...adapter }) => ({
        ...adapter,
        addresses: [...adapter.addresses],
        gateways: [...adapter.gateways],
        dnsServers: [...adapter.dnsServers],
        ...(dnsServersFrom !== null && { dnsServersFrom }),
      })),
    }),
    licensing: {
      service: said.s ? namedRow(said.s, SERVICE_COLUMNS) : {},
      // A row that says nothing of its channel is not a KMS client's.
      ...(said.x && { products: products.map((row) => ({ Description: '', ...row })) }),
    },
    registry: registryOf(said, products),
    ...(unread['sppsvc'] === undefined && { services: servicesOf(said) }),
    ...(said.g && { events: eventsOf(said, said.g) }),
    ...networkOf(said, { adapters, settings, products, unread }),
    unread,
    leftOut,
    expectedHosts: (said.h ?? []).filter((host) => isAddress(host) || isHostName(host)),
  };
  try {
    return redactDeep(fitting(withinLimits(file)));
  } catch {
    // More in it than can be repaired.
    return null;
  }
}

function namedRow(
  row: Readonly<Record<string, string | number | boolean>>,
  columns: Readonly<Record<string, string>>,
): CimRow {
  return Object.fromEntries(
    Object.entries(row).flatMap(([letter, value]) => {
      const name = Object.hasOwn(columns, letter) ? columns[letter] : undefined;
      return name === undefined ? [] : [[name, value]];
    }),
  );
}

/** First build of Windows 11; Windows itself still calls some of its editions Windows 10. */
const FIRST_BUILD_OF_11 = 22_000;

function productOf(caption: string, build: number): string {
  const name = caption.replace(/^Microsoft /, '').trim();
  return build >= FIRST_BUILD_OF_11 ? name.replace(/^Windows 10\b/, 'Windows 11') : name;
}

function settingsOf({ j: [adDomain, primary, ...search] = [] }: Answers): DnsClientSettings {
  return {
    adDomain: adDomain ? canonicalName(adDomain) : null,
    primaryDnsSuffix: primary || adDomain || null,
    suffixSearchList: search.filter(isHostName),
  };
}

const withoutZone = (address: string): string => address.replace(/%.*$/, '').toLowerCase();

function adaptersOf({ a = [] }: Answers): Adapter[] {
  return a.map(([name, suffix, origin, addresses, gateways, dnsServers]) => ({
    name,
    up: true,
    addresses: addresses.map(withoutZone),
    gateways: gateways.map(withoutZone),
    dnsServers: dnsServers.map(withoutZone),
    dnsServersFrom: origin === 's' ? 'static' : origin === 'd' ? 'dhcp' : null,
    connectionSuffix: suffix || null,
  }));
}

/** The key that a letter, or the number of a product, stands for; null for one that is not known. */
function keyOf(place: string, products: readonly CimRow[]): RegistryLocation['key'] | null {
  switch (place) {
    case 's':
      return SPP_KEY;
    case 'l':
      return LEGACY_SL_KEY;
    case 'w':
      return sppSubkey('windows');
    case 'o':
      return sppSubkey('office');
    default: {
      const { ID: id, ApplicationID: application } = products[Number(place)] ?? {};
      if (typeof id !== 'string') return null;
      const isOffice = String(application).toLowerCase() === APPLICATION_IDS.office;
      return sppSubkey(isOffice ? 'office' : 'windows', id);
    }
  }
}

function registryOf(
  { r = {}, y = [] }: Answers,
  products: readonly CimRow[],
): NonNullable<ScenarioFile['registry']> {
  const keys: NonNullable<ScenarioFile['registry']> = {};
  for (const [place, values] of Object.entries(r)) {
    const key = keyOf(place, products);
    if (key === null) continue;
    for (const [letter, value] of Object.entries(values)) {
      const name = Object.hasOwn(VALUE_NAMES, letter) ? VALUE_NAMES[letter] : undefined;
      if (name === undefined) continue;
      const own = (keys[key] ??= {});
      if (typeof value === 'string') own[name] = { type: 'REG_SZ', value };
      else if (typeof value === 'number') own[name] = { type: 'REG_DWORD', value: value >>> 0 };
      else own[name] = { type: 'REG_MULTI_SZ', value };
    }
  }
  for (const letter of y) {
    const setting = Object.hasOwn(POLICIES, letter) ? POLICIES[letter] : undefined;
    if (setting === undefined) continue;
    const { key, name } = DNS_POLICIES[setting];
    (keys[key] ??= {})[name] = { type: 'REG_SZ', value: 'policy' };
  }
  return keys;
}

function servicesOf({ w }: Answers): NonNullable<ScenarioFile['services']> {
  if (w === undefined) return {};
  const [state, mode] = w;
  const start = Object.hasOwn(STARTS, mode) ? STARTS[mode as keyof typeof STARTS] : 'automatic';
  const now =
    state === 'Running'
      ? 'running'
      : state === 'Stopped' || state === 'Paused'
        ? 'stopped'
        : 'pending';
  return { sppsvc: { state: now, start } };
}

/** Oldest first, as the log has them. */
function eventsOf({ t }: Answers, events: NonNullable<Answers['g']>) {
  const now = Date.parse(t);
  return events
    .map(([id, ago, ...data]) => ({ id, at: now - ago * 1_000, data }))
    .filter(({ at }) => Math.abs(at) < 8.64e15)
    .reverse()
    .sort((one, other) => one.at - other.at)
    .map(({ id, at, data }) => ({ id, time: new Date(at).toISOString(), data }));
}

/** A question, as it stands in the list of them. */
interface Named {
  readonly name: string;
  readonly type: RecordType;
}

const RECORD_TYPES: readonly RecordType[] = ['SRV', 'A', 'AAAA'];

/** What the network's questions are made of. */
interface Sources {
  readonly adapters: readonly Adapter[];
  readonly settings: DnsClientSettings;
  readonly products: readonly CimRow[];
  /** Questions that were not asked, or got no answer that says anything, are added. */
  readonly unread: Unread;
}

function networkOf(said: Answers, sources: Sources): Pick<ScenarioFile, 'dns' | 'hosts'> {
  const { unread } = sources;
  const domains = domainsOf(said, sources);
  const asked = new Set<string>();
  const servers: DnsServer[] = [];
  const named = (said.q ?? []).map((question): Named | null => {
    const [name = '', word = ''] = question.split(' ');
    const type = RECORD_TYPES.find((one) => one === word);
    return type === undefined ? null : { name: canonicalName(name), type };
  });
  const byServer = (said.d ?? []).flatMap(([address, ...answers]) => {
    if (typeof address !== 'string' || !isAddress(address)) return [];
    const server = { address, port: 53 };
    servers.push(server);
    return [
      named.flatMap((question, index): Asked[] => {
        if (question === null) return [];
        const answer = answerOf(question.name, answers[index] ?? null);
        const fact = dnsFact(server, question.name, question.type);
        asked.add(fact);
        if (answer.outcome === 'unread') unread[fact] ??= answer.reason;
        const isBesides = question.type === 'SRV' && !domains.candidates.has(question.name);
        return [{ server, ...question, besides: isBesides, answer }];
      }),
    ];
  });
  const questions = named.flatMap((question, index): Question[] => {
    if (question === null) return [];
    const { name, type } = question;
    const answers = byServer.flatMap((own) =>
      own.filter((one) => one.name === name && one.type === type),
    );
    return [
      {
        ...question,
        asked: answers,
        resolver: resolverAnswer(name, type, said.z?.[index] ?? null),
      },
    ];
  });
  noteResolver(said, named, unread);
  noteUnasked(said, { ...sources, domains, servers, asked, questions });
  const controllers = sources.settings.adDomain && controllersRecordName(sources.settings.adDomain);
  return {
    dns: {
      ...(said.d && {
        servers: Object.fromEntries(
          byServer.map((own, index) => {
            const found = own.find(({ name }) => name === controllers)?.answer;
            const isTold = found?.outcome === 'answered' && domains.candidates.size > 0;
            return [
              servers[index]?.address ?? '',
              {
                ping: false,
                ...behaviourOf(own),
                dynamicUpdates: 'unknown' as const,
                ...(isTold && { hostsAdDomain: recordsIn(found).length > 0 }),
              },
            ];
          }),
        ),
      }),
      resolverCache: cacheOf(questions, unread['adapters'] === undefined),
    },
    ...(said.p && { hosts: hostsOf(said.p, unread) }),
  };
}

/** Names of records that Windows looks for, and of those that may stand in vain, whatever lookup domain counts. */
function domainsOf(
  { r = {}, s }: Answers,
  { adapters, settings, products }: Sources,
): { readonly candidates: ReadonlySet<string>; readonly all: ReadonlySet<string> } {
  const places = Object.values(r);
  const rows = [...products, s ? namedRow(s, SERVICE_COLUMNS) : {}];
  const textsOf = (letter: string, column: string): string[] =>
    [...places.map((values) => values[letter]), ...rows.map((row) => row[column])]
      .filter((value): value is string => typeof value === 'string' && value.trim() !== '')
      .slice(0, MOST.inQuestion);
  const client = { ok: true, value: settings } as const;
  const read = { ok: true, value: adapters } as const;
  const list = r['s']?.['l'];
  const sources = (lookup: string | null, host: string | null): DomainSources => ({
    client,
    adapters: read,
    lookup: { ok: true, value: lookup },
    assigned: {
      ok: true,
      value: host === null ? null : { place: 'service', host, port: 0, isAddress: isAddress(host) },
    },
    publishList: {
      ok: true,
      value: Array.isArray(list) ? { type: 'REG_MULTI_SZ', value: list } : null,
    },
    named: undefined,
    isNetwork: false,
  });
  const lookups = textsOf('k', 'KeyManagementServiceLookupDomain');
  const hosts = textsOf('n', 'KeyManagementServiceMachine');
  const every = [null, ...lookups].flatMap((lookup) =>
    [null, ...hosts].map((host) => candidateDomains(sources(lookup, host))),
  );
  const ordinary = ordinaryDomains(client, read);
  const candidates = [...ordinary, ...lookups.map(canonicalName)];
  return {
    candidates: new Set(candidates.map(kmsRecordName)),
    all: new Set(every.flatMap(domainsToAsk).map(kmsRecordName)),
  };
}

/** What a text of the script says of a question to a server. */
function answerOf(name: string, said: string | null): AskedAnswer {
  const unread = (why: ReasonCode): AskedAnswer => ({
    outcome: 'unread',
    reason: why,
    ms: null,
    detail: null,
  });
  if (said === null) return unread('not-asked');
  // Where nothing stands, there was no time left.
  if (said === '') return unread('timed-out');
  const rcode = /^\d{1,2}(?=\||$)/.exec(said)?.[0];
  if (rcode === undefined) {
    const outcome = Object.hasOwn(OUTCOMES, said) ? OUTCOMES[said as keyof typeof OUTCOMES] : null;
    return outcome === null ? unread('tool-failed') : { outcome, ms: 0, detail: null };
  }
  return {
    outcome: 'answered',
    rcode: RCODES[Number(rcode)] ?? `RCODE_${rcode}`,
    authoritative: false,
    truncated: false,
    transport: 'udp',
    answers: recordsOf(name, said),
    additionals: [],
    ms: 0,
  };
}

/** The records behind a code: type, data, and the owner where it is not the name that was asked for. */
function recordsOf(name: string, said: string): DnsRecord[] {
  return said
    .split('|')
    .slice(1)
    .flatMap((record): DnsRecord[] => {
      const [data = '', owner = name] = record.split(' @');
      const [type = '', ...words] = data.split(' ');
      const common = { name: canonicalName(owner), ttl: null };
      const [first = '', weight = '', port = '', target = ''] = words;
      switch (type) {
        case 'A':
        case '6':
          return isAddress(first)
            ? [{ type: type === 'A' ? 'A' : 'AAAA', ...common, address: first }]
            : [];
        case 'C':
          return [{ type: 'CNAME', ...common, target: canonicalName(first) }];
        case 'S':
          return [
            {
              type: 'SRV',
              ...common,
              priority: Number(first),
              weight: Number(weight),
              port: Number(port),
              target: canonicalName(target),
            },
          ];
        default:
          return [];
      }
    });
}

function resolverAnswer(
  name: string,
  type: RecordType,
  said: string | null,
): ResolverAnswer | null {
  if (said === null || said.startsWith('!')) return null;
  const records = said.startsWith('0') ? recordsOf(name, said) : [];
  const isFound = records.some((record) => record.type === type);
  return { records: isFound ? records : [], error: isFound ? null : 'DNS_INFO_NO_RECORDS', ms: 0 };
}

/** Where the resolver answered nothing, it answers nothing else either. */
function noteResolver(
  { z: said = [] }: Answers,
  named: readonly (Named | null)[],
  unread: Unread,
): void {
  const failed = said.filter((one) => one?.startsWith('!') ?? false);
  const whole = failed.length > 0 && said.every((one) => one?.startsWith('!') ?? true);
  if (whole) unread['resolver'] ??= reasonIn(failed[0] ?? '');
  for (const [index, question] of named.entries()) {
    const one = said[index] ?? null;
    if (question === null || whole || (one !== null && !one.startsWith('!'))) continue;
    unread[`resolver/${question.name}/${question.type}`] =
      one === null ? 'not-asked' : reasonIn(one);
  }
}

function reasonIn(said: string): ReasonCode {
  return REASON_CODES.find((code) => code === said.slice(1)) ?? 'tool-failed';
}

/** Notes what a diagnosis asks and the script did not: it would be taken for what a server does not have. */
function noteUnasked(
  said: Answers,
  {
    domains,
    servers,
    asked,
    questions,
    products,
    unread,
  }: Sources & {
    readonly domains: ReturnType<typeof domainsOf>;
    readonly servers: readonly DnsServer[];
    readonly asked: ReadonlySet<string>;
    readonly questions: readonly Question[];
  },
): void {
  const targets = questions.flatMap(({ asked: answers, resolver }) =>
    [...answers.flatMap(({ answer }) => recordsIn(answer)), ...(resolver?.records ?? [])].flatMap(
      (record) => (record.type === 'SRV' ? candidateFor(record.target, record.port).names : []),
    ),
  );
  const rows = [...products, said.s ? namedRow(said.s, SERVICE_COLUMNS) : {}];
  const hosts = [
    ...rows.flatMap((row) => [
      row['DiscoveredKeyManagementServiceMachineName'],
      row['KeyManagementServiceMachine'],
    ]),
    ...Object.values(said.r ?? {}).map((values) => values['n']),
    ...(said.h ?? []),
    ...(said.g ? eventsOf(said, said.g) : []).map((event) => {
      const decoded = event.id === 12288 ? decodeEvent(event) : null;
      return decoded?.code === 0 ? fieldOf(decoded, 'host') : null;
    }),
  ].flatMap((host) => (typeof host === 'string' ? candidateOf(host) : []));
  const names = new Set([...targets, ...hosts.flatMap((host) => host.names)]);
  for (const server of servers) {
    for (const name of domains.all) note(dnsFact(server, name, 'SRV'));
    for (const name of names) for (const type of ['A', 'AAAA']) note(dnsFact(server, name, type));
  }
  function note(fact: string): void {
    if (!asked.has(fact)) unread[fact] = 'not-asked';
  }
}

function hostsOf(ports: readonly string[], unread: Unread): NonNullable<ScenarioFile['hosts']> {
  const hosts: NonNullable<ScenarioFile['hosts']> = {};
  for (const text of ports) {
    const [address = '', port = '', letter = ''] = text.split(' ');
    const endpoint = parseEndpoint(
      isAddress(address) && address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
    );
    if (endpoint === null || !isAddress(address)) continue;
    const met = Object.hasOwn(PORTS, letter) ? PORTS[letter as keyof typeof PORTS] : null;
    if (met === null) {
      const at = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
      unread[`port/${at}`] = letter === '' ? 'timed-out' : 'tool-failed';
    }
    const host = (hosts[address] ??= { ping: false, ports: {} });
    host.ports = { ...host.ports, [port]: met ?? 'filtered' };
  }
  return hosts;
}
