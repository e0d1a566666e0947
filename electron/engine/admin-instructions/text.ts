/**
 * Texts for the administrator of another machine: prose from the locale files, and commands that are the same
 * in every language. What DNS, the registry or an event says gets into one only as a host name, an address or a
 * port; anything else leaves its placeholder, since the text will be pasted into an administrator's shell.
 */
import { textOf, type TextLine } from '@shared/admin-message';
import type { Translate } from '@shared/i18n';
import type { Handover } from '@shared/plan';

/** A text to hand over, in no language yet. */
export interface HandoverText {
  readonly for: Handover['for'];
  readonly lines: readonly TextLine[];
}

/** Commands, set off from the prose around them. */
export const commands = (...lines: readonly string[]): TextLine[] => [
  '',
  ...lines.map((line) => `    ${line}`),
  '',
];

/** The text in a language. */
export function renderHandover({ for: whom, lines }: HandoverText, translate: Translate): Handover {
  return { for: whom, text: textOf(lines, translate) };
}
