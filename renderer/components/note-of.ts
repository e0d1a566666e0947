/** What the form says when a fix came back to it without having been made. */
import type { ApplyOutcome } from '@shared/ipc';
import { printable } from '@shared/printable';
import { currentTranslate } from '../i18n/translations';
import type { NoteView } from './callout';

/** The note for an outcome that is no end: declined, stale or refused. */
export function noteOf(outcome: Exclude<ApplyOutcome, { outcome: 'finished' }>): NoteView {
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
        text: printable(outcome.message),
        restart: outcome.restart === true,
      };
  }
}
