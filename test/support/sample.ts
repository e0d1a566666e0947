/** How much of a slow specification runs: a sample by default, all of it with `npm test -- --full`. */

/** Whether all of it runs. */
export const FULL = process.env['KMS_DOCTOR_FULL'] === '1';

/**
 * Every so many of a list, all of it with `--full`.
 * @param turn which one comes first: lists that take turns leave nothing out together
 */
export function sample<T>(all: readonly T[], every: number, turn = 0): readonly T[] {
  return FULL ? all : all.filter((_, index) => index % every === turn % every);
}
