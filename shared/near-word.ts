/** The known word that a mistyped one was meant to be. */

/** A shorter word is near too many others. */
const SHORTEST = 4;
/** From so many characters on, two slips are still the same word. */
const LONG = 8;

/** The first of the nearest known words, one slip away or, if it is long, two; null where none is. */
export function nearWord(word: string, known: Iterable<string>): string | null {
  if (word.length < SHORTEST) return null;
  let near: string | null = null;
  let fewest = word.length < LONG ? 2 : 3;
  for (const other of known) {
    if (Math.abs(other.length - word.length) >= fewest) continue;
    const slips = slipsBetween(word, other);
    if (slips < fewest) [near, fewest] = [other, slips];
  }
  return near;
}

/** The known word that begins as a shortened one does, or that a mistyped one is near; null where there is none. */
export function meantWord(word: string, known: readonly string[]): string | null {
  const begun = word.length >= SHORTEST ? known.find((one) => one.startsWith(word)) : undefined;
  return begun ?? nearWord(word, known);
}

/** Characters left out, added, mistaken or swapped with their neighbor, between one word and another. */
function slipsBetween(one: string, other: string): number {
  let [before, last]: [number[], number[]] = [
    [],
    Array.from({ length: other.length + 1 }, (_, i) => i),
  ];
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
