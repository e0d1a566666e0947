/** Obstacles to a change, including one that was canceled. */
import { expect, it, onTestFinished } from 'vitest';
import { Unreadable } from '@engine/computer';
import { onError } from '@engine/errors';
import { JournalUnusable } from '@engine/journal/journal';
import { RunCanceled } from '@engine/stop';
import { catchObstacle } from '../../../electron/services/attempt';

/** Returns the outcome of work that fails after an abort, and the faults reported meanwhile. */
async function stopped(error: unknown) {
  const reported: unknown[] = [];
  onTestFinished(onError((heard) => reported.push(heard)));
  const ended = await catchObstacle(AbortSignal.abort(), () => Promise.reject(error as Error));
  return { ended, reported };
}

it('returns an unusable journal as the obstacle even after an abort', async () => {
  const error = new JournalUnusable('/j', 'disk-full', 'ENOSPC');
  expect(await stopped(error)).toEqual({
    ended: { outcome: 'journal-unusable', error },
    reported: [],
  });
});

it.each([
  ['a canceled diagnosis', new RunCanceled()],
  ['an aborted wait', AbortSignal.abort().reason],
  ['a canceled read', new Unreadable('cancelled')],
])('returns a cancellation without reporting a fault for %s', async (_what, error) => {
  expect(await stopped(error)).toEqual({ ended: { outcome: 'cancelled' }, reported: [] });
});

it('returns a cancellation but reports a fault that follows an abort', async () => {
  const fault = new TypeError('out of the blue');
  expect(await stopped(fault)).toEqual({ ended: { outcome: 'cancelled' }, reported: [fault] });
});
