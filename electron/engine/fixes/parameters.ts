/**
 * Building blocks for fix parameters, and what the window's form, the command line and the main process read from a
 * fix's schema. Each fix defines its schema in its own file.
 *
 * Messages are under `parameters.problems.*`; labels and hints are under `parameters.<name>`.
 */
import { z } from 'zod';
import {
  accepted,
  readDomain,
  readHost,
  readPort,
  refused,
  toDisplayText,
  type HostInput,
  type Parsed,
} from '@shared/host-input';
import { KMS_PORT } from '@shared/kms';
import type { KeyPart, MessageKey } from '@shared/message';
import type { FieldView, ShownParameters } from '@shared/plan';
import { isLeftOut, readSwitch } from '../parameter-readers';

/** The name of a parameter, with a label in the locale files. A name has the same meaning in every fix. */
export type ParameterName = KeyPart<'parameters.', '.label'>;

/** A problem with one parameter. */
export interface ParameterProblem extends Omit<Extract<Parsed<never>, { ok: false }>, 'ok'> {
  readonly field: string;
}

/** Options for how a parameter is prompted for and displayed, if they differ from the defaults. */
interface Traits<T> {
  /** Shown under "More options". */
  readonly advanced?: true;
  /** The choice of another field that this parameter applies to. */
  readonly onlyFor?: NonNullable<FieldView['onlyFor']>;
  readonly choices?: readonly string[];
  /** Initial value in a form if the facts suggest nothing. Defaults to the value used if the parameter is omitted. */
  readonly initial?: FieldView['initial'];
  /** Key of the hint, if it isn't `parameters.<name>.hint`. */
  readonly hint?: MessageKey;
  /** Required on the KMS host itself; elsewhere, the fix produces instructions that don't need it. */
  readonly neededOnKmsHost?: true;
  /** Formats the value for plans, journals and reports. For a secret, they only ever get the last five characters. */
  show?(value: T): ShownParameters[string];
}

const TRAITS = z.registry<Traits<unknown> & { readonly kind: FieldView['kind'] }>();

/** Defines a required parameter with its reader; a refusal is passed on in the issue's `params`. */
export const required = <T>(
  kind: FieldView['kind'],
  read: (raw: unknown) => Parsed<T>,
  traits: Traits<T> = {},
) =>
  z
    .optional(z.unknown())
    .transform((raw, context): T => {
      const parsed = isLeftOut(raw) ? read('') : read(raw);
      if (parsed.ok) return parsed.value;
      addProblem(context, parsed);
      return z.NEVER;
    })
    .register(TRAITS, { ...(traits as Traits<unknown>), kind });

/** Defines a parameter with a default for when it's omitted. */
export const optional = <T, F>(
  kind: FieldView['kind'],
  read: (raw: unknown) => Parsed<T>,
  fallback: F,
  traits: Traits<T> = {},
) => required<T | F>(kind, (raw) => (isLeftOut(raw) ? accepted(fallback) : read(raw)), traits);

/** The schema of a fix without parameters. */
export const noParameters = z.strictObject({});

/** Parameter for a DNS domain. */
export const domain = required('text', readDomain);

/** Parameter for whether to activate after installing the key. */
export const activate = optional('switch', readSwitch, true, { advanced: true });

/** Parameters for a host and port. The port may be appended to the host or given separately, but the two must agree. */
export const hostAndPort = {
  host: required('text', readHost),
  port: optional('number', readPort, null, { initial: KMS_PORT }),
};

/** Resolves the host and port of {@link hostAndPort}. */
export function mergePort<T extends { readonly host: HostInput; readonly port: number | null }>(
  { host, port, ...others }: T,
  context: z.core.$RefinementCtx,
): Omit<T, 'host' | 'port'> & { readonly host: string; readonly port: number } {
  if (host.port !== null && port !== null && host.port !== port) {
    const ports = { one: host.port, other: port };
    const problem = refused('parameters.problems.twoPorts', ports, [String(host.port)]);
    addProblem(context, problem, ['port']);
  }
  return { ...others, host: host.host, port: port ?? host.port ?? KMS_PORT };
}

/** Reports a problem with the parameter being read, or with the one at the path. */
export function addProblem(
  context: z.core.$RefinementCtx,
  { ok: _, ...params }: Extract<Parsed<unknown>, { ok: false }>,
  path: ParameterName[] = [],
): void {
  context.addIssue({ code: 'custom', path, message: params.message.key, params });
}

/** The schema of a fix's parameters. */
export type ParameterSchema = z.ZodType<Readonly<Record<string, unknown>>>;

/** The parsed parameters of a fix, or the problems with them. */
export type ParametersResult =
  | { readonly ok: true; readonly values: z.output<ParameterSchema> }
  | { readonly ok: false; readonly problems: readonly ParameterProblem[] };

/** Parses the parameters of a fix from a form or command line. */
export function parseParameters(
  schema: ParameterSchema,
  raw: Readonly<Record<string, unknown>>,
): ParametersResult {
  const parsed = schema.safeParse(raw);
  return parsed.success
    ? { ok: true, values: parsed.data }
    : { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(schema, issue)) };
}

function problemsOf(schema: ParameterSchema, issue: z.core.$ZodIssue): ParameterProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const allowed = fieldsOf(schema)
      .map(({ name }) => name)
      .join(', ');
    return issue.keys.map((name) => ({
      field: toDisplayText(name),
      message: {
        key: allowed === '' ? 'parameters.problems.noParameters' : 'parameters.problems.unknown',
        params: { name: toDisplayText(name), allowed },
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

/** A parameter of a fix, with how it's prompted for and displayed. */
export interface ParameterField extends Traits<unknown> {
  readonly name: ParameterName;
  readonly kind: FieldView['kind'];
  readonly required: boolean;
}

/** Returns the parameters of a fix, in the order in which they're prompted for. */
export function fieldsOf(schema: ParameterSchema): readonly ParameterField[] {
  const object = schema instanceof z.ZodPipe ? schema.in : schema;
  if (!(object instanceof z.ZodObject)) return [];
  return Object.entries(object.shape as Record<ParameterName, z.ZodType>).map(([name, shape]) => {
    const leftOut = shape.safeParse(undefined);
    return {
      initial: leftOut.data as FieldView['initial'],
      ...(TRAITS.get(shape) ?? { kind: 'text' }),
      name: name as ParameterName,
      required: !leftOut.success,
    };
  });
}

/** Returns the names of the parameters that a fix requires. */
export function requiredParameters(
  schema: ParameterSchema,
  isKmsHost: boolean,
): readonly ParameterName[] {
  return fieldsOf(schema)
    .filter(({ required, neededOnKmsHost }) => required || (isKmsHost && neededOnKmsHost === true))
    .map(({ name }) => name);
}

/** Returns parsed parameters for display in a plan; omitted parameters without a default are absent. */
export function showParameters(
  schema: ParameterSchema,
  values: Readonly<Record<string, unknown>>,
): ShownParameters {
  return Object.fromEntries(
    fieldsOf(schema).flatMap((field) => {
      const value = values[field.name] ?? null;
      return value === null ? [] : [[field.name, showValue(field, value)]];
    }),
  );
}

function showValue(field: ParameterField, value: unknown): ShownParameters[string] {
  if (field.kind === 'secret') return String(value).slice(-5);
  return field.show === undefined ? (value as ShownParameters[string]) : field.show(value);
}
