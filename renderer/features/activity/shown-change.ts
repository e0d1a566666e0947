/** The change of an entry that its line of the activity names. */
import type { ChangeView, JournalEntryView } from '@shared/plan';

/** The first change; null where there is none, or where the last one has put it back, as a test does. */
export function shownChange({ changes }: Pick<JournalEntryView, 'changes'>): ChangeView | null {
  const [first] = changes;
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return null;
  const isBack = first !== last && first.kind === last.kind && first.before === last.after;
  return isBack ? null : first;
}
