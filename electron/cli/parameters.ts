/** The parameters of a fix as they are typed, and what is said of wrong ones. */
import type { FixId } from '@shared/catalogue';
import { didYouMean } from '@shared/host-input';
import { translateMessage, type Translate } from '@shared/i18n';
import type { PlanProblem } from '@shared/plan';
import { Facts } from '@engine/facts/facts';
import { fixOf } from '@engine/fixes';
import {
  fieldsOf,
  parseParameters,
  type ParameterName,
  type ParameterProblem,
} from '@engine/fixes/parameters';
import type { GivenParameters } from '@engine/fixes/plan';
import { viewReadOut } from '@engine/fixes/views';
import { paramOption } from '../report/commands';
import type { ChangeContext, ConfirmedContext, Ended } from './change';
import { readLine } from './console';
import { FIX_EXIT } from './exit-codes';

/** Parameters as they come from the command line. */
export type Parameters = Readonly<Record<string, string | readonly string[]>>;

/** The parameters as they go to the schemas; a secret is read here and from nowhere else. */
export async function readParameters(
  fix: FixId,
  context: ConfirmedContext,
): Promise<{ readonly parameters: Parameters } | Ended> {
  const { params, translate, signal } = context;
  const chosen = fixOf(fix);
  const { parameters } = chosen;
  const wrong = (name: string, sentence: string): Ended => ({
    exitCode: FIX_EXIT.wrongParameters,
    lines: [`${name}: ${sentence}`],
  });
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
  // What is wrong is said before anybody types a key; what lacks, only where the facts cannot suggest it.
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

/** Exit 64 with a sentence for each parameter that is wrong. */
async function wrongParameters(
  fix: FixId,
  problems: readonly ParameterProblem[],
  given: Parameters,
  context: ChangeContext,
): Promise<Ended> {
  const { translate } = context;
  const lines = problems.map((problem) =>
    problemLine(
      { ...problem, message: translateMessage(translate, problem.message) },
      given,
      translate,
    ),
  );
  const facts = await factLines(fix, context);
  return { exitCode: FIX_EXIT.wrongParameters, lines: [...lines, ...facts] };
}

/** A sentence on a parameter; one that nobody gave comes with the option that gives it. */
export function problemLine(
  { field, message, suggestions }: PlanProblem['messages'][number],
  given: GivenParameters,
  translate: Translate,
): string {
  const name = field as ParameterName | null;
  const option = name === null || given[name] !== undefined ? null : paramOption(name);
  const how = option === null ? '' : ` ${translate('fixes.show.give', { option })}`;
  const meant =
    suggestions.length === 0 ? '' : ` ${translateMessage(translate, didYouMean(suggestions))}`;
  return `${field === null ? '' : `${field}: `}${message}${how}${meant}`;
}

/** What has to be read out before a parameter can be known. */
export async function factLines(
  fix: FixId,
  { computer, translate, signal, factOptions = {} }: ChangeContext,
): Promise<readonly string[]> {
  const shown = await viewReadOut(fix, new Facts(computer, factOptions, signal), translate);
  return shown.map(({ label, value }) => translate('report.pair', { asked: label, answer: value }));
}
