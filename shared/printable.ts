/** Texts from the network, the registry or a file, made safe to look at: nothing in them is obeyed or hidden. */

/**
 * Whatever is no graphic character (Unicode general category C: controls, what turns the direction of a line or has
 * no width, tags, halves of surrogate pairs, what is not assigned), line and paragraph separators, and what shows
 * nothing by itself (Default_Ignorable_Code_Point: fillers, selectors of variants, joiners); not the line feed.
 */
const HIDDEN = /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A text with such characters as visible escapes, e.g. `\x1b`; lines end where they did. */
export function printable(text: string): string {
  return text.replace(HIDDEN, escaped);
}

/** The same for what stands inside a line: a line end in it is an escape as well. */
export function inline(text: string): string {
  return printable(text).replaceAll('\n', escaped);
}

/** The same for a line of its own, which a spreadsheet that it is pasted into would otherwise take for a formula. */
export function inertLine(text: string): string {
  return inline(text).replace(/^[=+\-@＝＋－＠]/, "'$&");
}

/** The first characters of a text, of which none is half a surrogate pair. */
export const beginning = (text: string, length: number): string =>
  text.slice(0, length).replace(/[\ud800-\udbff]$/, '');

/** A document as a file has it, in JSON on lines of their own, with the same characters as escapes of JSON. */
export const jsonFile = (document: object): string =>
  `${JSON.stringify(document, null, 2).replace(HIDDEN, jsonEscapes)}\n`;

/** JSON with all that is not printable ASCII as escapes of JSON. */
export const asciiJson = (json: string): string => json.replace(/[\u007f-\uffff]+/g, jsonEscapes);

const jsonEscapes = (text: string): string =>
  text.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code > 0xffff) return `\\u{${hex}}`;
  return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
