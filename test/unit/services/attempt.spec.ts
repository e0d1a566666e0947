/** What stood in the way of a change, also where somebody has stopped it. */
import { expect, it, onTestFinished } from 'vitest';
import { Unreadable } from '@engine/computer';
import { onError } from '@engine/errors';
import { JournalUnusable } from '@engine/journal/journal';
import { RunCancelled } from '@engine/stop';
import { orObstacle } from '../../../electron/services/attempt';

/** How work ends that fails after it was stopped, and what was reported of it. */
async function stopped(error: unknown) {
  const reported: unknown[] = [];
  onTestFinished(onError((heard) => reported.push(heard)));
  const ended = await orObstacle(AbortSignal.abort(), () => Promise.reject(error as Error));
  return { ended, reported };
}

it('is the journal before the stop', async () => {
  const error = new JournalUnusable('/j', 'disk-full', 'ENOSPC');
  expect(await stopped(error)).toEqual({
    ended: { outcome: 'journal-unusable', error },
    reported: [],
  });
});

it.each([
  ['the diagnosis', new RunCancelled()],
  ['a wait', AbortSignal.abort().reason],
  ['a reading', new Unreadable('cancelled')],
])('is the stop of %s, of which nothing is reported', async (_what, error) => {
  expect(await stopped(error)).toEqual({ ended: { outcome: 'cancelled' }, reported: [] });
});

it('is the stop, though a fault came with it that is reported', async () => {
  const fault = new TypeError('out of the blue');
  expect(await stopped(fault)).toEqual({ ended: { outcome: 'cancelled' }, reported: [fault] });
});
