/** `fix`: shows the exact steps of a fix, applies them once confirmed, and diagnoses again. */
import { FIXES, isFixId, type FixId } from '@shared/catalog';
import type { Translate } from '@shared/i18n';
import type { PlanView } from '@shared/plan';
import { viewOutcome, type AppliedPlan } from '@engine/fixes/apply';
import type { GivenParameters, Plan } from '@engine/fixes/plan';
import { remainingSuggestions } from '@engine/fixes/left-out-parameters';
import { hasUndo, viewPlan } from '@engine/fixes/views';
import { diagnose } from '@engine/run';
import { assess } from '@engine/verdict/assessment';
import {
  confirmChange,
  endAs,
  notCarriedOut,
  prepareChange,
  runChange,
  type ConfirmedContext,
  type CommandResult,
} from './change';
import { writeJson, writeLines } from './console';
import { unknownWord } from './options';
import { factLines, problemLine, readParameters, type Parameters } from './parameters';
import { fixCommandFor, undoCommandFor } from './recommend';
import { verdictText } from '../report/words';
import { attemptFix, type Attempted } from '../services/attempt';
import { changeTitle } from '../services/progress';

/**
 * Runs `fix`.
 *
 * @returns the exit code
 * @throws UsageError if there is no such fix
 */
export async function runFix(fix: string, context: ConfirmedContext): Promise<number> {
  if (!isFixId(fix)) {
    const known = FIXES.map(({ id }) => id);
    unknownWord('fixUnknown', fix, known, {});
  }
  return runChange(context, async () => {
    const read = await readParameters(fix, context);
    return 'exitCode' in read ? read : work(fix, read.parameters, context);
  });
}

async function work(
  fix: FixId,
  given: Parameters,
  context: ConfirmedContext,
): Promise<CommandResult> {
  const { computer, translate, signal, stdout, json, factOptions } = context;
  const { journal, isElevated } = await prepareChange(context);
  const { snapshot } = await diagnose(computer, { ...factOptions, signal }).result;
  const suggested = remainingSuggestions(fix, given, assess(snapshot));
  const parameters = { ...suggested, ...given };
  const ended = await attemptFix<CommandResult>(fix, parameters, {
    computer,
    journal,
    signal,
    factOptions,
    snapshot,
    decide: (plan) => decide(plan, suggested, isElevated, context),
    onEvent: (event) => {
      if (json || event.type !== 'change-started') return;
      const title = changeTitle(event.change, translate);
      writeLines(stdout, [translate('fixes.ended.applyingNow', { title })]);
    },
  });
  switch (ended.outcome) {
    case 'refused': {
      const { problem, messages } = ended.refusal;
      const lines = messages.map((message) => problemLine(message, parameters, translate));
      return endAs(problem === 'parameters' ? 'wrongParameters' : 'nothingDone', ...lines);
    }
    case 'ended':
      return outcomeEnd(ended, context);
    default:
      return notCarriedOut(ended, translate);
  }
}

/** Shows a plan and decides whether to apply it. */
async function decide(
  plan: Plan,
  suggested: GivenParameters,
  isElevated: boolean | null,
  context: ConfirmedContext,
): Promise<Attempted<CommandResult> | null> {
  const { translate, stdout, json, dryRun } = context;
  const view = viewPlan(plan, translate);
  /** Ends without applying the plan: with `--json`, prints it. */
  const decline = (by: CommandResult) => {
    if (json) writeJson(stdout, planDocument(view));
    return { outcome: 'declined', by } as const;
  };
  const shown = planLines(view, suggested, translate);
  if (!json) writeLines(stdout, [...shown, ...(await factLines(plan.fix, context))]);
  if (dryRun || view.changes.length === 0) {
    if (!json && context.facts !== null) writeLines(stdout, await thereLines(plan.fix, context));
    // `method=text` asks for the instructions, so printing them succeeds. Otherwise they replace a fix that can't be
    // made here.
    return dryRun || plan.parameters['method'] === 'text'
      ? decline(endAs('verified'))
      : decline(endAs('nothingDone', translate('fixes.refused.handover')));
  }
  const end = await confirmChange(plan.changes, isElevated, 'fixes.ask.apply', shown, context);
  return end === null ? null : decline(end);
}

/** Prints the outcome of an applied fix. */
function outcomeEnd(ended: AppliedPlan, context: ConfirmedContext): CommandResult {
  const { translate, stdout, stderr, json } = context;
  const outcome = viewOutcome(ended, translate);
  const { fix, entry, result, verdict, notes, failure } = outcome;
  if (json) {
    const plan = planDocument(outcome.plan);
    writeJson(stdout, { schema: 'kms-doctor/outcome@1', fix, entry, result, plan, verdict });
  }
  writeLines(json ? stderr : stdout, notes);
  if (failure !== null) writeLines(stderr, [failure]);
  const hasFailed = result === 'failed' || result === 'rolled-back';
  if (!hasFailed && !json) writeLines(stdout, endLines(ended, context));
  if (ended.cancelled) return endAs('interrupted');
  return endAs(hasFailed ? 'failed' : result);
}

function endLines(
  { result, recheck, entry, plan }: AppliedPlan,
  context: ConfirmedContext,
): readonly string[] {
  const { translate } = context;
  const verdict = recheck?.diagnosis.verdict;
  const name = result === 'verified' || result === 'unverified' ? result : 'applied';
  return [
    verdict === undefined
      ? translate('fixes.ended.notDiagnosed')
      : translate(`fixes.ended.${name}`, { verdict: verdictText(verdict, translate) }),
    ...(hasUndo(plan)
      ? [translate('fixes.ended.entry', { command: undoCommandFor(entry, context) })]
      : []),
  ];
}

/** The `kms-doctor/plan@1` document. */
function planDocument({ fix, parameters, changes, handover }: PlanView): object {
  return {
    schema: 'kms-doctor/plan@1',
    fix,
    parameters,
    changes,
    handover,
  };
}

/** A plan as text. */
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

/** Lists the parameters that were filled in from the facts. */
function suggestedLines(suggested: GivenParameters, translate: Translate): readonly string[] {
  const values = Object.entries(suggested).map(([name, value]) => `${name}=${String(value)}`);
  return values.length === 0
    ? []
    : [translate('fixes.show.suggested', { values: values.join(translate('report.comma')) })];
}

/** Prints how to apply the fix on the computer that the facts line came from. */
async function thereLines(fix: FixId, context: ConfirmedContext): Promise<readonly string[]> {
  const { computer, params, signal, translate } = context;
  const { name } = await computer.system(signal);
  return ['', translate('facts.toDo', { computer: name, command: fixCommandFor(fix, params) })];
}
