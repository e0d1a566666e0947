/** The current verdict in words. */
import type { VerdictCode } from '@shared/catalog';
import { writeMessage, type WrittenMessage } from '@shared/admin-message';
import { escapeLine, escapeText } from '@shared/printable';
import { sentences } from '@shared/message';
import { useDoctor } from '../../state/store';
import type { VerdictView } from '../../state/view';
import { useTranslations, type Translations } from '../../i18n/translations';

/** Visual style of a verdict. */
export type Tone = 'pass' | 'warn' | 'fail' | 'unknown';

/** Returns the tone of a verdict: healthy, pending, undetermined, or a failure. */
export function toneOf(code: VerdictCode): Tone {
  if (code === 'healthy') return 'pass';
  if (code === 'activation-pending') return 'warn';
  return code === 'cannot-diagnose' ? 'unknown' : 'fail';
}

/** Returns a verdict's headline and reason. */
export function verdictWords(verdict: VerdictView, { t, sentence }: Translations) {
  return {
    title:
      verdict.title === null ? t(`window.verdictNames.${verdict.code}`) : sentence(verdict.title),
    summary: sentences([verdict.summary, ...(verdict.notes ?? [])].map(sentence)),
  };
}

/** Returns the message of the current verdict; null if it can be fixed here. */
export function useMessage(): WrittenMessage | null {
  const { t } = useTranslations();
  const finished = useDoctor((state) => state.finished);
  const message = finished?.verdict.message ?? null;
  if (finished === null || message === null) return null;
  if ('lines' in message) return writeMessage(message, finished.target, t);
  // The message comes from a file.
  return { ...message, subject: escapeLine(message.subject), text: escapeText(message.text) };
}
