/** What counts at the end of a limit. */
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { withDeadline } from '../../../../electron/computer/network/deadline';
import { freePort } from '../../../support/free-port';

const signal = new AbortController().signal;

it('an answer that came while nothing could run was in time', async () => {
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
  // As when Windows has Node wait while it starts a program.
  const end = performance.now() + 100;
  while (performance.now() < end);
  expect(await answer).toBe('refused');
});

it('no answer is told when the limit is over', async () => {
  const start = performance.now();
  const nothing = withDeadline<string>(
    { ms: 30, signal },
    () => () => undefined,
    () => 'silent',
  );
  expect(await nothing).toBe('silent');
  expect(performance.now() - start).toBeGreaterThanOrEqual(29);
});
