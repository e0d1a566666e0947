import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { Unreadable } from '../../../electron/engine/computer';
import { failure, never, startPc, test, type FakeMode } from './harness';

/** Sends one query to a broken PowerShell and returns the error. */
async function asked(mode: FakeMode, file?: string): Promise<Unreadable> {
  const pc = startPc(mode, file === undefined ? {} : { programs: { 'powershell.exe': { file } } });
  try {
    return await failure(pc.computer.licensingService(never), Unreadable);
  } finally {
    pc.end();
  }
}

describe('PowerShell', () => {
  test("is started once for many queries, with our script and without the user's profile", async () => {
    const pc = startPc('answering');
    await Promise.all([
      pc.computer.licensingService(never),
      pc.computer.licensingProducts(never),
      pc.computer.events(never),
    ]);
    const [argv, ...more] = pc.powershellStarts();
    assert.deepEqual(more, []);
    assert.deepEqual(argv?.slice(0, 5), [
      ...['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File'],
    ]);
    assert.match(argv[5] ?? '', /[\\/]serve\.ps1$/);
    assert.equal(argv[6], undefined);
    pc.end();
  });

  test('is started a second time for the network, but not a third time', async () => {
    const pc = startPc('answering');
    await Promise.all([
      pc.computer.licensingService(never),
      pc.computer.resolve('a.contoso.test', 'SRV', never),
      pc.computer.events(never),
    ]);
    assert.equal(pc.powershellStarts().length, 2);
    pc.end();
  });

  test('receives queries in plain ASCII', async () => {
    const pc = startPc('answering');
    await pc.computer.resolve('\u540d\u7a31.test', 'A', never);
    assert.match(pc.powershellAsked()[0] ?? '', /\\u540d\\u7a31/);
    pc.end();
  });

  test('is given up after the timeout if it never answers', async () => {
    const pc = startPc('hanging');
    const patience = { signal: never, limitMs: 1_500 };
    const hang = pc.machine.query('events', {}, patience);
    const error = await failure(hang, Unreadable);
    assert.deepEqual([error.reason, error.said], ['timed-out', 'events']);
    pc.end();
  });

  test('can be aborted while it hangs', async () => {
    const pc = startPc('hanging');
    const stop = new AbortController();
    setTimeout(() => {
      stop.abort(new Error('called off'));
    }, 500);
    await assert.rejects(pc.computer.events(stop.signal), /called off/);
    pc.end();
  });

  test('is reported as garbled if it prints half an answer', async () => {
    const error = await asked('half');
    assert.equal(error.reason, 'garbled-answer');
    assert.match(error.said ?? '', /"id"/);
  });

  test('is reported with its output if it prints something else', async () => {
    const error = await asked('garbage');
    assert.match(error.said ?? '', /Skripts ist deaktiviert/);
    assert.equal(error.tool, 'powershell.exe');
  });

  test('is reported with its exit code if it exits', async () => {
    const error = await asked('ending');
    assert.deepEqual([error.reason, error.said], ['tool-failed', 'exit 5']);
  });

  test('is reported as garbled if it prints a megabyte', async () => {
    assert.equal((await asked('megabyte')).reason, 'garbled-answer');
  });

  test('is reported as denied if it may not run our script', async () => {
    const error = await asked('constrained');
    assert.deepEqual([error.reason, error.said], ['access-denied', 'constrained-language']);
  });

  test("is reported as missing if it doesn't exist", async () => {
    const error = await asked('answering', 'C:\\windows\\system32\\planted.exe');
    assert.deepEqual([error.reason, error.tool], ['tool-missing', 'powershell.exe']);
  });

  test('answers network queries even if a licensing query fails', async () => {
    const pc = startPc('answering');
    await pc.computer.licensingService(never);
    const patience = { signal: never, limitMs: 5_000 };
    const [dead, living] = await Promise.allSettled([
      pc.machine.query('service', { name: 'Planted' }, patience),
      pc.machine.query('network-category', {}, patience),
    ]);
    assert.equal(dead.status, 'rejected');
    assert.deepEqual(living, { status: 'fulfilled', value: [{ category: 2 }] });
    pc.end();
  });

  test('is restarted after it exits', async () => {
    const pc = startPc('ending');
    await failure(pc.computer.events(never), Unreadable);
    await failure(pc.computer.events(never), Unreadable);
    assert.equal(pc.powershellStarts().length, 2);
    pc.end();
  });
});
