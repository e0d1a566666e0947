/** Measurements with their spread. */

/** Summary of a series of measurements. */
export interface Figure {
  readonly min: number;
  /** Representative value: the median or, if two operations are timed alternately, the minimum. */
  readonly value: number;
  readonly max: number;
}

/** Returns minimum, median and maximum of a series. */
export function figure(values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return {
    min: at(0),
    value: at(Math.floor((sorted.length - 1) / 2)),
    max: at(sorted.length - 1),
  };
}

/** Measures the time of an operation in ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/**
 * Times two operations alternately, so that a busy moment of the machine affects both.
 *
 * @returns as {@link compareSeries}
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
  return compareSeries(ones, others);
}

/**
 * Compares two series that were measured alternately. Each is represented by its minimum, because disturbances only add
 * to a measurement, and a slow phase of the machine adds more to one operation than to the other.
 *
 * @returns the ratio, with the spread of the individual pairs, and both series
 */
export function compareSeries(
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
