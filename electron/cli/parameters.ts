/** Parameters of a fix as typed on the command line, and the messages about invalid ones. */
import type { FixId } from '@shared/catalog';
import { didYouMean } from '@shared/host-input';
import { translateMessage, translateMessages, type Translate } from '@shared/i18n';
import { Facts } from '@engine/facts/facts';
import { fixOf } from '@engine/fixes';
import {
  fieldsOf,
  parseParameters,
  type ParameterName,
  type ParameterProblem,
} from '@engine/fixes/parameters';
import type { GivenParameters, PlanRefusal } from '@engine/fixes/plan';
import { viewReadOut } from '@engine/fixes/views';
import { paramOption } from '../report/commands';
import { endAs, type ChangeContext, type ConfirmedContext, type CommandResult } from './change';
import { readLine } from './console';

/** Parameters from the command line. */
export type Parameters = Readonly<Record<string, string | readonly string[]>>;

/** Collects the parameters for the schemas. Secrets are only accepted at the prompt. */
export async function readParameters(
  fix: FixId,
  context: ConfirmedContext,
): Promise<{ readonly parameters: Parameters } | CommandResult> {
  const { params, translate, signal } = context;
  const chosen = fixOf(fix);
  const { parameters } = chosen;
  const wrong = (name: string, sentence: string): CommandResult =>
    endAs('wrongParameters', `${name}: ${sentence}`);
  const kinds = new Map<string, string>(fieldsOf(parameters).map(({ name, kind }) => [name, kind]));
  const raw: Record<string, string | readonly string[]> = {};
  for (const [name, value] of params) {
    const earlier = raw[name];
    if (kinds.get(name) === 'list') {
      raw[name] = typeof earlier === 'object' ? [...earlier, value] : [value];
    } else if (earlier !== undefined) {
      return wrong(name, translate('parameters.problems.givenTwice', { name }));
    } else raw[name] = value;
  }
  const secret = [...kinds].find(([name, kind]) => kind === 'secret' && name in raw)?.[0];
  if (secret !== undefined && raw[secret] !== '-') {
    return wrong(secret, translate('parameters.problems.keyOnCommandLine'));
  }
  const problems = (given: Parameters): readonly ParameterProblem[] => {
    const parsed = parseParameters(parameters, given);
    return parsed.ok ? [] : parsed.problems;
  };
  // Report invalid values before prompting for a key, and missing ones only if the facts can't suggest them.
  const canBeSuggested = (field: string): boolean =>
    kinds.has(field) && raw[field] === undefined && chosen.initial !== undefined;
  const others = problems(raw).filter(({ field }) => field !== secret && !canBeSuggested(field));
  if (others.length > 0) return wrongParameters(fix, others, raw, context);
  if (secret === undefined) return { parameters: raw };
  const line = await readLine(context, translate('fixes.ask.productKey'), true, signal);
  if (line === null) return wrong(secret, translate('fixes.refused.noKeyGiven'));
  const whole = { ...raw, [secret]: line };
  const left = problems(whole).filter(({ field }) => field === secret);
  return left.length > 0 ? wrongParameters(fix, left, whole, context) : { parameters: whole };
}

/** Exits with 64 and prints one line per invalid parameter. */
async function wrongParameters(
  fix: FixId,
  problems: readonly ParameterProblem[],
  given: Parameters,
  context: ChangeContext,
): Promise<CommandResult> {
  const { translate } = context;
  const lines = problems.map((problem) =>
    problemLine({ ...problem, message: [problem.message] }, given, translate),
  );
  const facts = await factLines(fix, context);
  return endAs('wrongParameters', ...lines, ...facts);
}

/** Describes a problem with a parameter. If the parameter is missing, the option that sets it is included. */
export function problemLine(
  { field, message, suggestions }: PlanRefusal['messages'][number],
  given: GivenParameters,
  translate: Translate,
): string {
  const name = field as ParameterName | null;
  const option = name === null || given[name] !== undefined ? null : paramOption(name);
  const how = option === null ? '' : ` ${translate('fixes.show.give', { option })}`;
  const meant =
    suggestions.length === 0 ? '' : ` ${translateMessage(translate, didYouMean(suggestions))}`;
  const sentence = translateMessages(translate, message);
  return `${field === null ? '' : `${field}: `}${sentence}${how}${meant}`;
}

/** Lists the values that must be read out to obtain a parameter. */
export async function factLines(
  fix: FixId,
  { computer, translate, signal, factOptions }: ChangeContext,
): Promise<readonly string[]> {
  const shown = await viewReadOut(fix, new Facts(computer, factOptions, signal), translate);
  return shown.map(({ label, value }) => translate('report.pair', { asked: label, answer: value }));
}
