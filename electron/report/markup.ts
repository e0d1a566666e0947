/** HTML that cannot be broken out of: whatever is put into a template is escaped, unless a template made it. */
import { redact } from '@shared/redaction';
import { printable } from '@shared/printable';

/** A piece of HTML that a template made. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a template. */
export type Insert = string | number | Markup | readonly Insert[] | null | false;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Makes HTML. What is inserted loses product keys and whatever could move or turn the writing, and is escaped;
 * null and false leave nothing, lists stand one after the other.
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
  return printable(redact(String(insert))).replace(/[&<>"']/g, (char) => ESCAPES[char] ?? '');
}
