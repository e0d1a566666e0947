/** How much of the slow specs runs: a sample by default, everything with `npm test -- --full`. */

/** Whether to run everything. */
export const FULL = process.env['KMS_DOCTOR_FULL'] === '1';

/**
 * Returns every n-th item of a list, or all of them with `--full`.
 * @param every n
 * @param turn offset, so that lists sampled in turn don't all skip the same items
 */
export function sample<T>(all: readonly T[], every: number, turn = 0): readonly T[] {
  return FULL ? all : all.filter((_, index) => index % every === turn % every);
}
