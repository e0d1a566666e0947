/**
 * Applies a planned fix, from its first change to the re-check. The window, the command line and the elevated session
 * all use this. Whether a fix helped is decided by the diagnosis that follows, never by the fix's own receipt.
 */
import type { Message } from '@shared/message';
import { translateMessage, translateMessages, type Translate } from '@shared/i18n';
import type { OutcomeView } from '@shared/plan';
import { execute, type Execution, type Executed, type ExecutionEvent } from '../changes/executor';
import { freshFacts } from '../changes/state';
import { diagnose, type RunResult } from '../run';
import { toResult, valueOr } from '../facts/fact-types';
import { fixOf, type PlanResult } from './index';
import type { Plan } from './plan';
import { viewPlan } from './views';

/** A successful planning result: the plan with its secrets and follow-up. */
export type Planned = Extract<PlanResult, { ok: true }>;

/** The computer to apply a fix to, and callbacks for progress. */
export interface ApplyContext extends Omit<Execution, 'secrets' | 'onEvent'> {
  readonly onEvent?: (event: ExecutionEvent | { readonly type: 're-checking' }) => void;
}

/** The result of applying a fix. If it's stale or not elevated, nothing was changed. */
export type Applied =
  { readonly outcome: 'stale' } | { readonly outcome: 'not-elevated' } | AppliedPlan;

/** The result of applying a plan whose changes were made or attempted. */
export interface AppliedPlan extends Pick<Executed, 'entry' | 'failure' | 'cancelled'> {
  readonly outcome: 'ended';
  readonly plan: Plan;
  readonly result: OutcomeView['result'];
  readonly notes: readonly Message[];
  /** Null if the re-check failed or was canceled. */
  readonly recheck: RunResult | null;
}

/**
 * Applies a plan, checks the outcome and runs the diagnosis again. Changes that couldn't be read back are retried after
 * the diagnosis, which takes a while. Those that still can't be read are unverified, however healthy the PC is.
 *
 * @throws JournalUnusable or Unreadable if it fails before anything is changed
 */
export async function applyFix(
  { plan, secrets, values }: Planned,
  context: ApplyContext,
): Promise<Applied> {
  const { computer, journal, signal, onEvent, factOptions } = context;
  const startedAt = computer.now();
  const executed = await execute(plan, { ...context, secrets });
  if (!('entry' in executed)) return executed;
  const diagnoseAnew = () => {
    onEvent?.({ type: 're-checking' });
    return toResult(diagnose(computer, { ...factOptions, signal }).result);
  };
  const concluding = stands(executed)
    ? await toResult(
        fixOf(plan.fix).afterApply?.({
          values,
          steps: executed.steps,
          startedAt,
          freshFacts: () => freshFacts(context),
          wait: (ms) => computer.wait(ms, signal),
        }) ?? Promise.resolve([]),
      )
    : null;
  let recheck = await diagnoseAnew();
  const execution = await executed.retryReadBack();
  if (stands(executed) && !stands(execution)) recheck = await diagnoseAnew();
  const { entry, failure, cancelled } = execution;
  const notes = stands(execution) && concluding?.ok === true ? concluding.value : [];
  const found = valueOr(recheck, null);
  const isHealthy = found?.diagnosis.verdict.code === 'healthy';
  const result = execution.outcome === 'applied' && isHealthy ? 'verified' : execution.outcome;
  if (result === 'verified') await journal.note(entry, { type: 'entry-closed', state: result });
  return { outcome: 'ended', plan, entry, result, failure, notes, recheck: found, cancelled };
}

/** Whether the changes were kept rather than rolled back. */
const stands = ({ outcome }: Executed): boolean =>
  outcome === 'applied' || outcome === 'unverified';

/** Returns the localized view of an applied fix. */
export function viewOutcome(
  { plan, entry, result, failure, notes, recheck }: AppliedPlan,
  translate: Translate,
): OutcomeView {
  return {
    fix: plan.fix,
    entry,
    result,
    plan: viewPlan(plan, translate),
    failure: failure.length === 0 ? null : translateMessages(translate, failure),
    notes: notes.map((note) => translateMessage(translate, note)),
    verdict: recheck?.diagnosis.verdict.code ?? null,
  };
}
