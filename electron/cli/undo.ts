/** `undo`: undoes the last or the named journal entry, or every step of a treatment. */
import { translateMessage, translateMessages, type Translate } from '@shared/i18n';
import { undo, type UndoResult } from '@engine/changes/undo';
import type { Journal } from '@engine/journal/journal';
import { undoTreatment } from '@engine/treatment/undo';
import { changeTitle } from '../services/progress';
import { runChange, type ChangeContext } from './change';
import { writeJson, writeLines } from './console';
import { FIX_EXIT, UNDO_EXIT } from './exit-codes';
import { openJournal } from './open-journal';

/**
 * Runs `undo`.
 *
 * @param entry ID of an entry or a treatment; null for the last entry
 * @returns the exit code
 */
export async function runUndo(entry: string | null, context: ChangeContext): Promise<number> {
  const { json, dataDir, signal, stdout } = context;
  return runChange(context, async () => {
    const journal = await openJournal(dataDir, context.computer.target);
    const isTreatment = entry !== null && (await journal.stepsOf(entry)).length > 0;
    const { exitCode, outcome, done, left } = isTreatment
      ? await undoWholeTreatment(entry, { ...context, journal })
      : await undoEntry(entry, { ...context, journal });
    if (json) {
      writeJson(stdout, { schema: 'kms-doctor/undo@1', outcome, lines: [...done, ...left] });
    } else writeLines(stdout, done);
    return { exitCode: signal.aborted ? FIX_EXIT.interrupted : exitCode, lines: left };
  });
}

type UndoInJournal = ChangeContext & { readonly journal: Journal };

/** Undoes an entry. The lines say what was undone (`done`) and what remains (`left`). */
async function undoEntry(entry: string | null, context: UndoInJournal) {
  const result = await undo(entry, context);
  const lines = linesOf(result, context.translate);
  return {
    exitCode: UNDO_EXIT[result.outcome],
    outcome: result.outcome,
    ...(result.outcome === 'undone' ? { done: lines, left: [] } : { done: [], left: lines }),
  };
}

/** Undoes all steps of a treatment. Steps that failed or were refused are listed under `left`. */
async function undoWholeTreatment(id: string, context: UndoInJournal) {
  const { translate } = context;
  const undone = await undoTreatment(id, context);
  if ('messages' in undone) {
    const { outcome, messages } = undone;
    const exitCode = UNDO_EXIT[outcome];
    return { exitCode, outcome, done: [], left: [translateMessages(translate, messages)] };
  }
  const { outcome, entries } = undone;
  const steps = entries.map(({ fix, result }) => ({
    title: translate(`fixes.${fix}.title`),
    lines: linesOf(result, translate),
    isWhole: result.outcome === 'undone' && result.kept.length === 0,
    isUndone: result.outcome === 'undone',
  }));
  const linesThat = (isUndone: boolean): readonly string[] =>
    steps
      .filter((step) => step.isUndone === isUndone)
      .flatMap(({ title, lines }) => [title, ...lines.map((line) => `    ${line}`)]);
  return {
    exitCode: steps.every(({ isWhole }) => isWhole) ? FIX_EXIT.verified : FIX_EXIT.failed,
    outcome,
    done: linesThat(true),
    left: linesThat(false),
  };
}

function linesOf(result: UndoResult, translate: Translate): readonly string[] {
  if (result.outcome !== 'undone') return [translateMessages(translate, result.messages)];
  const { restored, kept } = result;
  return [
    ...restored.map((change) =>
      translate('journal.undone', { title: changeTitle(change, translate) }),
    ),
    ...kept.map((message) => translateMessage(translate, message)),
    ...(restored.length === 0 && kept.length === 0 ? [translate('journal.nothingRestored')] : []),
  ];
}
