/**
 * Facts lines: all the facts about a PC's activation, in one line of text that any tool can transport (docs/fleet.md).
 * `KMSD1` contains a saved case, `KMSD2` the raw output of the fleet script. After a space follows the deflated JSON in
 * base64url, with a dot after every 20 characters so that nothing in it looks like a product key.
 */

/** Prefix of a facts line by its kind of payload. */
export const FACTS_LINE_KINDS = { case: 'KMSD1', answers: 'KMSD2' } as const;

/** Maximum length of a whole facts line in characters: what Intune keeps of a detection script's output. */
export const MAX_FACTS_LINE = 2_048;

/** A facts line anywhere in a text. */
const FACTS_LINE = /\bKMSD[0-9]+ [\w.-]+/;

/** Returns the first facts line in a text, without the surrounding text; null if there is none. */
export function findFactsLine(text: string): string | null {
  return FACTS_LINE.exec(text)?.[0] ?? null;
}

/** Counts the facts lines in a text, up to `most`. */
export function countFactsLines(text: string, most: number): number {
  let count = 0;
  for (const _ of text.matchAll(new RegExp(FACTS_LINE, 'g'))) {
    count += 1;
    if (count === most) break;
  }
  return count;
}
