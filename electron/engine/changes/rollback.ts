/**
 * Rollback planning. Rolling back a failed fix, undoing a finished one and cleaning up after a killed one all use the
 * same comparison of the previous state, the state left by the change and the current state.
 */
import type { Message } from '@shared/message';
import {
  changeType,
  inverseOf,
  irreversibleReasonOf,
  slotOf,
  type Change,
  type Json,
} from './index';
import { sameState } from './state';

/** A change that was started. */
export interface AppliedChange {
  readonly index: number;
  readonly change: Change;
  /** The state before the whole list of changes; null if it didn't exist. */
  readonly before: Json;
  /** Whether it was reported as made: Windows, or the DNS server, returned no error. */
  readonly made: boolean;
  /** The state after the change; undefined if it couldn't be read or the outcome isn't known. */
  readonly after: Json | undefined;
  /** See `Computer.captureState`. */
  readonly memory: unknown;
}

/**
 * The rollback action for one slot, with what is known of its first change. `restore`: apply the inverse. `as-before`:
 * nothing to do. `kept`: can't be undone, or nothing to undo. `conflict`: the current state is neither the previous one
 * nor the one left by the change.
 */
export type RollbackStep = Pick<AppliedChange, 'index' | 'change' | 'before' | 'memory'> & {
  /** Message about what remains in place. */
  readonly kept: Message | null;
} & (
    | { readonly what: 'restore'; readonly inverse: Change }
    | { readonly what: 'as-before' | 'kept' | 'conflict'; readonly inverse: null }
  );

/** A step that applies the inverse. */
export type RestoreStep = Extract<RollbackStep, { what: 'restore' }>;

/** The changes of one slot, and its current state; undefined if it can't be read. */
interface Slot {
  readonly first: AppliedChange;
  readonly last: AppliedChange;
  readonly now: Json | undefined;
}

/** Sort order: settings first, then the restart that applies them, then the service's start type. */
const turn = ({ change: { kind } }: RollbackStep): number =>
  kind === 'service-restart' ? 1 : kind === 'service-start' ? 2 : 0;

/**
 * Plans the steps, in order, that restore the state from before the list of changes.
 *
 * @param effects in the order in which they were made
 * @param current current state of each effect's slot; undefined if it can't be read
 * @param mine whether a state that isn't recorded may be rolled back: during a rollback, only this program can have
 *   made it
 */
export function planRollback(
  effects: readonly AppliedChange[],
  current: readonly (Json | undefined)[],
  mine: (effect: AppliedChange) => boolean,
): RollbackStep[] {
  const slots = new Map<string, Slot>();
  effects.forEach((effect, position) => {
    const slot = slotOf(effect.change);
    const first = slots.get(slot)?.first ?? effect;
    slots.set(slot, { first, last: effect, now: current[position] });
  });
  return [...slots.values()]
    .map((slot) => judge(slot, mine))
    .reverse()
    .sort((one, other) => turn(one) - turn(other));
}

function judge({ first, last, now }: Slot, mine: (effect: AppliedChange) => boolean): RollbackStep {
  const { index, change, before, memory } = first;
  const type = changeType(change);
  const base = { index, change, before, memory, inverse: null, kept: null };
  const isBack = now !== undefined && sameState(now, before);
  const isDone = now !== undefined && changeType(last.change).isDone(now, last.change);
  const isKnown = last.after !== undefined;
  const madeNoDifference = isKnown && sameState(last.after, before);
  if (type.volatile !== true && isBack) {
    // A change that made no difference may have left traces, e.g. the same key reinstalled. If the outcome isn't known,
    // only a computer with `captureState` can tell, and its inverse does nothing if nothing was changed.
    const mayHaveLeftTraces = isKnown ? madeNoDifference : memory !== undefined && isDone;
    if (!mayHaveLeftTraces || first !== last) return { ...base, what: 'as-before' };
  }
  const inverse = inverseOf(change, before);
  if (inverse === null) {
    // If the state can't be read now, assume that the change took effect.
    const isLikely = isDone || (now === undefined && last.made);
    const isDifferent = !isBack && !madeNoDifference && (isLikely || type.volatile !== true);
    return {
      ...base,
      what: 'kept',
      kept:
        isDifferent || (type.unobservable === true && last.made)
          ? irreversibleReasonOf(change, before)
          : null,
    };
  }
  const isOurs =
    type.volatile === true ||
    (isKnown && now !== undefined && sameState(now, last.after)) ||
    isDone ||
    mine(last);
  return isOurs ? { ...base, what: 'restore', inverse } : { ...base, what: 'conflict' };
}
