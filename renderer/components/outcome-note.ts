/** The note in the form when a fix returns to it without having been applied. */
import type { ApplyOutcome } from '@shared/ipc';
import { escapeText } from '@shared/printable';
import { currentTranslate } from '../i18n/translations';
import type { NoteView } from './callout';

/** Returns the note for an outcome that leaves the form open: declined, stale or refused. */
export function noteForOutcome(outcome: Exclude<ApplyOutcome, { outcome: 'finished' }>): NoteView {
  const t = currentTranslate();
  switch (outcome.outcome) {
    case 'declined':
      return outcome.by === 'uac'
        ? { intent: 'warning', text: t('window.fix.uacRefused') }
        : { intent: 'info', text: t('window.fix.declined') };
    case 'stale':
      return { intent: 'warning', text: t('window.fix.stale'), replan: true };
    case 'refused':
      return {
        intent: 'error',
        text: escapeText(outcome.message),
        restart: outcome.restart === true,
      };
  }
}
