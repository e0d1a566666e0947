/** Operations that may change a computer, with obstacles reported as user-facing messages. */
import { type Translate, translateMessage } from '@shared/i18n';
import type { ChangeReply, Unfinished } from '@shared/ipc';
import { catchObstacle } from './attempt';

/** A reply that nothing was done, with the reason. */
export const refusedReply = (message: string): Unfinished => ({ outcome: 'refused', message });

/** The reply if the user declined. */
export const DECLINED = { outcome: 'declined', by: 'confirmation' } as const;

/** Runs an operation that may change the computer. */
export async function changeReply<Result>(
  signal: AbortSignal,
  words: Translate,
  work: () => Promise<ChangeReply<Result>>,
): Promise<ChangeReply<Result>> {
  const ended = await catchObstacle(signal, work);
  switch (ended.outcome) {
    case 'cancelled':
      return DECLINED;
    case 'journal-unusable': {
      const { path, reason } = ended.error;
      const params = { path, reason: translateMessage(words, reason) };
      return refusedReply(words('dialogs.apply.journal', params));
    }
    case 'unreadable':
      return refusedReply(`${words('dialogs.apply.unread')} ${words(`reasons.${ended.reason}`)}`);
    default:
      return ended;
  }
}
