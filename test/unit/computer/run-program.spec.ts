/** Starting a program that temporarily can't be started. Everything else is tested on Windows or Wine. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../../electron/computer/run-program';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-run-'));
  file = path.join(folder, 'tool');
  writeFileSync(file, `#!/bin/sh\necho ran >> ${folder}/runs\nexit 3\n`, { mode: 0o755 });
  writeFileSync(path.join(folder, 'runs'), '');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const runs = (): string => readFileSync(path.join(folder, 'runs'), 'utf8');

const run = (signal = new AbortController().signal) =>
  runProgram('tool', { file }, [], { signal, limitMs: 10_000, cwd: folder, env: {} });

// Linux doesn't run a file that's open for writing (ETXTBSY), and Windows doesn't run one that a virus scanner locks.
describe.runIf(process.platform === 'linux')('a locked program', () => {
  it('is started once it is unlocked, and only then timed', async () => {
    const start = performance.now();
    const held = openSync(file, 'a');
    const end = run();
    closeSync(held);
    const { exitCode, ms } = await end;
    expect(exitCode).toBe(3);
    expect(runs()).toBe('ran\n');
    // The pause before the retry alone takes 200 ms.
    expect(ms).toBeLessThan(performance.now() - start - 190);
  });

  it('causes a failure if it stays locked', async () => {
    const held = openSync(file, 'a');
    await expect(run()).rejects.toMatchObject({ reason: 'tool-failed', message: /ETXTBSY/ });
    closeSync(held);
    expect(runs()).toBe('');
  });

  it("isn't started after an abort", async () => {
    const held = openSync(file, 'a');
    const stop = new AbortController();
    const end = run(stop.signal);
    stop.abort(new Error('enough'));
    closeSync(held);
    await expect(end).rejects.toThrow('enough');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(runs()).toBe('');
  });
});
