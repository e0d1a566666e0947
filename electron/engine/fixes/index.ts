/** The fixes by ID, and planning. */
import { fixDefinition, type FixId } from '@shared/catalog';
import type { Secrets } from '../changes/change';
import { planDigest } from '../changes/executor';
import { readStates } from '../changes/state';
import { Unreadable } from '../computer';
import type { Facts } from '../facts/facts';
import type { FactSnapshot } from '../facts/fact-snapshot';
import { assess, type Assessment } from '../verdict/assessment';
import { parseParameters, showParameters } from './parameters';
import {
  listed,
  notApplicable,
  type AppliedFix,
  type Fix,
  type GivenParameters,
  type Plan,
  type PlanRefusal,
} from './plan';
import * as registry from './registry';

/** Returns a fix by its ID. */
export const fixOf = (id: FixId): Fix => registry[id];

/** The result of planning a fix. */
export type PlanResult =
  | {
      readonly ok: true;
      readonly plan: Plan;
      /** Passed only to the executor. */
      readonly secrets: Secrets;
      /** The parsed parameters, secrets included. Passed only to {@link Fix.afterApply}. */
      readonly values: AppliedFix['values'];
    }
  | { readonly ok: false; readonly refusal: PlanRefusal };

/**
 * Plans a fix. Reads from the computer, but changes nothing.
 *
 * @param raw unparsed parameters from a form or command line
 * @param facts fresh facts, used to read the previous values for the plan
 */
export async function planFix(
  fix: FixId,
  raw: Readonly<Record<string, unknown>>,
  snapshot: FactSnapshot,
  facts: Facts,
): Promise<PlanResult> {
  const view = assess(snapshot);
  const refusal = refusalOf(fix, view, () => raw);
  if (refusal !== null) return { ok: false, refusal };
  const planner = fixOf(fix);
  const parsed = parseParameters(planner.parameters, raw);
  if (!parsed.ok) {
    const messages = parsed.problems.map(({ message, ...problem }) => ({
      ...problem,
      message: [message],
    }));
    return { ok: false, refusal: { problem: 'parameters', messages } };
  }
  const { values } = parsed;
  try {
    const draft = await planner.plan({ values, view, facts });
    if ('problem' in draft) return { ok: false, refusal: draft };
    const { handover = null, secrets = {} } = draft;
    const changes = listed(draft.changes ?? []);
    const warnings = listed(draft.warnings ?? []);
    const parameters = showParameters(planner.parameters, values);
    const before = await readStates(facts, changes);
    const digest = planDigest({ fix, parameters, changes, before });
    return {
      ok: true,
      plan: { fix, parameters, changes, before, handover, warnings, digest },
      secrets,
      values,
    };
  } catch (error) {
    // Without the previous values, the fix couldn't be undone.
    if (!(error instanceof Unreadable)) throw error;
    const unread = notApplicable(
      { key: 'fixes.notHere.unread' },
      { key: `reasons.${error.reason}` },
    );
    return { ok: false, refusal: unread };
  }
}

/**
 * Returns why a fix isn't applicable here; null if it is.
 *
 * @param given returns its parameters; defaults to those suggested by the facts
 */
export function refusalOf(
  fix: FixId,
  view: Assessment,
  given: () => GivenParameters = () => fixOf(fix).initial?.(view) ?? {},
): PlanRefusal | null {
  return needsWindows(fix, view) ?? fixOf(fix).refusesHere?.(view, given) ?? null;
}

/** Returns the refusal if a fix requires a Windows PC and there is none; null otherwise. */
export function needsWindows(fix: FixId, { windows }: Assessment): PlanRefusal | null {
  return windows || fixDefinition(fix).withoutWindows === true
    ? null
    : notApplicable({ key: 'fixes.notHere.needsWindows' });
}
