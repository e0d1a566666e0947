/**
 * One fix from its plan to the re-check, as data. The command line and the window plan, confirm and apply fixes with
 * these functions, and localize the result.
 */
import type { FixId } from '@shared/catalog';
import type { ReasonCode } from '@shared/diagnosis';
import { Unreadable } from '@engine/computer';
import { reportFault } from '@engine/errors';
import { Facts } from '@engine/facts/facts';
import type { FactSnapshot } from '@engine/facts/fact-snapshot';
import { planFix } from '@engine/fixes';
import { type Applied, type ApplyContext, applyFix } from '@engine/fixes/apply';
import type { Plan, PlanRefusal } from '@engine/fixes/plan';
import { JournalUnusable } from '@engine/journal/journal';
import { isCancellation } from '@engine/stop';

/** What prevented a change. */
export type Obstacle =
  | { readonly outcome: 'cancelled' }
  | { readonly outcome: 'journal-unusable'; readonly error: JournalUnusable }
  | { readonly outcome: 'unreadable'; readonly reason: ReasonCode };

/** Result of an attempt; `Decline` is the reason it wasn't continued after planning. */
export type Attempted<Decline> =
  | { readonly outcome: 'refused'; readonly refusal: PlanRefusal }
  | { readonly outcome: 'declined'; readonly by: Decline }
  | Applied;

/** Context of an attempt, and the function that decides on the plan. */
export interface Attempt<Decline> extends ApplyContext {
  /** Facts to plan with; by default read anew. */
  readonly snapshot?: FactSnapshot;
  /** Decides on the plan before anything is changed; null to apply it. */
  readonly decide: (plan: Plan) => Promise<Attempted<Decline> | null>;
}

/** Plans a fix with current facts, and applies it if `decide` agrees. */
export async function attemptFix<Decline>(
  fix: FixId,
  parameters: Readonly<Record<string, unknown>>,
  { snapshot, decide, ...context }: Attempt<Decline>,
): Promise<Attempted<Decline>> {
  const facts = new Facts(context.computer, context.factOptions ?? {}, context.signal);
  const planned = await planFix(fix, parameters, snapshot ?? (await facts.snapshot()), facts);
  if (!planned.ok) return { outcome: 'refused', refusal: planned.refusal };
  return (await decide(planned.plan)) ?? applyFix(planned, context);
}

/**
 * Runs work that may change a computer, and converts expected errors into an {@link Obstacle}. Other errors are
 * rethrown.
 */
export async function catchObstacle<T>(
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T | Obstacle> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JournalUnusable) return { outcome: 'journal-unusable', error };
    if (isCancellation(error) || signal.aborted) {
      reportFault(error);
      return { outcome: 'cancelled' };
    }
    if (error instanceof Unreadable) return { outcome: 'unreadable', reason: error.reason };
    throw error;
  }
}
