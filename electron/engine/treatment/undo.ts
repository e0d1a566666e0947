/** Takes a whole treatment back: the entries of its steps, last first. */
import type { FixId } from '@shared/catalogue';
import type { Message } from '@shared/message';
import type { UndoContext, UndoResult } from '../changes/undo';

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
export function undoTreatment(_id: string, _context: UndoContext): Promise<TreatmentUndone> {
  throw new Error('A treatment cannot be taken back yet');
}
