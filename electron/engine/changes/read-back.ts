import type { Computer } from '../computer';
import { settle, type Reading } from '../situation';
import type { Json } from './change';

/** Waits between looks at what a change left, in milliseconds: Windows' own view is late at times. */
const LOOK_AGAIN_MS: readonly number[] = [250, 750, 1500, 2500];

/** Milliseconds after which nobody looks again: a provider that hangs takes its whole limit at each look. */
const PATIENCE_MS = 45_000;

/**
 * Reads back what a change left, again where that is not what was wanted or cannot be read.
 *
 * @param read reads it anew
 * @param isWanted whether a look is enough
 * @param again false for a single look
 * @returns the last look
 */
export async function readBack(
  read: () => Promise<Json>,
  isWanted: (state: Json) => boolean,
  computer: Pick<Computer, 'wait'>,
  signal: AbortSignal,
  again = true,
): Promise<Reading<Json>> {
  const end = performance.now() + PATIENCE_MS;
  let reading = await settle(read());
  for (const pause of again ? LOOK_AGAIN_MS : []) {
    if ((reading.read && isWanted(reading.value)) || performance.now() > end) break;
    const waited = await settle(computer.wait(pause, signal));
    if (!waited.read) break;
    reading = await settle(read());
  }
  return reading;
}
