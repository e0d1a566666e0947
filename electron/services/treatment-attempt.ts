/**
 * A treatment from the diagnosis to its end, as data: the command line, the window and the elevated side look, plan,
 * ask and do through here, inside of `orObstacle`, and put into words what comes of it.
 */
import { diagnose, type RunResult } from '@engine/run';
import { carryOut, confirmAnew, type TreatmentExecution } from '@engine/treatment/carry-out';
import { planTreatment } from '@engine/treatment/plan';
import type { Treatment, TreatmentOutcome } from '@engine/treatment/treatment';

/** How an attempt ended; `Decline` is why it was not gone on with after the plan. */
export type TreatmentAttempted<Decline> =
  | { readonly outcome: 'declined'; readonly by: Decline }
  /** Another treatment would be planned by now than the one that was decided on. Nothing was done. */
  | { readonly outcome: 'stale' }
  /** Nothing was done. */
  | { readonly outcome: 'not-elevated' }
  | {
      readonly outcome: 'ended';
      readonly treatment: Treatment;
      readonly result: TreatmentOutcome;
    };

/** On what a treatment is attempted, and who decides. */
export interface TreatmentAttempt<Decline> extends Omit<TreatmentExecution, 'found'> {
  /**
   * Decides on the treatment before anything is changed; null to do it. One without steps is for it to decline, and
   * whoever wants rights first answers `not-elevated`.
   */
  readonly decide: (
    treatment: Treatment,
    found: RunResult,
  ) => Promise<TreatmentAttempted<Decline> | null>;
}

/** What was found less than this many milliseconds ago is how the PC is. */
const FRESH_MS = 10_000;

/**
 * Diagnoses, plans a treatment and, once that is decided, does it. Where the decision took its time, the PC is looked
 * at once more before anything is done.
 *
 * @throws JournalUnusable, Unreadable or RunCancelled before anything was changed, see `orObstacle`
 */
export async function attemptTreatment<Decline>({
  decide,
  ...execution
}: TreatmentAttempt<Decline>): Promise<TreatmentAttempted<Decline>> {
  const { computer, signal, diagnoseOptions, onEvent } = execution;
  onEvent?.({ type: 'looking' });
  const found = await diagnose(computer, { ...diagnoseOptions, signal }).result;
  const treatment = await planTreatment(found, execution);
  const lookedAt = computer.now().getTime();
  const decision = await decide(treatment, found);
  if (decision !== null) return decision;
  const isFresh = Math.abs(computer.now().getTime() - lookedAt) < FRESH_MS;
  const now = isFresh ? found : await confirmAnew(treatment, execution);
  if (now === null) return { outcome: 'stale' };
  const result = await carryOut(treatment, { ...execution, found: now });
  return 'outcome' in result ? result : { outcome: 'ended', treatment, result };
}
