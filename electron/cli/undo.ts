/** `undo`: takes the last or the named entry of the journal back. */
import { translateMessage, type Translate } from '@shared/i18n';
import { changeType } from '@engine/changes';
import { undo, type UndoResult } from '@engine/changes/undo';
import { sentences } from '@engine/fixes/views';
import { JournalUnusable } from '@engine/journal/journal';
import { writeJson, writeLines } from './console';
import { FIX_EXIT, type ChangeContext } from './fix';
import { openJournal, unusableText } from './open-journal';

/** What `undo` is called with. */
export interface UndoCommandContext extends ChangeContext {
  /** Null for the last one. */
  readonly entry: string | null;
}

const EXIT_CODES: Readonly<Record<UndoResult['outcome'], number>> = {
  undone: FIX_EXIT.verified,
  failed: FIX_EXIT.failed,
  'not-elevated': FIX_EXIT.notElevated,
  'nothing-to-undo': FIX_EXIT.nothingDone,
  'other-target': FIX_EXIT.nothingDone,
  'changed-since': FIX_EXIT.nothingDone,
};

/**
 * Runs `undo`.
 *
 * @returns the exit code
 */
export async function runUndo(context: UndoCommandContext): Promise<number> {
  const { computer, entry, json, translate, dataDir, signal, factOptions, stdout, stderr } =
    context;
  let result: UndoResult;
  try {
    const journal = await openJournal(dataDir);
    result = await undo(entry, { computer, journal, signal, factOptions });
  } catch (error) {
    if (signal.aborted) return FIX_EXIT.interrupted;
    if (!(error instanceof JournalUnusable)) throw error;
    writeLines(stderr, [unusableText(error, translate)]);
    return FIX_EXIT.failed;
  }
  if (signal.aborted) return FIX_EXIT.interrupted;
  const lines = linesOf(result, translate);
  if (json) {
    writeJson(stdout, { schema: 'kms-doctor/undo@1', outcome: result.outcome, lines });
  }
  if (result.outcome !== 'undone') writeLines(stderr, lines);
  else if (!json) writeLines(stdout, lines);
  return EXIT_CODES[result.outcome];
}

function linesOf(result: UndoResult, translate: Translate): readonly string[] {
  if (result.outcome !== 'undone') return [sentences(result.messages, translate)];
  const { restored, kept } = result;
  return [
    ...restored.map((change) => {
      const title = translateMessage(translate, changeType(change).title(change));
      return translate('journal.undone', { title });
    }),
    ...kept.map((message) => translateMessage(translate, message)),
    ...(restored.length === 0 && kept.length === 0 ? [translate('journal.nothingRestored')] : []),
  ];
}
