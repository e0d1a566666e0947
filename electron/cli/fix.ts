/** `fix`: shows the exact steps of a fix, applies them when that is wanted, and diagnoses anew. */
import { isFixId, type FixId } from '@shared/catalogue';
import { didYouMean } from '@shared/host-input';
import { translateMessage, type Translate } from '@shared/i18n';
import type { ChangeView, PlanProblem, PlanView } from '@shared/plan';
import { needsElevation } from '@engine/changes/executor';
import { unfinishedEntries } from '@engine/changes/undo';
import type { Computer } from '@engine/computer';
import { Facts, type FactOptions } from '@engine/facts/facts';
import { viewOutcome } from '@engine/fixes/apply';
import { fixOf } from '@engine/fixes';
import {
  fieldsOf,
  parseParameters,
  type ParameterName,
  type ParameterProblem,
} from '@engine/fixes/parameters';
import type { GivenParameters, Plan } from '@engine/fixes/plan';
import { suggestedBeside } from '@engine/fixes/left-out-parameters';
import { hasWayBack, viewPlan, viewReadOut, viewRefusal } from '@engine/fixes/views';
import { changeType } from '@engine/changes';
import { diagnose } from '@engine/run';
import { toResult } from '@engine/facts/fact-snapshot';
import { assess } from '@engine/verdict/assessment';
import { isYes, readLine, writeJson, writeLines } from './console';
import type { Streams } from './context';
import { FIX_EXIT } from './exit-codes';
import { openJournal, unusableText, warnOfUnfinished } from './open-journal';
import { usageError } from './options';
import { fixCommandFor, undoCommandFor, type Whereabouts } from './recommend';
import { paramOption } from '../report/commands';
import { verdictWords } from '../report/words';
import { attemptFix, orObstacle, type Attempted, type Obstacle } from '../services/attempt';

/** What a command that changes a computer is called with. */
export interface ChangeContext extends Streams {
  readonly computer: Computer;
  readonly json: boolean;
  readonly translate: Translate;
  /** Null for the usual place. */
  readonly dataDir: string | null;
  readonly signal: AbortSignal;
  readonly factOptions?: FactOptions;
  /** The options of this command line: a command that it recommends repeats those that say whose facts are read. */
  readonly options: Whereabouts;
}

/** What `fix` is called with. */
export interface FixContext extends ChangeContext {
  readonly fix: string;
  readonly params: readonly (readonly [name: string, value: string])[];
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** The end of a command before its work is done. */
export interface Ended {
  readonly exitCode: number;
  readonly lines: readonly string[];
}

/**
 * Runs `fix`.
 *
 * @returns the exit code
 * @throws UsageError for a fix that there is none of
 */
export async function runFix(context: FixContext): Promise<number> {
  const { fix, stderr, translate, signal } = context;
  if (!isFixId(fix)) usageError('fixUnknown', { word: fix });
  const ended = await orObstacle(signal, async () => {
    const read = await readParameters(fix, context);
    return 'exitCode' in read ? read : work(fix, read.parameters, context);
  });
  const end = 'exitCode' in ended ? ended : obstacleEnd(ended, translate);
  writeLines(stderr, end.lines);
  return end.exitCode;
}

/** How a command ends that something stood in the way of. */
export function obstacleEnd(obstacle: Obstacle, translate: Translate): Ended {
  switch (obstacle.outcome) {
    case 'cancelled':
      return { exitCode: FIX_EXIT.interrupted, lines: [] };
    case 'journal-unusable':
      return { exitCode: FIX_EXIT.failed, lines: [unusableText(obstacle.error, translate)] };
    case 'unreadable': {
      const why = translate(`reasons.${obstacle.reason}`);
      return nothingDone(`${translate('fixes.notHere.unread')} ${why}`);
    }
  }
}

/** The end of a command that changed nothing, and why. */
export const nothingDone = (...lines: readonly string[]): Ended => ({
  exitCode: FIX_EXIT.nothingDone,
  lines,
});

async function work(fix: FixId, given: Parameters, context: FixContext): Promise<Ended> {
  const { computer, translate, signal, stdout, json, factOptions } = context;
  const journal = await openJournal(context.dataDir, computer.target);
  const system = await toResult(computer.system(signal));
  if (system.ok) {
    warnOfUnfinished(await unfinishedEntries(journal, system.value.id), context);
  }
  const { snapshot } = await diagnose(computer, { ...factOptions, signal }).result;
  const suggested = suggestedBeside(fix, given, assess(snapshot));
  const parameters = { ...suggested, ...given };
  const ended = await attemptFix<Ended>(fix, parameters, {
    computer,
    journal,
    signal,
    factOptions,
    snapshot: () => Promise.resolve(snapshot),
    decide: (plan) => decide(plan, suggested, system.ok ? system.value.elevated : false, context),
    onEvent: (event) => {
      if (json || event.type !== 'change-started') return;
      const title = translateMessage(translate, changeType(event.change).title(event.change));
      writeLines(stdout, [translate('fixes.ended.applyingNow', { title })]);
    },
  });
  switch (ended.outcome) {
    case 'refused': {
      const { problem, messages } = viewRefusal(ended.refusal, translate);
      return {
        exitCode: problem === 'parameters' ? FIX_EXIT.wrongParameters : FIX_EXIT.nothingDone,
        lines: messages.map((message) => problemLine(message, parameters, translate)),
      };
    }
    case 'declined':
      return ended.by;
    case 'stale':
      return nothingDone(translate('fixes.refused.stale'));
    case 'not-elevated':
      return { exitCode: FIX_EXIT.notElevated, lines: [translate('fixes.notElevated')] };
    case 'ended':
      return outcomeEnd(ended, context);
  }
}

/** Shows a plan and finds out whether to apply it. */
async function decide(
  plan: Plan,
  suggested: GivenParameters,
  isElevated: boolean | null,
  context: FixContext,
): Promise<Attempted<Ended> | null> {
  const { translate, stdout, stderr, json, dryRun, yes, stdin, signal } = context;
  const declined = (by: Ended) => ({ outcome: 'declined', by }) as const;
  const view = viewPlan(plan, translate);
  const shown = planLines(view, suggested, translate);
  if (!json) writeLines(stdout, [...shown, ...(await factLines(plan.fix, context))]);
  if (dryRun || view.changes.length === 0) {
    if (json) writeJson(stdout, planDocument(view));
    else if (context.options.facts !== null) writeLines(stdout, await thereLines(context));
    // A text was asked for and is there; elsewhere it stands for what could not be done here.
    return dryRun || plan.parameters['method'] === 'text'
      ? declined({ exitCode: FIX_EXIT.verified, lines: [] })
      : declined(nothingDone(translate('fixes.refused.handover')));
  }
  if (isElevated !== true && needsElevation(plan.changes)) {
    if (isElevated === false) return { outcome: 'not-elevated' };
    writeLines(stderr, [translate('fixes.rightsUnknown')]);
  }
  if (yes) return null;
  if (stdin.isTTY !== true) {
    if (json) writeJson(stdout, planDocument(view));
    return declined(nothingDone(translate('fixes.refused.needsYes')));
  }
  // Standard output is kept for the document.
  if (json) writeLines(stderr, shown);
  const answer = await readLine(context, translate('fixes.ask.apply'), false, signal);
  return isYes(answer) ? null : declined(nothingDone(translate('fixes.refused.notConfirmed')));
}

type AppliedFix = Extract<Attempted<Ended>, { outcome: 'ended' }>;

/** Parameters as they come from the command line. */
export type Parameters = Readonly<Record<string, string | readonly string[]>>;

/** The parameters as they go to the schemas; a secret is read here and from nowhere else. */
export async function readParameters(
  fix: FixId,
  context: ChangeContext & Pick<FixContext, 'params'>,
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

/** Shows how a fix that was applied ended. */
function outcomeEnd(ended: AppliedFix, context: FixContext): Ended {
  const { translate, stdout, stderr, json } = context;
  const outcome = viewOutcome(ended, ended.plan, translate);
  const { fix, entry, result, verdict, notes, failure } = outcome;
  if (json) {
    const plan = planDocument(outcome.plan);
    writeJson(stdout, { schema: 'kms-doctor/outcome@1', fix, entry, result, plan, verdict });
  }
  writeLines(json ? stderr : stdout, notes);
  if (failure !== null) writeLines(stderr, [failure]);
  const hasFailed = result === 'failed' || result === 'rolled-back';
  if (!hasFailed && !json) writeLines(stdout, endLines(ended, context));
  const exitCode = hasFailed ? FIX_EXIT.failed : FIX_EXIT[result];
  return { exitCode: ended.cancelled ? FIX_EXIT.interrupted : exitCode, lines: [] };
}

function endLines(
  { result, diagnosis, entry, plan }: AppliedFix,
  { translate, options }: FixContext,
): readonly string[] {
  const verdict = diagnosis?.verdict;
  const said = verdict && { verdict: verdictWords(verdict, translate) };
  return [
    said === undefined
      ? translate('fixes.ended.notDiagnosed')
      : result === 'verified'
        ? translate('fixes.ended.verified')
        : translate(`fixes.ended.${result === 'unverified' ? result : 'applied'}`, said),
    ...(hasWayBack(plan)
      ? [translate('fixes.ended.entry', { command: undoCommandFor(entry, options) })]
      : []),
  ];
}

/** A change as other programs see it. */
export function changeDocument(view: ChangeView): object {
  const { kind, title, byHand, before, after, undoable } = view;
  return { kind, title, byHand, before, after, undoable };
}

/** `kms-doctor/plan@1` */
function planDocument({ fix, parameters, changes, handover }: PlanView): object {
  return {
    schema: 'kms-doctor/plan@1',
    fix,
    parameters,
    changes: changes.map(changeDocument),
    handover,
  };
}

/** A plan for reading. */
function planLines(view: PlanView, suggested: GivenParameters, t: Translate): readonly string[] {
  const { fix, changes, handover, warnings, risk, wayBack } = view;
  const pair = (asked: string, answer: string) => t('report.pair', { asked, answer });
  const steps = changes.flatMap(({ title, byHand, before, after }, index) => [
    `${index + 1}. ${title}`,
    ...byHand.split('\n').map((line) => `     ${line}`),
    `   ${pair(t('fixes.show.before'), before)}`,
    `   ${pair(t('fixes.show.after'), after)}`,
  ]);
  return [
    t(`fixes.${fix}.title`),
    ...suggestedLines(suggested, t),
    ...(steps.length > 0 ? ['', t('fixes.show.steps'), ...steps] : []),
    ...(handover === null ? [] : ['', handover.text]),
    ...(warnings.length > 0 || steps.length > 0 ? [''] : []),
    ...warnings.map((warning) => pair(t('fixes.show.warning'), warning)),
    ...(steps.length > 0
      ? [pair(t('fixes.show.risk'), risk), pair(t('fixes.show.wayBack'), wayBack)]
      : []),
  ];
}

/** What nobody typed and was taken all the same. */
function suggestedLines(suggested: GivenParameters, translate: Translate): readonly string[] {
  const values = Object.entries(suggested).map(([name, value]) => `${name}=${String(value)}`);
  return values.length === 0
    ? []
    : [translate('fixes.show.suggested', { values: values.join(translate('report.comma')) })];
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
function problemLine(
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
async function factLines(
  fix: FixId,
  { computer, translate, signal, factOptions = {} }: ChangeContext,
): Promise<readonly string[]> {
  const shown = await viewReadOut(fix, new Facts(computer, factOptions, signal), translate);
  return shown.map(({ label, value }) => translate('report.pair', { asked: label, answer: value }));
}

/** How what was rehearsed on another computer's facts is done there. */
async function thereLines(context: FixContext): Promise<readonly string[]> {
  const { computer, fix, params, signal, translate } = context;
  const { name } = await computer.system(signal);
  return ['', translate('facts.toDo', { computer: name, command: fixCommandFor(fix, params) })];
}
