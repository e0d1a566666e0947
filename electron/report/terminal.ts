/** Layout of text on a terminal. */

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/g;

/** Returns the width in columns: wide East Asian characters take two (Unicode UAX #11). */
export function columns(text: string): number {
  return Array.from(text).length + (text.match(WIDE)?.length ?? 0);
}

/** Returns the lines of a text, indented. */
export const indented = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`);

/** Pads text to a width. */
export function padColumns(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)));
}
