/**
 * Instructions for the administrator of another computer: prose from the locale files, and commands that are the same
 * in all languages. Values from DNS, the registry or events are inserted only if they're a host name, an address or a
 * port. Otherwise the placeholder is kept, because commands will be pasted into an elevated shell.
 */
import { textOf, type TextLine } from '@shared/admin-message';
import type { Translate } from '@shared/i18n';
import type { MessageKey } from '@shared/message';
import type { Handover } from '@shared/plan';

/** A handover that isn't localized yet. */
export interface HandoverText {
  readonly for: Handover['for'];
  readonly lines: readonly TextLine[];
}

/** Formats commands, indented and separated from the surrounding prose. */
export const commands = (...lines: readonly string[]): TextLine[] => [
  '',
  ...lines.map((line) => `    ${line}`),
  '',
];

/** Formats commands after a sentence that explains them. */
export const commandsAfter = (key: MessageKey, ...lines: readonly string[]): TextLine[] => [
  { key },
  ...commands(...lines),
];

/** Formats commands that need administrator rights, after a sentence that says so. */
export const elevatedCommands = (...lines: readonly string[]): TextLine[] =>
  commandsAfter('handover.elevated', ...lines);

/** Returns the localized handover. */
export function renderHandover({ for: whom, lines }: HandoverText, translate: Translate): Handover {
  return { for: whom, text: textOf(lines, translate) };
}
