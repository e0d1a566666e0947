/** Does a treatment on the PC that it was planned for, step by step, and departs from it where the PC does. */
import type { Computer } from '../computer';
import type { DiagnoseOptions, RunResult } from '../run';
import type { ApplyContext } from '../fixes/apply';
import type { Journal } from '../journal/journal';
import type { RehearsalOptions, Treatment, TreatmentOutcome } from './treatment';
import type { StepResult } from '@shared/treatment';
import type { VerdictCode } from '@shared/catalogue';

/** How far it has come. */
export type TreatmentEvent =
  | { readonly type: 'looking' }
  | { readonly type: 'step-started'; readonly index: number }
  | {
      readonly type: 'fix';
      readonly event: Parameters<NonNullable<ApplyContext['onEvent']>>[0];
    }
  | { readonly type: 'waiting'; readonly index: number }
  | {
      readonly type: 'step-finished';
      readonly index: number;
      readonly result: StepResult;
      readonly found: VerdictCode | null;
    };

/** Where a treatment is done, and who decides. */
export interface TreatmentExecution extends RehearsalOptions {
  readonly computer: Computer;
  readonly journal: Journal;
  /** Stops at once: the step under way is taken back. */
  readonly signal: AbortSignal;
  /** The diagnosis that it was planned from; without it the PC is looked at first. */
  readonly found?: RunResult;
  /** Asked before each step; true ends the treatment there. */
  readonly stopsBefore?: () => boolean;
  readonly diagnoseOptions?: DiagnoseOptions;
  readonly onEvent?: (event: TreatmentEvent) => void;
}

/** How it ended; `not-elevated`: nothing was done. */
export type CarriedOut = TreatmentOutcome | { readonly outcome: 'not-elevated' };

/**
 * Does the steps of a treatment that was confirmed. The caller has just planned it on facts of now.
 *
 * @throws JournalUnusable before anything was changed
 */
export function carryOut(
  _treatment: Treatment,
  _execution: TreatmentExecution,
): Promise<CarriedOut> {
  throw new Error('A treatment cannot be carried out yet');
}

/** Looks at the PC and plans anew: the diagnosis, or null where that gives another treatment than was confirmed. */
export function confirmAnew(
  _treatment: Treatment,
  _execution: TreatmentExecution,
): Promise<RunResult | null> {
  throw new Error('A treatment cannot be carried out yet');
}
