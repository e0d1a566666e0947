/** Texts from the network, the registry or a file, made safe to look at: nothing in them is obeyed or hidden. */

/**
 * Whatever is no graphic character (Unicode general category C: controls, what turns the direction of a line or has
 * no width, halves of surrogate pairs, what is not assigned) and line and paragraph separators; not the line feed.
 */
const HIDDEN = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu;

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

/** JSON with all that is not printable ASCII as escapes of JSON. */
export function asciiJson(json: string): string {
  return json.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code > 0xffff) return `\\u{${hex}}`;
  return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
