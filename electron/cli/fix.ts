/** `fix`: shows the exact steps of a fix, applies them when that is wanted, and diagnoses anew. */
import { isFixId, type FixId } from '@shared/catalogue';
import { fieldsOf, parseFixParameters, type ParameterProblem } from '@shared/fix-parameters';
import { translateMessage, type Language, type Translate } from '@shared/i18n';
import type { ChangeView, PlanProblem, PlanView } from '@shared/plan';
import { needsElevation } from '@engine/changes/executor';
import { unfinishedEntries } from '@engine/changes/undo';
import { Unreadable, type Computer } from '@engine/computer';
import { Facts, type FactOptions } from '@engine/facts/facts';
import { planFix } from '@engine/fixes';
import { installationIdOf } from '@engine/fixes/activate-by-phone';
import { applyFix, viewOutcome, type Applied, type Planned } from '@engine/fixes/apply';
import { formatInstallationId, hasWayBack, viewPlan, viewRefusal } from '@engine/fixes/views';
import { changeType } from '@engine/changes';
import { diagnose, RunCancelled } from '@engine/run';
import { toResult } from '@engine/facts/fact-snapshot';
import { JournalUnusable } from '@engine/journal/journal';
import { readLine, writeJson, writeLines, type Console } from './console';
import { openJournal, unusableText, warnOfUnfinished } from './open-journal';
import { usageError } from './options';
import { verdictSummary } from '../report/words';

/** Exit codes of `fix` and `undo` (docs/cli.md#exit-codes). */
export const FIX_EXIT = {
  verified: 0,
  applied: 1,
  unverified: 1,
  failed: 2,
  notElevated: 3,
  nothingDone: 4,
  wrongParameters: 64,
  interrupted: 130,
} as const;

/** What `fix` is called with. */
export interface FixContext extends Console {
  readonly computer: Computer;
  readonly fix: string;
  readonly params: readonly (readonly [name: string, value: string])[];
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly translate: Translate;
  readonly language: Language;
  /** Null for the usual place. */
  readonly dataDir: string | null;
  readonly signal: AbortSignal;
  readonly factOptions?: FactOptions;
}

/** The end of a command before its work is done. */
class Ended extends Error {
  constructor(
    readonly exitCode: number,
    readonly lines: readonly string[],
  ) {
    super('ended');
  }
}

/**
 * Runs `fix`.
 *
 * @returns the exit code
 * @throws UsageError for a fix that there is none of
 */
export async function runFix(context: FixContext): Promise<number> {
  const { stderr, translate } = context;
  if (!isFixId(context.fix)) usageError('fixUnknown', { word: context.fix });
  try {
    return await work(context.fix, context);
  } catch (error) {
    if (error instanceof Ended) {
      writeLines(stderr, error.lines);
      return error.exitCode;
    }
    if (error instanceof RunCancelled || context.signal.aborted) return FIX_EXIT.interrupted;
    if (error instanceof JournalUnusable) {
      writeLines(stderr, [unusableText(error, translate)]);
      return FIX_EXIT.failed;
    }
    if (error instanceof Unreadable) {
      const why = translate(`reasons.${error.reason}`);
      writeLines(stderr, [`${translate('fixes.notHere.unread')} ${why}`]);
      return FIX_EXIT.nothingDone;
    }
    throw error;
  }
}

async function work(fix: FixId, context: FixContext): Promise<number> {
  const { computer, translate, signal, stdout, stderr, json, factOptions = {} } = context;
  const parameters = await readParameters(fix, context);
  const parsed = parseFixParameters(fix, parameters);
  if (!parsed.ok) throw await wrongParameters(fix, parsed.problems, context);
  const journal = await openJournal(context.dataDir);
  const system = await toResult(computer.system(signal));
  if (system.ok) {
    warnOfUnfinished(await unfinishedEntries(journal, system.value.id), context);
  }
  const { situation } = await diagnose(computer, { ...factOptions, signal }).result;
  const facts = new Facts(computer, factOptions, signal);
  const planned = await planFix(fix, parameters, situation, facts);
  if (!planned.ok) {
    const { problem, messages } = viewRefusal(planned.refusal, translate);
    throw new Ended(
      problem === 'parameters' ? FIX_EXIT.wrongParameters : FIX_EXIT.nothingDone,
      messages.map((message) => problemLine(message, translate)),
    );
  }
  const view = viewPlan(planned.plan, translate);
  if (!json) {
    writeLines(stdout, [...planLines(view, translate), ...(await factLines(fix, context))]);
  }
  if (context.dryRun || view.changes.length === 0) {
    if (json) writeJson(stdout, planDocument(view));
    return context.dryRun ? FIX_EXIT.verified : endOfHandover(planned, context);
  }
  const isElevated = system.ok ? system.value.elevated : false;
  if (isElevated !== true && needsElevation(planned.plan.changes)) {
    if (isElevated === false) {
      throw new Ended(FIX_EXIT.notElevated, [translate('fixes.notElevated')]);
    }
    writeLines(stderr, [translate('fixes.rightsUnknown')]);
  }
  await confirm(view, context);
  const applied = await applyFix(planned, {
    computer,
    journal,
    signal,
    factOptions,
    onEvent: (event) => {
      if (json || event.type !== 'change-started') return;
      const title = translateMessage(translate, changeType(event.change).title(event.change));
      writeLines(stdout, [translate('fixes.ended.applyingNow', { title })]);
    },
  });
  return end(applied, planned, view, context);
}

/** The parameters as they go to the schemas; a secret is read here and from nowhere else. */
async function readParameters(
  fix: FixId,
  context: FixContext,
): Promise<Record<string, string | readonly string[]>> {
  const { params, translate, signal } = context;
  const wrong = (name: string, sentence: string): never => {
    throw new Ended(FIX_EXIT.wrongParameters, [`${name}: ${sentence}`]);
  };
  const kinds = new Map<string, string>(fieldsOf(fix).map(({ name, kind }) => [name, kind]));
  const raw: Record<string, string | readonly string[]> = {};
  for (const [name, value] of params) {
    if (kinds.get(name) === 'list') {
      const earlier = raw[name];
      raw[name] = typeof earlier === 'object' ? [...earlier, value] : [value];
    } else if (name in raw) {
      wrong(name, translate('parameters.problems.givenTwice', { name }));
    } else raw[name] = value;
  }
  const secret = [...kinds].find(([name, kind]) => kind === 'secret' && name in raw)?.[0];
  if (secret === undefined) return raw;
  if (raw[secret] !== '-') wrong(secret, translate('parameters.problems.keyOnCommandLine'));
  // What else is wrong is said before anybody types a key.
  const others = parseFixParameters(fix, raw);
  const elsewhere = others.ok ? [] : others.problems.filter(({ field }) => field !== secret);
  if (elsewhere.length > 0) throw await wrongParameters(fix, elsewhere, context);
  const line = await readLine(context, translate('fixes.ask.productKey'), true, signal);
  if (line === null) wrong(secret, translate('fixes.refused.noKeyGiven'));
  return { ...raw, [secret]: line ?? '' };
}

/** Asks on a terminal; elsewhere only `--yes` will do. */
async function confirm(view: PlanView, context: FixContext): Promise<void> {
  const { stdin, translate, yes, json, stdout, signal, stderr } = context;
  if (yes) return;
  if (stdin.isTTY !== true) {
    if (json) writeJson(stdout, planDocument(view));
    throw new Ended(FIX_EXIT.nothingDone, [translate('fixes.refused.needsYes')]);
  }
  // Standard output is kept for the document.
  if (json) writeLines(stderr, planLines(view, translate));
  const answer = await readLine(context, translate('fixes.ask.apply'), false, signal);
  if (!/^\s*(?:y|yes|是)\s*$/i.test(answer ?? '')) {
    throw new Ended(FIX_EXIT.nothingDone, [translate('fixes.refused.notConfirmed')]);
  }
}

/** A text was asked for and is there; elsewhere it stands for what could not be done here. */
function endOfHandover({ plan }: Planned, { stderr, translate }: FixContext): number {
  if (plan.parameters['method'] === 'text') return FIX_EXIT.verified;
  writeLines(stderr, [translate('fixes.refused.handover')]);
  return FIX_EXIT.nothingDone;
}

function end(applied: Applied, planned: Planned, view: PlanView, context: FixContext): number {
  const { translate, stdout, stderr, json } = context;
  if (applied.outcome !== 'ended') {
    throw applied.outcome === 'stale'
      ? new Ended(FIX_EXIT.nothingDone, [translate('fixes.refused.stale')])
      : new Ended(FIX_EXIT.notElevated, [translate('fixes.notElevated')]);
  }
  const outcome = viewOutcome(applied, planned.plan, translate);
  if (json) {
    writeJson(stdout, {
      schema: 'kms-doctor/outcome@1',
      fix: outcome.fix,
      entry: outcome.entry,
      result: outcome.result,
      plan: planDocument(view),
      verdict: outcome.verdict,
    });
  }
  writeLines(json ? stderr : stdout, outcome.notes);
  if (outcome.failure !== null) writeLines(stderr, [outcome.failure]);
  const { result } = outcome;
  const hasFailed = result === 'failed' || result === 'rolled-back';
  if (!hasFailed && !json) writeLines(stdout, endLines(applied, planned, translate));
  if (applied.cancelled) return FIX_EXIT.interrupted;
  return hasFailed ? FIX_EXIT.failed : FIX_EXIT[result];
}

function endLines(
  { result, diagnosis, entry }: Extract<Applied, { outcome: 'ended' }>,
  { plan }: Planned,
  translate: Translate,
): readonly string[] {
  const verdict = diagnosis?.verdict;
  const said = verdict && {
    verdict: `${translateMessage(translate, verdict.title)}. ${verdictSummary(verdict, translate)}`,
  };
  return [
    said === undefined
      ? translate('fixes.ended.notDiagnosed')
      : result === 'verified'
        ? translate('fixes.ended.verified')
        : translate(`fixes.ended.${result === 'unverified' ? result : 'applied'}`, said),
    ...(hasWayBack(plan) ? [translate('fixes.ended.entry', { entry })] : []),
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
function planLines(view: PlanView, t: Translate): readonly string[] {
  const { fix, changes, handover, warnings, risk, wayBack } = view;
  const steps = changes.flatMap(({ title, byHand, before, after }, index) => [
    `${index + 1}. ${title}`,
    ...byHand.split('\n').map((line) => `     ${line}`),
    `   ${t('fixes.show.before')}: ${before}`,
    `   ${t('fixes.show.after')}: ${after}`,
  ]);
  return [
    t(`fixes.${fix}.title`),
    ...(steps.length > 0 ? ['', t('fixes.show.steps'), ...steps] : []),
    ...(handover === null ? [] : ['', handover.text]),
    ...(warnings.length > 0 || steps.length > 0 ? [''] : []),
    ...warnings.map((warning) => `${t('fixes.show.warning')}: ${warning}`),
    ...(steps.length > 0
      ? [`${t('fixes.show.risk')}: ${risk}`, `${t('fixes.show.wayBack')}: ${wayBack}`]
      : []),
  ];
}

/** Exit 64 with a sentence for each parameter that is wrong. */
async function wrongParameters(
  fix: FixId,
  problems: readonly ParameterProblem[],
  context: FixContext,
): Promise<Ended> {
  const { translate } = context;
  const lines = problems.map((problem) =>
    problemLine({ ...problem, message: translateMessage(translate, problem.message) }, translate),
  );
  return new Ended(FIX_EXIT.wrongParameters, [...lines, ...(await factLines(fix, context))]);
}

function problemLine(
  { field, message, suggestions }: PlanProblem['messages'][number],
  translate: Translate,
): string {
  const meant =
    suggestions.length === 0
      ? ''
      : ` ${translate('parameters.problems.didYouMean', { values: suggestions.join(', ') })}`;
  return `${field === null ? '' : `${field}: `}${message}${meant}`;
}

/** What has to be read out before a parameter can be known. */
async function factLines(
  fix: FixId,
  { computer, translate, signal, factOptions = {} }: FixContext,
): Promise<readonly string[]> {
  if (fix !== 'activate-by-phone') return [];
  const id = await toResult(installationIdOf(new Facts(computer, factOptions, signal)));
  if (!id.ok || id.value === null) return [];
  const label = translate('fixes.activate-by-phone.installationId');
  return [`${label}: ${formatInstallationId(id.value)}`];
}
