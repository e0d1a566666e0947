/** Tests a repair session between two processes of Windows' Node, over a real named pipe. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after } from 'node:test';
import { ElevationClient } from '../../../electron/elevation/client';
import { pipePath, type Token } from '../../../electron/elevation/token';
import { Bench } from '../../elevation/parts/harness';
import { setting, test } from './harness';

const SICK_HOST = join(
  setting.scripts,
  '../../../../test/scenarios/dns-publishing-disabled/switched-off.json',
);
const programs = {
  session: join(setting.work, 'repair-session.mjs'),
  window: join(setting.work, 'repair-window.mjs'),
};

const benches: Bench[] = [];
const bench = (): Bench => {
  const made = new Bench(programs, SICK_HOST);
  benches.push(made);
  return made;
};
after(() => {
  for (const one of benches) one.end();
});

void test('a repair session applies a fix over a named pipe, and another session undoes it', async () => {
  const pc = bench();
  const before = pc.settings();
  const applied = await pc.run();
  assert.equal(applied.outcome?.['outcome'], 'finished', JSON.stringify(applied.session));
  assert.equal(applied.session.at(-1)?.detail, 'window-gone');
  assert.notDeepEqual(pc.settings(), before);
  const { entry } = (await pc.newest())!;
  const undone = await pc.run({ fixRequest: { undo: entry } });
  assert.equal(undone.outcome?.['outcome'], 'finished');
  assert.deepEqual(pc.settings(), before);
});

for (const step of [
  'greeted 1',
  'asking 1',
  'journal change-started 2',
  'after restartService 1',
]) {
  void test(`the window reports that the elevated process was killed (${step})`, async () => {
    const pc = bench();
    const before = pc.settings();
    const run = await pc.run({ session: { killAt: step } });
    const killed = run.session.at(-1)!;
    const told = run.window.find(({ what }) => what === 'outcome 1');
    assert.equal(killed.what, step);
    assert.equal(run.outcome?.['outcome'], 'refused');
    assert.ok(told !== undefined && told.at - killed.at < 2_000);
    await pc.undo();
    assert.deepEqual(pc.settings(), before);
  });

  void test(`the elevated process ends after the window was killed (${step})`, async () => {
    const pc = bench();
    const before = pc.settings();
    const run = await pc.run({ session: { killWindowAt: step }, window: { stayMs: 60_000 } });
    const killed = run.session.find(({ what }) => what === step)!;
    const last = run.session.at(-1)!;
    assert.equal(last.what, 'ended 1');
    assert.ok(last.at - killed.at < 2_000, `${last.at - killed.at} ms`);
    assert.notEqual((await pc.newest())?.state, 'open');
    await pc.undo();
    assert.deepEqual(pc.settings(), before);
  });
}

void test('the named pipe sends unauthenticated peers nothing and is removed afterwards', async () => {
  let place = '';
  let heard = 0;
  const client = new ElevationClient({
    language: () => 'en',
    log: () => undefined,
    limits: { arrival: 300 },
    launch: async (token: Token) => {
      place = pipePath(token);
      const socket = connect(place);
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        heard += chunk.length;
      });
      await new Promise((resolve) => socket.once('connect', resolve));
      return { outcome: 'started' };
    },
  });
  const outcome = await client.change(
    'apply',
    { fix: 'flush-dns-cache', parameters: {}, digest: 'd' },
    { progress: () => undefined },
  );
  assert.equal(outcome.outcome, 'refused');
  assert.match(place, /^\\\\\.\\pipe\\kms-doctor-[0-9a-f]{32}$/);
  assert.equal(heard, 0);
  await assert.rejects(
    new Promise((resolve, reject) => {
      connect(place).once('connect', resolve).once('error', reject);
    }),
  );
});
