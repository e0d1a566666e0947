/**
 * Taking changes back: what rolls a failed fix back, undoes a finished one and cleans up after a killed one is
 * the same comparison of what was, what was made and what is.
 */
import type { Message } from '@shared/message';
import { changeType, inverseOf, irreversibleReasonOf, type Change, type Json } from './index';
import { sameState } from './state';

/** A change that was begun. */
export interface AppliedChange {
  readonly index: number;
  readonly change: Change;
  /** The state before the whole list, null for "was not there". */
  readonly before: Json;
  /** Whether it was said to be made: Windows, or whoever else was told, reported no error. */
  readonly made: boolean;
  /** The state that it left; undefined where that could not be read, or its end is not known. */
  readonly after: Json | undefined;
  /** See `Computer.remember`. */
  readonly memory: unknown;
}

/** What is to be done about one slot. */
export interface RollbackStep {
  /** Index of the first change of the slot. */
  readonly index: number;
  readonly change: Change;
  readonly before: Json;
  readonly memory: unknown;
  /**
   * `restore`: by the inverse. `as-before`: nothing to do. `kept`: no way back, or nothing to take back.
   * `conflict`: it is neither what was before nor what was made.
   */
  readonly what: 'restore' | 'as-before' | 'kept' | 'conflict';
  readonly inverse: Change | null;
  /** What stays, in words. */
  readonly kept: Message | null;
}

/** Settings first, then the restart that makes them take effect, then whether the service starts at all. */
const turn = ({ change: { kind } }: RollbackStep): number =>
  kind === 'service-restart' ? 1 : kind === 'service-start' ? 2 : 0;

/**
 * What has to be done to be where the list began, in order.
 *
 * @param effects in the order in which they were made
 * @param current the state of each effect's slot now; undefined where it cannot be read
 * @param mine whether a state that nobody wrote down may be taken back: in a rollback nobody else was there
 */
export function planRollback(
  effects: readonly AppliedChange[],
  current: readonly (Json | undefined)[],
  mine: (effect: AppliedChange) => boolean,
): RollbackStep[] {
  const slots = new Map<
    string,
    { first: AppliedChange; last: AppliedChange; now: Json | undefined }
  >();
  effects.forEach((effect, position) => {
    const slot = changeType(effect.change).slot(effect.change);
    const known = slots.get(slot);
    if (known === undefined) {
      slots.set(slot, { first: effect, last: effect, now: current[position] });
    } else known.last = effect;
  });
  return [...slots.values()]
    .map(({ first, last, now }) => judge(first, last, now, mine))
    .reverse()
    .sort((one, other) => turn(one) - turn(other));
}

function judge(
  first: AppliedChange,
  last: AppliedChange,
  now: Json | undefined,
  mine: (effect: AppliedChange) => boolean,
): RollbackStep {
  const { index, change, before, memory } = first;
  const type = changeType(change);
  const base = { index, change, before, memory, inverse: null, kept: null };
  const isBack = now !== undefined && sameState(now, before);
  const isDone = now !== undefined && changeType(last.change).isDone(now, last.change);
  const isKnown = last.after !== undefined;
  const madeNoDifference = isKnown && sameState(last.after, before);
  if (type.volatile !== true && isBack) {
    // A change that looks like none may have left traces, e.g. the same key installed anew; of one whose end is
    // not known, only a computer that remembers can tell, and does nothing where nothing was done.
    const mayHaveLeftTraces = isKnown ? madeNoDifference : memory !== undefined && isDone;
    if (!mayHaveLeftTraces || first !== last) return { ...base, what: 'as-before' };
  }
  const inverse = inverseOf(change, before);
  if (inverse === null) {
    // What cannot be read now may well be what was made.
    const isLikely = isDone || (now === undefined && last.made);
    const isDifferent = !isBack && !madeNoDifference && (isLikely || type.volatile !== true);
    return {
      ...base,
      what: 'kept',
      kept:
        isDifferent || (type.unseen === true && last.made)
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
