/** `repair`: treats a PC in one run: rehearses all steps, asks for confirmation once, then carries the steps out. */
import type { Verdict } from '@shared/diagnosis';
import { translateMessages } from '@shared/i18n';
import type { LeftView, TreatmentOutcomeView, TreatmentView } from '@shared/treatment';
import { hasUndo, undoSummary } from '@engine/fixes/views';
import type { RunResult } from '@engine/run';
import type { TreatmentEvent } from '@engine/treatment/carry-out';
import type { Treatment, TreatmentOutcome } from '@engine/treatment/treatment';
import { viewTreatment, viewTreatmentOutcome } from '@engine/treatment/views';
import { createScenarioComputer } from '../computer/scenario';
import { headLines } from '../report/text';
import { leftLines, stepLines } from '../report/treatment';
import { verdictSummary, verdictText } from '../report/words';
import { attemptTreatment, type TreatmentAttempted } from '../services/treatment-attempt';
import { writeJson, writeLines } from './console';
import { FIX_EXIT, REPAIR_EXIT } from './exit-codes';
import {
  changeDocument,
  confirmChange,
  notElevated,
  nothingDone,
  prepareChange,
  runChange,
  type ConfirmedContext,
  type CommandResult,
} from './change';
import { readParameters, type Parameters } from './parameters';
import { usageError } from './options';
import {
  saveOption,
  repairCommandFor,
  undoCommandFor,
  missingRepairInputs,
  type ComputerOptions,
} from './recommend';

/** Options that supply the missing input. */
const WISHED = { host: '--kms-host NAME', key: '--param productKey=-' } as const;

/** Input of `repair`. */
export interface RepairContext extends ConfirmedContext {
  readonly dryRun: boolean;
}

/**
 * Runs `repair`.
 *
 * @returns the exit code
 * @throws UsageError for any parameter except `productKey`
 */
export async function runRepair(context: RepairContext): Promise<number> {
  const { params } = context;
  if (params.some(([name]) => name !== 'productKey')) usageError('repairParam', {});
  return runChange(context, async () => {
    if (params.length === 0) return work(null, context);
    const read = await readParameters('install-mak', context);
    return 'exitCode' in read ? read : work(read.parameters, context);
  });
}

async function work(mak: Parameters | null, context: RepairContext): Promise<CommandResult> {
  const { computer, signal, factOptions } = context;
  const { journal, isElevated } = await prepareChange(context);
  const repair = new Repair(context, isElevated);
  const ended = await attemptTreatment<CommandResult>({
    computer,
    journal,
    signal,
    simulate: createScenarioComputer,
    ...(mak !== null && { given: { 'install-mak': mak } }),
    ...(factOptions && { diagnoseOptions: factOptions }),
    decide: (treatment, found) => repair.decide(treatment, found),
    onEvent: (event) => {
      repair.tell(event);
    },
  });
  return repair.end(ended);
}

/** Runs one treatment from the console. */
class Repair {
  private view: TreatmentView | null = null;
  private found: RunResult | null = null;

  constructor(
    private readonly context: RepairContext,
    private readonly isElevated: boolean | null,
  ) {}

  /** Shows a treatment and decides whether to carry it out. */
  async decide(
    treatment: Treatment,
    found: RunResult,
  ): Promise<TreatmentAttempted<CommandResult> | null> {
    const { translate: t, stdout, json, dryRun, yes } = this.context;
    const view = viewTreatment(treatment, found.diagnosis.target, t);
    this.view = view;
    this.found = found;
    const shown = this.planLines(treatment, view, found);
    if (!json) writeLines(stdout, shown);
    const declined = (by: CommandResult): TreatmentAttempted<CommandResult> => {
      if (json) writeJson(stdout, treatmentDocument(view));
      return { outcome: 'declined', by };
    };
    if (view.steps.length === 0) {
      if (json) {
        const { verdict, left } = view;
        const result = verdict.code === 'healthy' ? 'healthy' : 'unchanged';
        writeJson(
          stdout,
          yes && !dryRun
            ? outcomeDocument({ treatment: null, result, steps: [], verdict, left })
            : treatmentDocument(view),
        );
      }
      return { outcome: 'declined', by: { exitCode: exitWithoutSteps(view), lines: [] } };
    }
    if (dryRun) {
      const command = this.command({ ...this.context.options, save: null });
      const { computer } = found.diagnosis.target;
      const toDo =
        this.context.options.facts === null
          ? t('treatment.cli.toDo', { command })
          : t('facts.toDo', { computer, command });
      if (!json) writeLines(stdout, ['', toDo]);
      return declined({ exitCode: view.ends.code === 'healthy' ? 0 : 1, lines: [] });
    }
    const changes = treatment.steps.flatMap((step) => step.changes);
    const end = await confirmChange(
      changes,
      this.isElevated,
      'treatment.cli.ask',
      shown,
      this.context,
    );
    return end === null ? null : declined(end);
  }

  /** Prints progress. */
  tell(event: TreatmentEvent): void {
    const { translate: t, stdin, stdout, stderr, json } = this.context;
    const steps = this.view?.steps ?? [];
    switch (event.type) {
      case 'looking':
        if (stdin.isTTY === true) writeLines(stderr, [t('treatment.cli.looking')]);
        return;
      case 'step-started': {
        const fix = steps[event.index]?.fix;
        if (json || fix === undefined) return;
        const params = {
          number: event.index + 1,
          count: steps.length,
          title: t(`fixes.${fix}.title`),
        };
        writeLines(stdout, [...(event.index === 0 ? [''] : []), t('treatment.cli.step', params)]);
        return;
      }
      case 'waiting':
        if (!json) writeLines(stdout, [`    ${t('treatment.cli.waiting')}`]);
        return;
      case 'step-finished': {
        const { result, found } = event;
        const verdict = found === null ? '' : t(`verdicts.${found}.name`);
        const ended = t(`treatment.cli.ended.${result}`);
        if (!json) writeLines(stdout, [`    ${[ended, verdict].filter(Boolean).join(' · ')}`]);
        return;
      }
      case 'fix':
    }
  }

  /** Prints the outcome and returns the exit code. */
  end(ended: TreatmentAttempted<CommandResult>): CommandResult {
    const { translate: t } = this.context;
    switch (ended.outcome) {
      case 'declined':
        return ended.by;
      case 'stale':
        return nothingDone(t('fixes.refused.stale'));
      case 'not-elevated':
        return notElevated(t);
      case 'ended':
        return this.endOf(ended.result, ended.treatment);
    }
  }

  private endOf(outcome: TreatmentOutcome, planned: Treatment): CommandResult {
    const { translate: t, stdout, stderr, json, options } = this.context;
    const pc = this.found?.diagnosis.target ?? { computer: '', os: '' };
    const view = viewTreatmentOutcome(outcome, pc, t);
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
          : t(`treatment.cli.result.${result}`, {
              verdict: verdictText(verdict, t),
            }),
        ...(treatment === null || !undoable
          ? []
          : [t('fixes.ended.entry', { command: undoCommandFor(treatment, options) })]),
        ...leftLines(left, t, 'whole'),
        ...(next === null
          ? []
          : [
              '',
              t('treatment.cli.next'),
              ...stepLines(next, t),
              t('treatment.cli.toDo', { command: this.command(options) }),
            ]),
      ]);
    }
    return { exitCode: outcome.cancelled ? FIX_EXIT.interrupted : REPAIR_EXIT[result], lines: [] };
  }

  private planLines(
    { steps }: Treatment,
    view: TreatmentView,
    { diagnosis }: RunResult,
  ): readonly string[] {
    const { translate: t } = this.context;
    const { verdict } = diagnosis;
    if (steps.length === 0) {
      return [
        ...headLines(diagnosis, t),
        ...(verdict.code === 'healthy' ? [] : ['', t('treatment.confirm.nothing')]),
        ...this.optionLines(verdict),
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
      ...leftLines(view.left, t, this.context.dryRun ? 'whole' : 'headlines'),
    ];
  }

  /** Suggests the options that would let `repair` do something here. */
  private optionLines({ fixes }: Verdict): readonly string[] {
    const { translate: t, options, params } = this.context;
    return missingRepairInputs(fixes, options)
      .filter((wish) => wish !== 'key' || params.length === 0)
      .map((wish) => {
        const command = repairCommandFor(options, WISHED[wish]);
        return t(`treatment.cli.wish.${wish}`, { command });
      });
  }

  /** @param options the target to continue from, without `save` after a dry run, which writes nothing */
  private command(options: ComputerOptions): string {
    const key = this.context.params.length > 0 ? ['--param productKey=-'] : [];
    return repairCommandFor(options, ...key, ...saveOption(this.context.options.save ?? null));
  }
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
      ...{ fix, parameters, changes: changes.map(changeDocument), because, then },
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
}: Pick<TreatmentOutcomeView, 'treatment' | 'result' | 'steps' | 'verdict' | 'left'>): object {
  return {
    schema: 'kms-doctor/treatment-outcome@1',
    treatment,
    result,
    steps: steps.map(({ fix, entry, rehearsed, found, result: ended }) => ({
      ...{ fix, entry, rehearsed, found, result: ended },
    })),
    verdict,
    left: left.map(leftDocument),
  };
}

const leftDocument = ({ code, for: whom, text }: LeftView): object => ({ code, for: whom, text });
