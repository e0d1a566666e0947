/**
 * Facts lines: all that a PC knows about its activation, in one line of text that any tool can carry
 * (docs/fleet.md). `KMSD1` holds a saved case, `KMSD2` the raw answers of the fleet script; after a space follows the
 * deflated JSON in base64url, with a dot after every 20 characters, so that nothing in it looks like a product key.
 */

/** What a facts line begins with, by what is packed in it. */
export const FACTS_LINE_KINDS = { case: 'KMSD1', answers: 'KMSD2' } as const;

/** Characters of a whole facts line, as many as Intune keeps of a detection script's output. */
export const MAX_FACTS_LINE = 2_048;

/** A facts line, wherever it stands in a text. */
const FACTS_LINE = /\bKMSD[0-9]+ [\w.-]+/;

/** The first facts line in a text, without what stands around it; null where there is none. */
export function findFactsLine(text: string): string | null {
  return FACTS_LINE.exec(text)?.[0] ?? null;
}

/** How many facts lines stand in a text, counted up to `most`. */
export function countFactsLines(text: string, most: number): number {
  let count = 0;
  for (const _ of text.matchAll(new RegExp(FACTS_LINE, 'g'))) {
    count += 1;
    if (count === most) break;
  }
  return count;
}
