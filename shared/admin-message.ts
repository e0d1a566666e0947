/** Messages to whoever can put right what is not put right on the diagnosed PC. */
import { translateMessage, type Translate } from './i18n';
import type { Message } from './message';

/** Whom a message can be for. */
export const RECIPIENTS = [
  'person',
  'kms-host',
  'dns-server',
  'network',
  'dhcp',
  'group-policy',
] as const;

/** A line of a text: words, or a command as it is; an empty command is an empty line. */
export type TextLine = Message | string;

/**
 * A message to send, in no language yet. Its sentences have places for the PC, `computer` (its name) and `pc` (with
 * its system), which are filled in when it is written: a verdict does not wait for them.
 */
export interface AdminMessage {
  readonly for: (typeof RECIPIENTS)[number];
  readonly subject: Message;
  readonly lines: readonly TextLine[];
}

/** A message to send, in the words of one language. */
export interface WrittenMessage {
  readonly for: AdminMessage['for'];
  readonly subject: string;
  /** Lines end with `\n`, the last one, too. */
  readonly text: string;
}

/** Whether something is left to fill in where a text or a command has angle brackets. */
export const hasPlaceToFillIn = (text: string): boolean => /<[^<>\s]+>/.test(text);

/** Puts a message into words. */
export function writeMessage(
  { for: recipient, subject, lines }: AdminMessage,
  { computer: name, os }: { readonly computer: string; readonly os: string },
  t: Translate,
): WrittenMessage {
  const computer = name === '' ? t('messages.thisPc') : name;
  const pc = os === '' ? computer : t('messages.pc', { computer, os });
  const filled = (line: Message): Message => ({
    ...line,
    params: { ...line.params, computer, pc },
  });
  return {
    for: recipient,
    subject: translateMessage(t, filled(subject)),
    text: textOf(
      lines.map((line) => (typeof line === 'string' ? line : filled(line))),
      t,
    ),
  };
}

/** Lines as a text; no more than one of them in a row is empty. */
export function textOf(lines: readonly TextLine[], t: Translate): string {
  const text = lines
    .map((line) => (typeof line === 'string' ? line : translateMessage(t, line)))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return `${text}\n`;
}
