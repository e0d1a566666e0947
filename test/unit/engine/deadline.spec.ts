/** Results that arrive around the end of a time limit. */
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { within, withDeadline } from '@engine/deadline';
import { freePort } from '../../support/free-port';

const signal = new AbortController().signal;

it('accepts an answer that arrived in time while the event loop was blocked', async () => {
  const port = await freePort();
  const answer = withDeadline<string>(
    { ms: 20, signal },
    (settle) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.on('error', () => {
        settle('refused');
      });
      return () => {
        socket.destroy();
      };
    },
    () => 'silent',
  );
  // Blocks the event loop, as Windows does to Node while it starts a program.
  const end = performance.now() + 100;
  while (performance.now() < end);
  expect(await answer).toBe('refused');
});

it('returns the timeout result once the limit has passed', async () => {
  const start = performance.now();
  const nothing = withDeadline<string>(
    { ms: 30, signal },
    () => () => undefined,
    () => 'silent',
  );
  expect(await nothing).toBe('silent');
  expect(performance.now() - start).toBeGreaterThanOrEqual(29);
});

it('rejects or falls back at the limit, rejects on abort, and aborts the work in each case', async () => {
  const stop = new AbortController();
  let over: AbortSignal | undefined;
  const hangs = (given: AbortSignal): Promise<string> => {
    over = given;
    return new Promise(() => undefined);
  };
  await expect(within({ ms: 10 }, hangs)).rejects.toMatchObject({ reason: 'timed-out' });
  expect(over?.aborted).toBe(true);
  expect(await within({ ms: 10 }, hangs, () => 'late')).toBe('late');
  const stopped = within({ signal: stop.signal }, hangs);
  stop.abort(new Error('stopped'));
  await expect(stopped).rejects.toThrow('stopped');
  expect(over?.aborted).toBe(true);
  await expect(within({ signal: stop.signal }, hangs)).rejects.toThrow('stopped');
  expect(await within({ ms: 1_000 }, () => Promise.resolve(1))).toBe(1);
});
