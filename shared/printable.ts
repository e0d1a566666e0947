/** Makes texts from the network, the registry or a file safe to display, with nothing interpreted or hidden. */

/**
 * Matches every non-graphic character (Unicode general category C: control and bidirectional formatting characters,
 * zero-width characters, tags, lone surrogates, unassigned code points), line and paragraph separators, and characters
 * without a visible glyph (Default_Ignorable_Code_Point: fillers, variation selectors, joiners), but not the line feed.
 */
const HIDDEN = /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Replaces these characters with visible escapes, e.g. `\x1b`; line breaks are kept. */
export function escapeText(text: string): string {
  return text.replace(HIDDEN, escaped);
}

/** The same for text within a line: line breaks are escaped too. */
export function escapeLine(text: string): string {
  return escapeText(text).replaceAll('\n', escaped);
}

/** The same for a separate line, also preventing a spreadsheet from treating it as a formula when pasted. */
export function escapeCell(text: string): string {
  return escapeLine(text).replace(/^[=+\-@＝＋－＠]/, "'$&");
}

/** Truncates a text without splitting a surrogate pair. */
export const truncate = (text: string, length: number): string =>
  text.slice(0, length).replace(/[\ud800-\udbff]$/, '');

/** Serializes a document as indented JSON for a file, with the same characters as JSON escapes. */
export const jsonFile = (document: object): string =>
  `${JSON.stringify(document, null, 2).replace(HIDDEN, jsonEscapes)}\n`;

/** Escapes all characters in a JSON text that aren't printable ASCII. */
export const asciiJson = (json: string): string => json.replace(/[\u007f-\uffff]+/g, jsonEscapes);

const jsonEscapes = (text: string): string =>
  text.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code > 0xffff) return `\\u{${hex}}`;
  return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
