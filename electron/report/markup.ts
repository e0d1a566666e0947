/** HTML templates that are safe from injection: inserted values are escaped unless they come from a template. */
import { redact } from '@shared/redaction';
import { escapeText } from '@shared/printable';

/** HTML created by a template. */
export class Markup {
  constructor(readonly text: string) {}
}

/** Values that can be inserted into a template. */
export type Insert = string | number | Markup | readonly Insert[] | null | false;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Creates HTML. In inserted values, product keys are masked, invisible characters and those that reorder text become
 * visible escapes, and HTML is escaped. Null and false insert nothing; lists are concatenated.
 */
export function html(template: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  return new Markup(
    template.map((piece, index) => piece + insertText(inserts[index] ?? null)).join(''),
  );
}

function insertText(insert: Insert): string {
  if (insert === null || insert === false) return '';
  if (insert instanceof Markup) return insert.text;
  if (typeof insert === 'object') return insert.map(insertText).join('');
  return escapeText(redact(String(insert))).replace(/[&<>"']/g, (char) => ESCAPES[char] ?? '');
}
