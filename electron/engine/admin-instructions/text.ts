/**
 * Texts for the administrator of another machine: prose from the locale files, and commands that are the same
 * in every language. What DNS, the registry or an event says gets into one only as a host name, an address or a
 * port; anything else leaves its placeholder, since the text will be pasted into an administrator's shell.
 */
import type { Message } from '@shared/message';
import type { Translate } from '@shared/i18n';
import type { Handover } from '@shared/plan';

/** A line: words, or a command as it is; an empty command is an empty line. */
export type HandoverLine = Message | string;

/** A text to hand over, in no language yet. */
export interface HandoverText {
  readonly for: Handover['for'];
  readonly lines: readonly HandoverLine[];
}

/** Commands, set off from the prose around them. */
export const commands = (...lines: readonly string[]): HandoverLine[] => [
  '',
  ...lines.map((line) => `    ${line}`),
  '',
];

/** The text in a language. */
export function renderHandover({ for: whom, lines }: HandoverText, translate: Translate): Handover {
  const text = lines
    .map((line) => (typeof line === 'string' ? line : translate(line.key, line.params)))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return { for: whom, text: `${text}\n` };
}
