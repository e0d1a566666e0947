import { toResult, type Result } from '../facts/fact-types';
import { changeType, type Change, type Json } from './index';
import { freshFacts, type ChangedComputer } from './state';

/** Delays between attempts to read back a change, in milliseconds: Windows sometimes reports a new state late. */
const RETRY_DELAYS_MS: readonly number[] = [250, 750, 1500, 2500];

/** Milliseconds after which reading isn't retried: a provider that hangs uses up its whole timeout on each attempt. */
const MAX_RETRY_MS = 45_000;

/**
 * Reads back the state after a change, retrying while it isn't the intended one or can't be read.
 *
 * @param isWanted whether a state is the intended one
 * @param again false for a single attempt
 * @returns the result of the last attempt
 */
export async function readBack(
  change: Change,
  isWanted: (state: Json) => boolean,
  changed: ChangedComputer,
  again = true,
): Promise<Result<Json>> {
  const read = () => toResult(changeType(change).readState(freshFacts(changed), change));
  const end = performance.now() + MAX_RETRY_MS;
  let reading = await read();
  for (const pause of again ? RETRY_DELAYS_MS : []) {
    if ((reading.ok && isWanted(reading.value)) || performance.now() > end) break;
    const waited = await toResult(changed.computer.wait(pause, changed.signal));
    if (!waited.ok) break;
    reading = await read();
  }
  return reading;
}
