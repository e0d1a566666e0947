/** Undoes a whole treatment: the journal entries of its steps, newest first. */
import type { FixId } from '@shared/catalog';
import type { Message } from '@shared/message';
import { needsElevation } from '../changes/executor';
import { Unreadable } from '../computer';
import { failure } from '../facts/fact-types';
import { isCancellation } from '../stop';
import {
  canUndo,
  invalidEntry,
  isReverted,
  otherTargetMessage,
  stateUnread,
  undo,
  type UndoContext,
  type UndoResult,
} from '../changes/undo';
import type { JournalEntry } from '../journal/lines';

/** The outcome of undoing one step. */
export interface UndoneStep {
  readonly entry: string;
  readonly fix: FixId;
  readonly result: UndoResult;
}

/** The result of undoing a treatment. */
export type TreatmentUndone =
  | {
      /** `undone`: everything that can be undone has been. `failed`: some steps weren't undone, and can be retried. */
      readonly outcome: 'undone' | 'failed';
      /** Newest first, without steps that were already undone. */
      readonly entries: readonly UndoneStep[];
    }
  /** Nothing was changed, for this reason. */
  | {
      readonly outcome: 'nothing-to-undo' | 'other-target' | 'not-elevated';
      readonly messages: readonly Message[];
    };

/**
 * Undoes every step of a treatment. A step that is refused doesn't prevent undoing the rest: an entry is undone only if
 * the PC is still in the state that the entry left.
 *
 * @throws JournalUnusable
 */
export async function undoTreatment(id: string, context: UndoContext): Promise<TreatmentUndone> {
  const { computer, journal, signal } = context;
  await journal.check();
  const { id: target, elevated } = await computer.system(signal);
  const steps: JournalEntry[] = [];
  const records = await journal.stepsOf(id);
  for (const record of records) {
    const entry = record.details();
    // A step with an invalid entry may depend on earlier ones, so undo nothing.
    if (entry === null) return nothing('nothing-to-undo', invalidEntry(record.entry));
    if (entry.target !== target) {
      return nothing('other-target', otherTargetMessage(entry));
    }
    if (!isReverted(entry)) steps.push(entry);
  }
  if (steps.length === 0) {
    const key = records.length > 0 ? 'journal.treatmentUndone' : 'journal.noSuchTreatment';
    return nothing('nothing-to-undo', { key, params: { treatment: id } });
  }
  if (elevated === false && steps.some((one) => canUndo(one) && needsElevation(one.changes))) {
    return nothing('not-elevated', { key: 'fixes.notElevated' });
  }
  const entries: UndoneStep[] = [];
  for (const { entry, fix } of steps) {
    entries.push({ entry, fix, result: await undo(entry, context).catch(notUndone) });
  }
  const isDone = entries.every(({ result }) => result.outcome === 'undone');
  return { outcome: isDone ? 'undone' : 'failed', entries };
}

/** Converts an error to the result of a step that wasn't reached, possibly after others were undone. */
function notUndone(error: unknown): UndoResult {
  if (!(error instanceof Unreadable || isCancellation(error))) throw error;
  return stateUnread(failure(error).reason);
}

const nothing = (
  outcome: Exclude<TreatmentUndone['outcome'], 'undone' | 'failed'>,
  message: Message,
): TreatmentUndone => ({ outcome, messages: [message] });
