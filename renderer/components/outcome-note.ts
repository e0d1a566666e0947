/** Attempts to change the PC. One that changes nothing returns to what the dialog showed before, with a note. */
import { useState } from 'react';
import type { ChangeReply, Unfinished } from '@shared/ipc';
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
 * Keeps what a dialog shows while it attempts to change the PC.
 *
 * @param initial what it shows at first
 * @returns `note`: why the last attempt did nothing; null once another one has been started
 */
export function useAttempts<Content>(initial: Content) {
  const [content, setContent] = useState(initial);
  const [note, setNote] = useState<NoteView | null>(null);

  /** Attempts to change the PC; returns the note if nothing was done. */
  const run = async <Result>(
    begun: Content,
    request: () => Promise<ChangeReply<Result>>,
    ended: (result: Result) => Content,
  ): Promise<NoteView | null> => {
    setNote(null);
    setContent(begun);
    const end = await resultOf(request);
    if ('result' in end) {
      setContent(ended(end.result));
      return null;
    }
    setContent(content);
    setNote(end.note);
    return end.note;
  };
  return { content, note, forgetNote: () => setNote(null), run };
}

/** Requests a change, and reloads the journal if it was started; otherwise returns why nothing was done. */
async function resultOf<Result>(
  request: () => Promise<ChangeReply<Result>>,
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
