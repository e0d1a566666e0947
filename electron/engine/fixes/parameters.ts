/**
 * What the parameters of every fix are made of, and what the form of the window, the command line and the privileged
 * side read out of a fix's schema. The schema itself is the fix's own and stands in its file.
 *
 * Messages stand under `parameters.problems.*`, labels and hints under `parameters.<name>`.
 */
import { z } from 'zod';
import type { FixId } from '@shared/catalogue';
import {
  accepted,
  readDomain,
  readHost,
  readPort,
  shown,
  type HostInput,
  type Parsed,
} from '@shared/host-input';
import { KMS_PORT } from '@shared/kms';
import type { Message, MessageKey } from '@shared/message';
import type { FieldView, ShownParameters } from '@shared/plan';
import { isLeftOut, readSwitch } from '../parameter-readers';

type NameIn<K> = K extends `parameters.${infer Name}.label` ? Name : never;

/** Name of a parameter: what the locale files have a label for. The same name means the same in every fix. */
export type ParameterName = NameIn<MessageKey>;

/** Something wrong with one parameter. */
export interface ParameterProblem {
  readonly field: string;
  readonly message: Message;
  readonly suggestions: readonly string[];
  /** The fix that was meant. */
  readonly instead?: FixId;
}

/** How a parameter is asked for and shown, where that is not as usual. */
interface Traits<T> {
  /** Shown under "More options". */
  readonly advanced?: true;
  /** The choice in another field that it belongs to. */
  readonly onlyFor?: NonNullable<FieldView['onlyFor']>;
  readonly choices?: readonly string[];
  /** What a form starts with where the facts suggest nothing; otherwise what is taken where it is left out. */
  readonly initial?: FieldView['initial'];
  /** Its hint, where that is not `parameters.<name>.hint`. */
  readonly hint?: MessageKey;
  /** It has to be given on the KMS host itself; elsewhere the fix is a text that does without. */
  readonly neededOnKmsHost?: true;
  /** How a plan, a journal and a report show it; of a secret they never have more than its last five characters. */
  show?(value: T): ShownParameters[string];
}

const TRAITS = z.registry<Traits<unknown> & { readonly kind: FieldView['kind'] }>();

/** A parameter that has to be given, out of its reader; a refusal travels in the issue's `params`. */
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
      const { ok: _, ...params } = parsed;
      context.addIssue({ code: 'custom', message: params.message.key, params });
      return z.NEVER;
    })
    .register(TRAITS, { ...(traits as Traits<unknown>), kind });

/** A parameter with a value for when it is left out. */
export const optional = <T, F>(
  kind: FieldView['kind'],
  read: (raw: unknown) => Parsed<T>,
  fallback: F,
  traits: Traits<T> = {},
) => required<T | F>(kind, (raw) => (isLeftOut(raw) ? accepted(fallback) : read(raw)), traits);

/** A fix without parameters. */
export const noParameters = z.strictObject({});

/** A DNS domain. */
export const domain = required('text', readDomain);

/** Whether the key that is installed is activated as well. */
export const activate = optional('switch', readSwitch, true, { advanced: true });

/** A host whose port may stand behind it or in a parameter of its own, but not differently in both. */
export const hostAndPort = {
  host: required('text', readHost),
  port: optional('port', readPort, null, { initial: KMS_PORT }),
};

/** Settles host and port of {@link hostAndPort}. */
export function settlePort<T extends { readonly host: HostInput; readonly port: number | null }>(
  { host, port, ...others }: T,
  context: z.core.$RefinementCtx,
): Omit<T, 'host' | 'port'> & { readonly host: string; readonly port: number } {
  if (host.port !== null && port !== null && host.port !== port) {
    const params = { one: host.port, other: port };
    addProblem(context, 'port', { key: 'parameters.problems.twoPorts', params }, [
      String(host.port),
    ]);
  }
  return { ...others, host: host.host, port: port ?? host.port ?? KMS_PORT };
}

/** Refuses parameters that do not go together. */
export function addProblem(
  context: z.core.$RefinementCtx,
  name: ParameterName,
  message: Message,
  suggestions: readonly string[],
): void {
  context.addIssue({
    code: 'custom',
    path: [name],
    message: message.key,
    params: { message, suggestions },
  });
}

/** The schema of a fix's parameters. */
export type ParameterSchema = z.ZodType<Readonly<Record<string, unknown>>>;

/** The parameters of a fix as they were understood, or what is wrong with them. */
export type ParametersResult<Schema extends ParameterSchema> =
  | { readonly ok: true; readonly values: z.output<Schema> }
  | { readonly ok: false; readonly problems: readonly ParameterProblem[] };

/** Reads the parameters of a fix as they come from a form or a command line. */
export function parseParameters<Schema extends ParameterSchema>(
  schema: Schema,
  raw: Readonly<Record<string, unknown>>,
): ParametersResult<Schema> {
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

/** A parameter of a fix, as it is asked for and shown. */
export interface ParameterField extends Traits<unknown> {
  readonly name: ParameterName;
  readonly kind: FieldView['kind'];
  readonly required: boolean;
}

/** The parameters that a fix has, in the order in which they are asked for. */
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

/** The names of the parameters that a fix needs. */
export function neededParameters(
  schema: ParameterSchema,
  isKmsHost: boolean,
): readonly ParameterName[] {
  return fieldsOf(schema)
    .filter(({ required, neededOnKmsHost }) => required || (isKmsHost && neededOnKmsHost === true))
    .map(({ name }) => name);
}

/** Parameters as they were understood, for a plan; what was left out and has no default is absent. */
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
