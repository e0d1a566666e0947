/** Texts from the network, the registry or a file, made safe to look at: nothing in them is obeyed or hidden. */

/**
 * Control characters without the line feed, what turns the direction of a line (Unicode UAX #9), line and
 * paragraph separators, and characters that have no width.
 */
const OBEYED =
  // eslint-disable-next-line no-control-regex -- these are exactly the characters that must not get out
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** A text with such characters as visible escapes, e.g. `\x1b`; lines end where they did. */
export function printable(text: string): string {
  return text.replace(OBEYED, escaped);
}

/** The same for what stands inside a line: a line end in it is an escape as well. */
export function inline(text: string): string {
  return printable(text).replaceAll('\n', escaped);
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
