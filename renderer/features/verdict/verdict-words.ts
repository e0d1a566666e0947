/** The verdict of the moment in words. */
import type { VerdictCode } from '@shared/catalogue';
import { writeMessage, type WrittenMessage } from '@shared/admin-message';
import { inline, printable } from '@shared/printable';
import { sentences } from '@shared/message';
import { useDoctor } from '../../state/store';
import type { VerdictView } from '../../state/view';
import { useTranslations, type Translations } from '../../i18n/translations';

/** How a verdict looks. */
export type Tone = 'pass' | 'warn' | 'fail' | 'unknown';

/** The tone of a verdict: what is well, what only waits, what could not be found out, and everything else. */
export function toneOf(code: VerdictCode): Tone {
  if (code === 'healthy') return 'pass';
  if (code === 'activation-pending') return 'warn';
  return code === 'cannot-diagnose' ? 'unknown' : 'fail';
}

/** Headline and reason of a verdict. */
export function verdictWords(
  verdict: VerdictView,
  { t, sentence }: Translations,
): { readonly title: string; readonly summary: string } {
  return {
    title:
      verdict.title === null ? t(`window.verdictNames.${verdict.code}`) : sentence(verdict.title),
    summary: sentences([verdict.summary, ...(verdict.notes ?? [])].map(sentence)),
  };
}

/** The words of the verdict that the window shows; null while there is none. */
export function useVerdictWords(): ReturnType<typeof verdictWords> | null {
  const words = useTranslations();
  const verdict = useDoctor((state) => state.finished?.verdict ?? null);
  return verdict === null ? null : verdictWords(verdict, words);
}

/** The message of the verdict that the window shows; null where the cure is here. */
export function useMessage(): WrittenMessage | null {
  const { t } = useTranslations();
  const finished = useDoctor((state) => state.finished);
  const message = finished?.verdict.message ?? null;
  if (finished === null || message === null) return null;
  if ('lines' in message) return writeMessage(message, finished.target, t);
  // It comes out of a file.
  return { ...message, subject: inline(message.subject), text: printable(message.text) };
}
