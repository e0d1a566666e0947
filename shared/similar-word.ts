/** Finds the known word that a mistyped one was probably meant to be. */

/** Shorter words are too similar to many others. */
const MIN_LENGTH = 4;
/** Minimum length at which two typos are tolerated. */
const LONG = 8;

/** Returns the first of the closest known words, with one typo or, if the word is long, two; null if there is none. */
export function similarWord(word: string, known: Iterable<string>): string | null {
  if (word.length < MIN_LENGTH) return null;
  let near: string | null = null;
  let fewest = word.length < LONG ? 2 : 3;
  for (const other of known) {
    if (Math.abs(other.length - word.length) >= fewest) continue;
    const slips = slipsBetween(word, other);
    if (slips < fewest) [near, fewest] = [other, slips];
  }
  return near;
}

/** Returns the known word that a text abbreviates or resembles; null if there is none. */
export function closestWord(word: string, known: readonly string[]): string | null {
  const begun = word.length >= MIN_LENGTH ? known.find((one) => one.startsWith(word)) : undefined;
  return begun ?? similarWord(word, known);
}

/** Counts omitted, added, wrong and swapped characters between two words. */
function slipsBetween(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      next[column] = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped && row > 1 && column > 1 ? (before[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    [before, last] = [last, next];
  }
  return last[other.length] ?? 0;
}
