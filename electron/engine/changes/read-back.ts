import type { Computer } from '../computer';
import { toResult, type Result } from '../facts/fact-snapshot';
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
): Promise<Result<Json>> {
  const end = performance.now() + PATIENCE_MS;
  let reading = await toResult(read());
  for (const pause of again ? LOOK_AGAIN_MS : []) {
    if ((reading.ok && isWanted(reading.value)) || performance.now() > end) break;
    const waited = await toResult(computer.wait(pause, signal));
    if (!waited.ok) break;
    reading = await toResult(read());
  }
  return reading;
}
