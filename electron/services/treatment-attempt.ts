/**
 * One treatment from the diagnosis to its end, as data. The command line, the window and the elevated helper diagnose,
 * plan, confirm and carry out treatments with these functions, inside `catchObstacle`, and localize the result.
 */
import type { RunResult } from '@engine/run';
import {
  diagnoseFirst,
  executeTreatment,
  type TreatmentExecution,
} from '@engine/treatment/carry-out';
import { planTreatment } from '@engine/treatment/plan';
import type { Treatment, TreatmentOutcome } from '@engine/treatment/treatment';

/** Result of an attempt; `Decline` is the reason it wasn't continued after planning. */
export type TreatmentAttempted<Decline> =
  | { readonly outcome: 'declined'; readonly by: Decline }
  /** A different treatment would now be planned than the confirmed one. Nothing was changed. */
  | { readonly outcome: 'stale' }
  /** Nothing was changed. */
  | { readonly outcome: 'not-elevated' }
  | {
      readonly outcome: 'ended';
      readonly treatment: Treatment;
      /** The diagnosis it was planned from. */
      readonly found: RunResult;
      readonly result: TreatmentOutcome;
    };

/** Context of an attempt, and the function that decides on the treatment. */
export interface TreatmentAttempt<Decline> extends TreatmentExecution {
  /**
   * Decides on the treatment before anything is changed; null to carry it out. It must decline a treatment without
   * steps, and return `not-elevated` if elevation is required first.
   */
  readonly decide: (
    treatment: Treatment,
    found: RunResult,
  ) => Promise<TreatmentAttempted<Decline> | null>;
}

/** Maximum age in milliseconds of a diagnosis that's still considered current. */
const FRESH_MS = 10_000;

/**
 * Diagnoses, plans a treatment and carries it out if `decide` agrees. If that took more than {@link FRESH_MS}, the PC
 * is diagnosed again first.
 *
 * @throws JournalUnusable, Unreadable or RunCanceled before anything was changed, see `catchObstacle`
 */
export async function attemptTreatment<Decline>({
  decide,
  ...execution
}: TreatmentAttempt<Decline>): Promise<TreatmentAttempted<Decline>> {
  const { computer } = execution;
  const plan = async () => {
    const found = await diagnoseFirst(execution);
    return { found, treatment: await planTreatment(found, execution) };
  };
  const shown = await plan();
  const { treatment, found } = shown;
  const plannedAt = computer.now().getTime();
  const decision = await decide(treatment, found);
  if (decision !== null) return decision;
  const isFresh = Math.abs(computer.now().getTime() - plannedAt) < FRESH_MS;
  const current = isFresh ? shown : await plan();
  if (current.treatment.digest !== treatment.digest) return { outcome: 'stale' };
  const result = await executeTreatment(treatment, current.found, execution);
  return 'outcome' in result ? result : { outcome: 'ended', treatment, found, result };
}
