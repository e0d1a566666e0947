/** Takes a whole treatment back: the entries of its steps, last first. */
import type { FixId } from '@shared/catalogue';
import type { Message } from '@shared/message';
import { needsElevation } from '../changes/executor';
import { Unreadable } from '../computer';
import { failure } from '../facts/fact-snapshot';
import { isStop } from '../stop';
import {
  canUndo,
  invalidEntry,
  ofAnotherTarget,
  undo,
  type UndoContext,
  type UndoResult,
} from '../changes/undo';
import type { JournalEntry } from '../journal/lines';

/** What came of taking one step back. */
export interface UndoneStep {
  readonly entry: string;
  readonly fix: FixId;
  readonly result: UndoResult;
}

/** How taking a treatment back ended. */
export type TreatmentUndone =
  | {
      /** `undone`: all that can be taken back is. `failed`: some of it is not, and can be tried again. */
      readonly outcome: 'undone' | 'failed';
      /** Last first; those that were taken back before are left out. */
      readonly entries: readonly UndoneStep[];
    }
  /** Nothing was done, for this reason. */
  | {
      readonly outcome: 'nothing-to-undo' | 'other-target' | 'not-elevated';
      readonly messages: readonly Message[];
    };

/**
 * Takes every step of a treatment back. What is refused keeps nobody from the rest: each entry is taken back only
 * where the PC still is as it was left.
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
    // What came before a step of which nothing is known may be all that holds it up.
    if (entry === null) return nothing('nothing-to-undo', invalidEntry(record.entry));
    if (entry.target !== target) {
      return nothing('other-target', ofAnotherTarget(entry));
    }
    if (entry.state !== 'undone' && entry.state !== 'rolled-back') steps.push(entry);
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

/** A step that was not come to, after others may have been taken back. */
function notUndone(error: unknown): UndoResult {
  if (!(error instanceof Unreadable || isStop(error))) throw error;
  const { reason } = failure(error);
  return {
    outcome: 'failed',
    messages: [{ key: 'journal.stateUnread' }, { key: `reasons.${reason}` }],
  };
}

const nothing = (
  outcome: Exclude<TreatmentUndone['outcome'], 'undone' | 'failed'>,
  message: Message,
): TreatmentUndone => ({ outcome, messages: [message] });
