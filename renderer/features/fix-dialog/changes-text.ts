/** Formats changes as text for an admin who makes them manually. */
import type { Translate } from '@shared/i18n';
import type { ChangeView } from '@shared/plan';

/** Returns a numbered paragraph for each change. */
export const changesText = (changes: readonly ChangeView[], t: Translate): string[] =>
  changes.map(
    (change, index) =>
      `\n${index + 1}. ${change.title}\n${change.byHand}\n${t('window.fix.before')}: ${change.before}\n${t('window.fix.after')}: ${change.after}`,
  );
