/** Messages to the people who can fix what can't be fixed on the diagnosed PC. */
import { translateMessage, type Translate } from './i18n';
import type { Message } from './message';

/** Possible recipients of a message. */
export const RECIPIENTS = [
  'person',
  'kms-host',
  'dns-server',
  'network',
  'dhcp',
  'group-policy',
] as const;

/** A line of a text: a message to translate, or a literal command. An empty command is an empty line. */
export type TextLine = Message | string;

/**
 * A message to send, not yet translated. Its sentences have placeholders for the PC, `computer` (its name) and `pc`
 * (with its system), which are filled in when the message is written: a verdict doesn't wait for them.
 */
export interface AdminMessage {
  readonly for: (typeof RECIPIENTS)[number];
  readonly subject: Message;
  readonly lines: readonly TextLine[];
}

/** A message to send, translated into one language. */
export type WrittenMessage = Readonly<ReturnType<typeof writeMessage>>;

/** Whether a text or command still contains a placeholder in angle brackets. */
export const hasTextPlaceholder = (text: string): boolean => /<[^<>\s]+>/.test(text);

/** Translates a message and fills in its placeholders. */
export function writeMessage(
  { for: recipient, subject, lines }: AdminMessage,
  { computer: name, os }: { readonly computer: string; readonly os: string },
  t: Translate,
) {
  const computer = name === '' ? t('messages.thisPc') : name;
  const pc = os === '' ? computer : t('messages.pc', { computer, os });
  const say: Translate = (key, params) => t(key, { ...params, computer, pc });
  return {
    for: recipient,
    subject: translateMessage(say, subject),
    /** Every line ends with `\n`, including the last. */
    text: textOf(lines, say),
  };
}

/** Joins lines into one text with at most one empty line in a row. */
export function textOf(lines: readonly TextLine[], t: Translate): string {
  const text = lines
    .map((line) => (typeof line === 'string' ? line : translateMessage(t, line)))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return `${text}\n`;
}
