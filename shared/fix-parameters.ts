/**
 * The parameters of every fix: what each may be, with a message that says so. The form of the window, the
 * command line and the privileged side all read them here and nowhere else.
 *
 * Messages stand under `parameters.problems.*`, labels and hints under `parameters.<name>`.
 */
import { z } from 'zod';
import type { FixId } from './catalogue';
import { clientSetupKeyOf, nameOfClientSetupKey } from './client-setup-keys';
import type { Message } from './message';
import {
  readDomain,
  readHost,
  readPort,
  readServer,
  refused,
  shown,
  withoutSpaces,
  type HostInput,
  type Parsed,
} from './host-input';
import { KMS_PORT } from './kms';
import { formatEndpoint, isAddress } from './names';
import { groupTypedKey, parseProductKey, type ProductKey } from './product-key';

/** Something wrong with one parameter. */
export interface ParameterProblem {
  readonly field: string;
  readonly message: Message;
  readonly suggestions: readonly string[];
  /** The fix that was meant. */
  readonly instead?: FixId;
}

/** How a record gets to its DNS server, as the person chooses it. */
const RECORD_METHODS = ['windows-dns', 'dynamic-update', 'text'] as const;

/** What is activated: one has its own licence beside the other's. */
const PRODUCTS = ['windows', 'office'] as const;

/** An entry of DnsDomainPublishList. */
export interface PublishEntry {
  readonly domain: string;
  /** Null where the entry names neither priority nor weight; Windows then takes 0 and 0. */
  readonly order: { readonly priority: number; readonly weight: number } | null;
}

/** A confirmation id: eight groups of six digits. */
const CONFIRMATION_GROUPS = 8;
const CONFIRMATION_GROUP_LENGTH = 6;

/** Seconds; the highest TTL of RFC 2181 §8. */
const MAX_TTL = 0x7fff_ffff;
const MAX_UINT16 = 0xffff;
const MAX_PUBLISH_DOMAINS = 64;
/** DNS servers of one adapter. */
const MAX_DNS_SERVERS = 16;
/** Characters of a connection's name (`MAX_INTERFACE_NAME_LEN` of the IP helper). */
const MAX_ADAPTER_NAME = 256;

const accepted = <T>(value: T): Parsed<T> => ({ ok: true, value });
const isLeftOut = (raw: unknown): boolean =>
  raw === undefined || raw === null || (typeof raw === 'string' && raw.trim() === '');

/** A schema out of a reader; the refusal travels in the issue's `params`. */
const field = <T>(read: (raw: unknown) => Parsed<T>) =>
  z.optional(z.unknown()).transform((raw, context): T => {
    const parsed = isLeftOut(raw) ? read('') : read(raw);
    if (parsed.ok) return parsed.value;
    const { ok: _, ...params } = parsed;
    context.addIssue({ code: 'custom', message: params.message.key, params });
    return z.NEVER;
  });

/** The same, with a value for when it is left out. */
const optional = <T, F>(read: (raw: unknown) => Parsed<T>, fallback: F) =>
  field<T | F>((raw) => (isLeftOut(raw) ? accepted(fallback) : read(raw)));

function readKey(raw: unknown): Parsed<ProductKey> {
  if (typeof raw !== 'string') return refused('parameters.problems.text');
  const parsed = parseProductKey(raw);
  if (parsed.ok) return accepted(parsed.key);
  const { code, ...params } = parsed.problem;
  return refused(`keys.problem.${code}`, {
    ...params,
    ...('character' in params && { character: shown(params.character) }),
  });
}

/** A key that is issued to an organization: a published one makes a KMS client of a PC, whatever it was meant to be. */
const readIssuedKey =
  (kind: 'mak' | 'kmsHost') =>
  (raw: unknown): Parsed<ProductKey> => {
    // Those of Windows 7 and before have another form than a key of today.
    const row = typeof raw === 'string' ? clientSetupKeyOf(groupTypedKey(raw, 0).text) : undefined;
    if (row === undefined) return readKey(raw);
    const params = { edition: nameOfClientSetupKey(row) };
    return { ...refused(`keys.isClientSetupKey.${kind}`, params), instead: 'return-to-kms' };
  };

function readConfirm(raw: unknown): Parsed<string> {
  if (typeof raw !== 'string' || raw.trim() === '') return refused('parameters.problems.confirm');
  return raw.trim().length > 63
    ? refused('parameters.problems.tooLong', { max: 63 })
    : accepted(raw.trim());
}

/** The host that an SRV record names: a full name, since RFC 2782 knows no address there. */
function readRecordHost(raw: unknown): Parsed<string> {
  const host = readHost(raw);
  if (!host.ok) return host;
  if (isAddress(host.value.host)) {
    return refused('parameters.problems.addressNotName', { text: host.value.host });
  }
  if (host.value.port !== null) {
    return refused('parameters.problems.portNotHere', { text: shown(raw) }, [host.value.host]);
  }
  return host.value.host.includes('.')
    ? accepted(host.value.host)
    : refused('parameters.problems.fullName', { text: host.value.host });
}

/** An address without a port. */
function readAddress(raw: unknown): Parsed<string> {
  const host = readHost(raw);
  if (!host.ok) return host;
  return isAddress(host.value.host) && host.value.port === null
    ? accepted(host.value.host)
    : refused('parameters.problems.address', { text: shown(raw) });
}

/** The name of a network connection, as Windows shows it. */
function readAdapter(raw: unknown): Parsed<string> {
  if (typeof raw !== 'string') return refused('parameters.problems.text');
  const name = raw.trim();
  if (name.length > MAX_ADAPTER_NAME) {
    return refused('parameters.problems.tooLong', { max: MAX_ADAPTER_NAME });
  }
  const foreign = /[\p{C}\p{Zl}\p{Zp}]/u.exec(name)?.[0];
  return foreign === undefined
    ? accepted(name)
    : refused('parameters.problems.adapterCharacter', { character: shown(foreign) });
}

/** DNS servers in their order, without ports, since Windows keeps none; an empty list leaves them to DHCP. */
function readServerList(raw: unknown): Parsed<readonly string[]> {
  if (isLeftOut(raw)) return refused('parameters.problems.required');
  const addresses = new Set<string>();
  for (const text of Array.isArray(raw) ? (raw as readonly unknown[]) : [raw]) {
    if (isLeftOut(text)) continue;
    const address = readAddress(text);
    if (!address.ok) return address;
    addresses.add(address.value);
  }
  return addresses.size > MAX_DNS_SERVERS
    ? refused('parameters.problems.tooManyServers', { max: MAX_DNS_SERVERS })
    : accepted([...addresses]);
}

const readNumber =
  (least: number, most: number) =>
  (raw: unknown): Parsed<number> => {
    const text = typeof raw === 'number' ? String(raw) : typeof raw === 'string' ? raw.trim() : '';
    const value = /^\d{1,10}$/.test(text) ? Number(text) : -1;
    return value >= least && value <= most
      ? accepted(value)
      : refused('parameters.problems.number', { text: shown(raw), least, most });
  };

function readSwitch(raw: unknown): Parsed<boolean> {
  if (typeof raw === 'boolean') return accepted(raw);
  const text = typeof raw === 'string' ? raw.trim().toLowerCase() : '';
  if (['true', 'on', 'yes', '1'].includes(text)) return accepted(true);
  if (['false', 'off', 'no', '0'].includes(text)) return accepted(false);
  return refused('parameters.problems.switch', { text: shown(raw) });
}

const readChoice =
  <const T extends readonly string[]>(choices: T) =>
  (raw: unknown): Parsed<T[number]> => {
    const found = choices.find((choice) => choice === raw);
    return found === undefined
      ? refused(
          'parameters.problems.choice',
          { text: shown(raw), choices: choices.join(', ') },
          choices,
        )
      : accepted(found);
  };

/** A path: it is read as a file and shown in a command between double quotes, so it must not end them. */
function readFile(raw: unknown): Parsed<string> {
  if (typeof raw !== 'string') return refused('parameters.problems.text');
  const path = raw.trim();
  if (path.length > 1024) return refused('parameters.problems.tooLong', { max: 1024 });
  if (path.startsWith('-')) return refused('parameters.problems.fileStart');
  // PowerShell takes typographic quotation marks for plain ones.
  const foreign = /["'`$%!|<>&;*?\u2018-\u201f\p{C}\p{Zl}\p{Zp}]/u.exec(path)?.[0];
  return foreign === undefined
    ? accepted(path)
    : refused('parameters.problems.fileCharacter', { character: shown(foreign) });
}

/** Whether a path may stand in a command as {@link FIX_PARAMETERS} lets it pass. */
export const isKeyFilePath = (path: string): boolean => readFile(path).ok;

/** Entries of DnsDomainPublishList; the same domain twice counts once, the last word on its order. */
function readPublishList(raw: unknown): Parsed<readonly PublishEntry[]> {
  // An empty list takes the value out of the registry; a list that was never given is an oversight.
  if (isLeftOut(raw)) return refused('parameters.problems.required');
  const texts = Array.isArray(raw) ? (raw as readonly unknown[]) : [raw];
  const entries = new Map<string, PublishEntry>();
  for (const text of texts) {
    if (isLeftOut(text)) continue;
    const entry = readPublishEntry(text);
    if (!entry.ok) return entry;
    entries.set(entry.value.domain, entry.value);
  }
  return entries.size > MAX_PUBLISH_DOMAINS
    ? refused('parameters.problems.tooMany', { max: MAX_PUBLISH_DOMAINS })
    : accepted([...entries.values()]);
}

function readPublishEntry(raw: unknown): Parsed<PublishEntry> {
  if (typeof raw !== 'string') return refused('parameters.problems.text');
  const [name = '', ...order] = raw.split(',').map(withoutSpaces);
  const domain = readDomain(name);
  if (!domain.ok) {
    return {
      ...domain,
      suggestions: domain.suggestions.map((meant) => [meant, ...order].join(',')),
    };
  }
  if (order.length === 0) return accepted({ domain: domain.value, order: null });
  const [priority, weight] = order.map(readNumber(0, MAX_UINT16));
  if (order.length !== 2 || priority?.ok !== true || weight?.ok !== true) {
    return refused('parameters.problems.publishEntry', { text: shown(raw) }, [domain.value]);
  }
  return accepted({
    domain: domain.value,
    order: { priority: priority.value, weight: weight.value },
  });
}

/** An entry as DnsDomainPublishList has it (Microsoft: "Registry settings for volume activation"). */
export function formatPublishEntry({ domain, order }: PublishEntry): string {
  return order === null ? domain : `${domain},${order.priority},${order.weight}`;
}

/** Whether a text is an entry just as DnsDomainPublishList has it. */
export function isPublishEntry(text: string): boolean {
  const entry = readPublishEntry(text);
  return entry.ok && formatPublishEntry(entry.value) === text.toLowerCase();
}

/** A confirmation id, group by group: read to somebody over the telephone, it is checked the same way. */
function readConfirmationId(raw: unknown): Parsed<string> {
  const text = typeof raw === 'string' ? raw.normalize('NFKC').trim() : '';
  if (text === '') return refused('parameters.problems.confirmationIdMissing');
  const foreign = /[^\d\s\p{Pd}.]/u.exec(text)?.[0];
  if (foreign !== undefined) {
    return refused('parameters.problems.confirmationIdCharacter', { character: shown(foreign) });
  }
  const groups = text.split(/[^\d]+/).filter((group) => group !== '');
  const isGrouped = groups.length > 1;
  const wrong = groups.findIndex((group) => group.length !== CONFIRMATION_GROUP_LENGTH);
  if (isGrouped && wrong >= 0) {
    return refused('parameters.problems.confirmationIdGroup', {
      group: wrong + 1,
      length: groups[wrong]?.length ?? 0,
    });
  }
  const digits = groups.join('');
  return digits.length === CONFIRMATION_GROUPS * CONFIRMATION_GROUP_LENGTH
    ? accepted(digits)
    : refused('parameters.problems.confirmationIdLength', { length: digits.length });
}

/** Digits in their groups, to read out or to type in. */
export function inGroups(digits: string, length: number): string {
  return (digits.match(new RegExp(`.{1,${length}}`, 'g')) ?? []).join('-');
}

/** A confirmation id in its groups. */
export const formatConfirmationId = (digits: string): string =>
  inGroups(digits, CONFIRMATION_GROUP_LENGTH);

/** A host whose port may stand behind it or in a parameter of its own, but not differently in both. */
const hostAndPort = { host: field(readHost), port: optional(readPort, null) };

function settlePort<T extends { readonly host: HostInput; readonly port: number | null }>(
  { host, port, ...others }: T,
  context: z.core.$RefinementCtx,
): Omit<T, 'host' | 'port'> & { readonly host: string; readonly port: number } {
  if (host.port !== null && port !== null && host.port !== port) {
    const message: Message = {
      key: 'parameters.problems.twoPorts',
      params: { one: host.port, other: port },
    };
    context.addIssue({
      code: 'custom',
      path: ['port'],
      message: message.key,
      params: { message, suggestions: [String(host.port)] },
    });
  }
  return { ...others, host: host.host, port: port ?? host.port ?? KMS_PORT };
}

/** The zone holds the record only if the domain is the zone or stands in it. */
function settleZone<T extends { readonly domain: string; readonly zone: string | null }>(
  values: T,
  context: z.core.$RefinementCtx,
): Omit<T, 'zone'> & { readonly zone: string } {
  const { domain, zone } = values;
  if (zone !== null && domain !== zone && !domain.endsWith(`.${zone}`)) {
    const message: Message = { key: 'parameters.problems.zone', params: { zone, domain } };
    context.addIssue({
      code: 'custom',
      path: ['zone'],
      message: message.key,
      params: { message, suggestions: [domain] },
    });
  }
  return { ...values, zone: zone ?? domain };
}

const none = z.strictObject({});
const uint16 = readNumber(0, MAX_UINT16);

/** The schema of each fix. */
export const FIX_PARAMETERS = {
  'install-mak': z.strictObject({
    productKey: field(readIssuedKey('mak')),
    activate: optional(readSwitch, true),
  }),
  'return-to-kms': none,
  // On another computer than the KMS host this fix is a text to hand over, which needs neither.
  'install-kms-host-key': z.strictObject({
    productKey: optional(readIssuedKey('kmsHost'), null),
    confirm: optional(readConfirm, null),
    activate: optional(readSwitch, true),
  }),
  'open-kms-firewall': none,
  'set-dns-publishing': z.strictObject({ enabled: field(readSwitch) }),
  'test-routing': z
    .strictObject({ ...hostAndPort, address: optional(readAddress, null) })
    .transform(settlePort),
  'flush-dns-cache': none,
  'set-dns-servers': z.strictObject({
    servers: field(readServerList),
    adapter: optional(readAdapter, null),
  }),
  'add-dns-suffix': z.strictObject({ domain: field(readDomain) }),
  'create-srv-record': z
    .strictObject({
      domain: field(readDomain),
      host: field(readRecordHost),
      method: field(readChoice(RECORD_METHODS)),
      port: optional(readPort, KMS_PORT),
      priority: optional(uint16, 0),
      weight: optional(uint16, 0),
      ttl: optional(readNumber(1, MAX_TTL), 3600),
      zone: optional(readDomain, null),
      server: optional(readServer, null),
      tsigKeyFile: optional(readFile, null),
    })
    .transform(settleZone),
  'assign-kms-host': z.strictObject(hostAndPort).transform(settlePort),
  'return-to-auto-discovery': none,
  'set-lookup-domain': z.strictObject({ domain: field(readDomain) }),
  'set-publish-list': z.strictObject({ domains: field(readPublishList) }),
  'restart-licensing-service': none,
  'activate-now': z.strictObject({ product: optional(readChoice(PRODUCTS), 'windows') }),
  'allow-kms-activation': none,
  'activate-by-phone': z.strictObject({ confirmationId: field(readConfirmationId) }),
  'sync-clock': none,
} as const satisfies Record<FixId, z.ZodType>;

/** The parameters of a fix as they were understood; a product key in it is whole. */
export type FixParameters<F extends FixId> = z.output<(typeof FIX_PARAMETERS)[F]>;

/** The parameters of some fix, or what is wrong with them. */
export type ParametersResult<F extends FixId> =
  | { readonly ok: true; readonly values: FixParameters<F> }
  | { readonly ok: false; readonly problems: readonly ParameterProblem[] };

/** Reads the parameters of a fix as they come from a form or a command line. */
export function parseFixParameters<F extends FixId>(
  fix: F,
  raw: Readonly<Record<string, unknown>>,
): ParametersResult<F> {
  const schema: z.ZodType = FIX_PARAMETERS[fix];
  const parsed = schema.safeParse(raw);
  return parsed.success
    ? { ok: true, values: parsed.data as FixParameters<F> }
    : { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(fix, issue)) };
}

function problemsOf(fix: FixId, issue: z.core.$ZodIssue): ParameterProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const allowed = fieldsOf(fix)
      .map(({ name }) => name)
      .join(', ');
    return issue.keys.map((name) => ({
      field: shown(name),
      message: {
        key: allowed === '' ? 'parameters.problems.noParameters' : 'parameters.problems.unknown',
        params: { name: shown(name), allowed },
      },
      suggestions: [],
    }));
  }
  const problem = (issue.code === 'custom' ? issue.params : undefined) as unknown as Omit<
    ParameterProblem,
    'field'
  >;
  return [{ field: String(issue.path[0]), ...problem }];
}

/** How a parameter is asked for; its label and hint stand under `parameters.<name>`. */
export interface ParameterField {
  readonly name: ParameterName;
  readonly kind: 'text' | 'secret' | 'port' | 'number' | 'switch' | 'choice' | 'list' | 'file';
  readonly required: boolean;
  /** Shown under "More options". */
  readonly advanced: boolean;
  readonly choices: readonly string[];
}

const KINDS = {
  productKey: 'secret',
  confirm: 'text',
  activate: 'switch',
  enabled: 'switch',
  host: 'text',
  port: 'port',
  address: 'text',
  adapter: 'text',
  servers: 'list',
  product: 'choice',
  domain: 'text',
  domains: 'list',
  method: 'choice',
  priority: 'number',
  weight: 'number',
  ttl: 'number',
  zone: 'text',
  server: 'text',
  tsigKeyFile: 'file',
  confirmationId: 'text',
} as const satisfies Record<string, ParameterField['kind']>;

/** Name of a parameter; the same name means the same in every fix. */
export type ParameterName = keyof typeof KINDS;

const CHOICES: Readonly<Partial<Record<ParameterName, readonly string[]>>> = {
  method: RECORD_METHODS,
  product: PRODUCTS,
};

const ADVANCED: ReadonlySet<string> = new Set<ParameterName>([
  'activate',
  'adapter',
  'address',
  'product',
  'priority',
  'weight',
  'ttl',
  'zone',
]);

/** The parameters that a fix has, in the order in which they are asked for. */
export function fieldsOf(fix: FixId): readonly ParameterField[] {
  const schema: z.ZodType = FIX_PARAMETERS[fix];
  const object = schema instanceof z.ZodPipe ? schema.in : schema;
  if (!(object instanceof z.ZodObject)) return [];
  return Object.entries(object.shape as Record<ParameterName, z.ZodType>).map(([name, shape]) => {
    const known = name as ParameterName;
    return {
      name: known,
      kind: KINDS[known],
      required: !shape.safeParse(undefined).success,
      advanced: ADVANCED.has(known),
      choices: CHOICES[known] ?? [],
    };
  });
}

/** The parameters that a fix needs; on the KMS host itself its key has to be given, elsewhere that is a text without. */
export function neededParameters(fix: FixId, isKmsHost: boolean): readonly ParameterName[] {
  const takesKey = isKmsHost && fix === 'install-kms-host-key';
  return fieldsOf(fix)
    .filter(({ required, advanced }) => required || (takesKey && !advanced))
    .map(({ name }) => name);
}

/** Parameters as a plan, a journal and a report may show them: no more of a key than its last five characters. */
export type ShownParameters = Readonly<
  Record<string, string | number | boolean | readonly string[]>
>;

/** The parameters as they were understood, without secrets; what was left out and has no default is absent. */
export function showParameters(values: Readonly<Record<string, unknown>>): ShownParameters {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const text = showValue(name, value);
      return text === null ? [] : [[name, text]];
    }),
  );
}

function showValue(name: string, value: unknown): ShownParameters[string] | null {
  if (value === null || value === undefined) return null;
  if (name === 'productKey') return (value as ProductKey).slice(-5);
  if (name === 'domains') return (value as readonly PublishEntry[]).map(formatPublishEntry);
  if (name === 'confirmationId') return formatConfirmationId(value as string);
  if (name === 'server') {
    const { address, port } = value as { readonly address: string; readonly port: number };
    return port === 53 ? address : formatEndpoint(address, port);
  }
  return value as string | number | boolean;
}
