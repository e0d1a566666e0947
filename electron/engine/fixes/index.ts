/** Fixes by their ids, and how one is planned. */
import { fixDefinition, type FixId } from '@shared/catalogue';
import type { Secrets } from '../changes/change';
import { readStates } from '../changes/state';
import { Unreadable } from '../computer';
import type { Facts } from '../facts/facts';
import type { FactSnapshot } from '../facts/fact-snapshot';
import { assess, type Assessment } from '../verdict/assessment';
import { parseParameters, showParameters } from './parameters';
import {
  digestOf,
  isRefusal,
  notApplicable,
  type AppliedFix,
  type Fix,
  type GivenParameters,
  type Plan,
  type PlanRefusal,
} from './plan';
import * as registry from './registry';

const FIXES: Readonly<Record<FixId, Fix>> = registry;

/** A fix by its id. */
export function fixOf(id: FixId): Fix {
  return FIXES[id];
}

/** What comes of planning. */
export type PlanResult =
  | {
      readonly ok: true;
      readonly plan: Plan;
      /** Goes to the executor and nowhere else. */
      readonly secrets: Secrets;
      /** See {@link Fix.afterApply}. */
      readonly afterApply: (
        ending: Omit<AppliedFix, 'values'>,
      ) => ReturnType<NonNullable<Fix['afterApply']>>;
    }
  | { readonly ok: false; readonly refusal: PlanRefusal };

/**
 * Plans a fix. Asks, but changes nothing.
 *
 * @param raw the parameters as they come from a form or a command line
 * @param facts of now: the former values in the plan are read through them
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
    const messages = parsed.problems.map((problem) => ({
      ...problem,
      message: [problem.message],
    }));
    return { ok: false, refusal: { problem: 'parameters', messages } };
  }
  const { values } = parsed;
  try {
    const draft = await planner.plan({ values, view, facts });
    if (isRefusal(draft)) return { ok: false, refusal: draft };
    const { changes, handover = null, warnings = [], secrets = {} } = draft;
    const parameters = showParameters(planner.parameters, values);
    const before = await readStates(facts, changes);
    const digest = digestOf({ fix, parameters, changes, before });
    return {
      ok: true,
      plan: {
        ...{ fix, parameters, changes, before, handover, digest },
        warnings: warnings.filter((warning) => warning !== false),
      },
      secrets,
      afterApply: (ending) => planner.afterApply?.({ ...ending, values }) ?? Promise.resolve([]),
    };
  } catch (error) {
    // What was there before could not be written down, so there would be no way back.
    if (!(error instanceof Unreadable)) throw error;
    const unread = notApplicable(
      { key: 'fixes.notHere.unread' },
      { key: `reasons.${error.reason}` },
    );
    return { ok: false, refusal: unread };
  }
}

/**
 * Why a fix makes no sense here; null where it does.
 *
 * @param given works out its parameters; those that the facts suggest where nobody has given any
 */
export function refusalOf(
  fix: FixId,
  view: Assessment,
  given: () => GivenParameters = () => fixOf(fix).initial?.(view) ?? {},
): PlanRefusal | null {
  return needsWindows(fix, view) ?? fixOf(fix).refusesHere?.(view, given) ?? null;
}

/** Why a fix cannot be had where there is no Windows to change; null where it can. */
export function needsWindows(fix: FixId, { windows }: Assessment): PlanRefusal | null {
  return windows || fixDefinition(fix).withoutWindows === true
    ? null
    : notApplicable({ key: 'fixes.notHere.needsWindows' });
}
