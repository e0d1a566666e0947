/** Numbers with their spread. */

/** What a series of measurements came to. */
export interface Figure {
  readonly min: number;
  /** What stands for the whole series: its median, or of two works timed turn by turn their least. */
  readonly value: number;
  readonly max: number;
}

/** Minimum, median and maximum of a series. */
export function figure(values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return {
    min: at(0),
    value: at(Math.floor((sorted.length - 1) / 2)),
    max: at(sorted.length - 1),
  };
}

/** Milliseconds that some work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/**
 * Times two works turn by turn, so that a busy moment of the machine hits both.
 *
 * @returns as {@link over}
 */
export async function ratio(
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
  rounds: number,
): Promise<{ readonly ratio: Figure; readonly one: Figure; readonly other: Figure }> {
  const ones: number[] = [];
  const others: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ones.push(await timed(one));
    others.push(await timed(other));
  }
  return over(ones, others);
}

/**
 * One series over another that was measured turn by turn with it. The least of each stands for it: whatever
 * disturbs a measurement adds to it, a slow phase of the machine more to one work than to the other.
 *
 * @returns the ratio with the spread of the single pairs, and both series
 */
export function over(
  ones: readonly number[],
  others: readonly number[],
): { readonly ratio: Figure; readonly one: Figure; readonly other: Figure } {
  const [one, other] = [leastOf(ones), leastOf(others)];
  const { min, max } = figure(ones.map((value, index) => value / (others[index] ?? Number.NaN)));
  return { ratio: { min, value: one.value / other.value, max }, one, other };
}

function leastOf(values: readonly number[]): Figure {
  const { min, max } = figure(values);
  return { min, value: min, max };
}
