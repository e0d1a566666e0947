/** Changes as text, for an administrator who makes them by hand. */
import type { Translate } from '@shared/i18n';
import type { ChangeView } from '@shared/plan';

/** A paragraph for each change, numbered. */
export const changesText = (changes: readonly ChangeView[], t: Translate): string[] =>
  changes.map(
    (change, index) =>
      `\n${index + 1}. ${change.title}\n${change.byHand}\n${t('window.fix.before')}: ${change.before}\n${t('window.fix.after')}: ${change.after}`,
  );
