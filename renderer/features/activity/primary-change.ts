/** Selects the change that represents an entry in the activity. */
import type { ChangeView, JournalEntryView } from '@shared/plan';

/** Returns the first change; null if there is none, or if the last change reverts it, as in a test. */
export function primaryChange({ changes }: Pick<JournalEntryView, 'changes'>): ChangeView | null {
  const [first] = changes;
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return null;
  const isBack = first !== last && first.kind === last.kind && first.before === last.after;
  return isBack ? null : first;
}
