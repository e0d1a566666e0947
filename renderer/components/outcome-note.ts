/** Attempts to change the PC, and the note in the form if an attempt returns to it without having changed anything. */
import type { TreatmentReply, Unfinished } from '@shared/ipc';
import { escapeText } from '@shared/printable';
import { currentTranslate } from '../i18n/translations';
import { refreshJournal } from '../state/actions';
import { reportFault } from '../state/bridge';
import type { NoteView } from './callout';

/** Returns the note for an outcome that leaves the form open: declined, stale or refused. */
export function noteForOutcome(outcome: Unfinished): NoteView {
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

/** Reports an error in a request, and returns the text to show for it. */
export function faultText(error: unknown): string {
  reportFault(error);
  return currentTranslate()('window.notice.refused');
}

/**
 * Attempts to change the PC, and reloads the journal if that was started.
 *
 * @returns the result, or a note that explains why nothing was done
 */
export async function attemptChanges<Result>(
  request: () => Promise<TreatmentReply<Result>>,
): Promise<{ readonly result: Result } | { readonly note: NoteView }> {
  try {
    const reply = await request();
    if (reply.outcome !== 'finished') return { note: noteForOutcome(reply) };
    // Awaited because the events of the last diagnosis, which the result is shown with, arrive meanwhile.
    await refreshJournal().catch(reportFault);
    return { result: reply.result };
  } catch (error) {
    return { note: { intent: 'error', text: faultText(error) } };
  }
}
