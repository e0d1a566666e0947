/** Steps of a native confirmation: what a fix changes, or what its undo restores. */
import type { FixId } from '@shared/catalog';
import type { Translate } from '@shared/i18n';
import type { JournalEntryView } from '@shared/plan';
import type { Change } from '@engine/changes';
import type { QuestionStep } from '../elevation/operations';
import { changeTitle } from './progress';

/** A planned fix. */
export const plannedStep = (
  { fix, changes }: { readonly fix: FixId; readonly changes: readonly Change[] },
  words: Translate,
): QuestionStep => ({
  title: words(`fixes.${fix}.title`),
  changes: changes.map((change) => changeTitle(change, words)),
});

/** A journal entry to be undone. */
export const undoneStep = ({ title, changes }: JournalEntryView): QuestionStep => ({
  title,
  changes: changes.filter(({ undoable }) => undoable).map((change) => change.title),
});
