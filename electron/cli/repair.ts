/** `repair`: treats a PC in one run: rehearses all steps, asks for confirmation once, then carries the steps out. */
import type { Verdict } from '@shared/diagnosis';
import { translateMessages } from '@shared/i18n';
import type { LeftView, TreatmentOutcomeView, TreatmentView } from '@shared/treatment';
import { hasUndo, undoSummary } from '@engine/fixes/views';
import type { RunResult } from '@engine/run';
import type { TreatmentEvent } from '@engine/treatment/carry-out';
import type { Treatment } from '@engine/treatment/treatment';
import { viewTreatment, viewTreatmentOutcome } from '@engine/treatment/views';
import { createScenarioComputer } from '../computer/scenario';
import { headLines } from '../report/text';
import { leftLines, stepLines } from '../report/treatment';
import { verdictSummary, verdictText } from '../report/words';
import { attemptTreatment, type TreatmentAttempted } from '../services/treatment-attempt';
import { writeJson, writeLines } from './console';
import { FIX_EXIT, REPAIR_EXIT } from './exit-codes';
import {
  confirmChange,
  notCarriedOut,
  prepareChange,
  runChange,
  type ConfirmedContext,
  type CommandResult,
} from './change';
import { readParameters, type Parameters } from './parameters';
import { usageError } from './options';
import { formatOption, repairCommandFor, undoCommandFor, missingRepairInputs } from './recommend';

/** Options that supply the missing input. */
const WISHED = { host: '--kms-host NAME', key: '--param productKey=-' } as const;

/**
 * Runs `repair`.
 *
 * @returns the exit code
 * @throws UsageError for any parameter except `productKey`
 */
export async function runRepair(context: ConfirmedContext): Promise<number> {
  const { params } = context;
  if (params.some(([name]) => name !== 'productKey')) usageError('repairParam', {});
  return runChange(context, async () => {
    if (params.length === 0) return work(null, context);
    const read = await readParameters('install-mak', context);
    return 'exitCode' in read ? read : work(read.parameters, context);
  });
}

async function work(mak: Parameters | null, context: ConfirmedContext): Promise<CommandResult> {
  const { computer, signal, factOptions, translate } = context;
  const { journal, isElevated } = await prepareChange(context);
  let steps: TreatmentView['steps'] = [];
  const ended = await attemptTreatment<CommandResult>({
    computer,
    journal,
    signal,
    simulate: createScenarioComputer,
    ...(mak !== null && { given: { 'install-mak': mak } }),
    factOptions,
    decide: (treatment, found) => {
      const view = viewTreatment(treatment, found.diagnosis.target, translate);
      steps = view.steps;
      return decide(treatment, view, found, isElevated, context);
    },
    onEvent: (event) => {
      tell(event, steps, context);
    },
  });
  return ended.outcome === 'ended' ? outcomeEnd(ended, context) : notCarriedOut(ended, translate);
}

/** Shows a treatment and decides whether to carry it out. */
async function decide(
  treatment: Treatment,
  view: TreatmentView,
  found: RunResult,
  isElevated: boolean | null,
  context: ConfirmedContext,
): Promise<TreatmentAttempted<CommandResult> | null> {
  const { translate: t, stdout, json, dryRun, yes, facts } = context;
  const shown = planLines(treatment, view, found, context);
  if (!json) writeLines(stdout, shown);
  /** Ends without carrying the treatment out: with `--json`, prints a document. */
  const decline = (by: CommandResult, document = treatmentDocument(view)) => {
    if (json) writeJson(stdout, document);
    return { outcome: 'declined', by } as const;
  };
  if (view.steps.length === 0) {
    const { verdict, left } = view;
    const result = verdict.code === 'healthy' ? 'healthy' : 'unchanged';
    return decline(
      { exitCode: exitWithoutSteps(view), lines: [] },
      yes && !dryRun
        ? outcomeDocument({ treatment: null, result, steps: [], verdict, left })
        : treatmentDocument(view),
    );
  }
  if (dryRun) {
    const command = nextCommand(context);
    const { computer } = found.diagnosis.target;
    const toDo =
      facts === null
        ? t('treatment.cli.toDo', { command })
        : t('facts.toDo', { computer, command });
    if (!json) writeLines(stdout, ['', toDo]);
    return decline({ exitCode: view.ends.code === 'healthy' ? 0 : 1, lines: [] });
  }
  const changes = treatment.steps.flatMap((step) => step.changes);
  const end = await confirmChange(changes, isElevated, 'treatment.cli.ask', shown, context);
  return end === null ? null : decline(end);
}

/** Prints progress. */
function tell(
  event: TreatmentEvent,
  steps: TreatmentView['steps'],
  { translate: t, stdin, stdout, stderr, json }: ConfirmedContext,
): void {
  if (event.type === 'looking' && stdin.isTTY === true) {
    writeLines(stderr, [t('treatment.cli.looking')]);
  }
  if (json) return;
  switch (event.type) {
    case 'step-started': {
      const fix = steps[event.index]?.fix;
      if (fix === undefined) return;
      const params = {
        number: event.index + 1,
        count: steps.length,
        title: t(`fixes.${fix}.title`),
      };
      writeLines(stdout, [...(event.index === 0 ? [''] : []), t('treatment.cli.step', params)]);
      return;
    }
    case 'waiting':
      writeLines(stdout, [`    ${t('treatment.cli.waiting')}`]);
      return;
    case 'step-finished': {
      const { result, found } = event;
      const verdict = found === null ? '' : t(`verdicts.${found}.name`);
      const ended = t(`treatment.cli.ended.${result}`);
      writeLines(stdout, [`    ${[ended, verdict].filter(Boolean).join(' · ')}`]);
      return;
    }
    case 'looking':
    case 'fix':
  }
}

/** Prints the outcome of a treatment. */
function outcomeEnd(
  {
    result: outcome,
    treatment: planned,
    found,
  }: Extract<TreatmentAttempted<CommandResult>, { outcome: 'ended' }>,
  context: ConfirmedContext,
): CommandResult {
  const { translate: t, stdout, stderr, json } = context;
  const view = viewTreatmentOutcome(outcome, found.diagnosis.target, t);
  const { treatment, result, steps, left, why, next } = view;
  if (json) writeJson(stdout, outcomeDocument(view));
  writeLines(
    stderr,
    steps.flatMap(({ failure }) => failure ?? []),
  );
  const undoable = steps.some(({ entry, result: ended }, index) => {
    const step = planned.steps[index];
    return entry !== null && ended !== 'rolled-back' && step !== undefined && hasUndo(step);
  });
  const verdict = outcome.recheck?.diagnosis.verdict;
  if (!json) {
    writeLines(stdout, [
      '',
      ...(why === null ? [] : [why]),
      verdict === undefined
        ? t('fixes.ended.notDiagnosed')
        : t(`treatment.cli.result.${result}`, { verdict: verdictText(verdict, t) }),
      ...(treatment === null || !undoable
        ? []
        : [t('fixes.ended.entry', { command: undoCommandFor(treatment, context) })]),
      ...leftLines(left, t, 'whole'),
      ...(next === null
        ? []
        : [
            '',
            t('treatment.cli.next'),
            ...stepLines(next, t),
            t('treatment.cli.toDo', { command: nextCommand(context) }),
          ]),
    ]);
  }
  return { exitCode: outcome.cancelled ? FIX_EXIT.interrupted : REPAIR_EXIT[result], lines: [] };
}

function planLines(
  { steps }: Treatment,
  view: TreatmentView,
  { diagnosis }: RunResult,
  context: ConfirmedContext,
): readonly string[] {
  const { translate: t, dryRun } = context;
  const { verdict } = diagnosis;
  if (steps.length === 0) {
    return [
      ...headLines(diagnosis, t),
      ...(verdict.code === 'healthy' ? [] : ['', t('treatment.confirm.nothing')]),
      ...optionLines(verdict, context),
      ...leftLines(view.left, t, 'whole', verdictSummary(verdict, t)),
    ];
  }
  const all = {
    changes: steps.flatMap((step) => step.changes),
    before: steps.flatMap((step) => step.before),
  };
  return [
    ...headLines(diagnosis, t),
    '',
    t('treatment.cli.plan'),
    ...stepLines(view, t),
    '',
    t('report.pair', {
      asked: t('fixes.show.wayBack'),
      answer: translateMessages(t, undoSummary(all)),
    }),
    // A handover message is sent only after this PC's steps are done, so its full text is shown then.
    ...leftLines(view.left, t, dryRun ? 'whole' : 'headlines'),
  ];
}

/** Suggests the options that would let `repair` do something here. */
function optionLines({ fixes }: Verdict, context: ConfirmedContext): readonly string[] {
  const { translate: t, params } = context;
  return missingRepairInputs(fixes, context)
    .filter((wish) => wish !== 'key' || params.length === 0)
    .map((wish) =>
      t(`treatment.cli.wish.${wish}`, { command: repairCommandFor(context, WISHED[wish]) }),
    );
}

/** The same command, to be run again. */
function nextCommand(context: ConfirmedContext): string {
  const { params, save, dryRun } = context;
  const key = params.length > 0 ? [WISHED.key] : [];
  // A dry run writes nothing that the next command could continue from.
  const from = dryRun ? { ...context, save: null } : context;
  return repairCommandFor(from, ...key, ...formatOption('save', save));
}

function exitWithoutSteps({ verdict: { code } }: TreatmentView): number {
  if (code === 'healthy') return 0;
  return code === 'cannot-diagnose' ? FIX_EXIT.failed : FIX_EXIT.nothingDone;
}

/** The `kms-doctor/treatment@1` document. */
function treatmentDocument({ verdict, steps, ends, left, rehearsals }: TreatmentView): object {
  return {
    schema: 'kms-doctor/treatment@1',
    verdict,
    steps: steps.map(({ fix, parameters, changes, because, then }) => ({
      fix,
      parameters,
      changes,
      because,
      then,
    })),
    ends,
    left: left.map(leftDocument),
    rehearsals,
  };
}

/** The `kms-doctor/treatment-outcome@1` document. */
function outcomeDocument({
  treatment,
  result,
  steps,
  verdict,
  left,
}: Omit<TreatmentOutcomeView, 'why' | 'next'>): object {
  return {
    schema: 'kms-doctor/treatment-outcome@1',
    treatment,
    result,
    steps: steps.map(({ fix, entry, rehearsed, found, result: ended }) => ({
      fix,
      entry,
      rehearsed,
      found,
      result: ended,
    })),
    verdict,
    left: left.map(leftDocument),
  };
}

const leftDocument = ({ code, for: whom, text }: LeftView): object => ({ code, for: whom, text });
