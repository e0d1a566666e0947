/**
 * The parameters of every fix: what each may be, with a message that says so. The form of the window, the
 * command line and the privileged side all read them here and nowhere else.
 *
 * Messages stand under `parameters.problems.*`, labels and hints under `parameters.<name>`.
 */
import { z } from 'zod';
import type { FixId } from './catalogue';
import type { Message } from './message';
import {
  readDomain,
  readHost,
  readPort,
  readServer,
  shown,
  type HostInput,
  type Parsed,
} from './host-input';
import { KMS_PORT } from './kms';
import { formatEndpoint } from './names';
import {
  MAX_UINT16,
  accepted,
  formatConfirmationId,
  formatPublishEntry,
  isLeftOut,
  readAdapter,
  readAddress,
  readChoice,
  readConfirm,
  readConfirmationId,
  readFile,
  readIssuedKey,
  readNumber,
  readPublishList,
  readRecordHost,
  readServerList,
  readSwitch,
  type PublishEntry,
} from './parameter-readers';
import type { ProductKey } from './product-key';

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

/** Seconds; the highest TTL of RFC 2181 §8. */
const MAX_TTL = 0x7fff_ffff;

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
