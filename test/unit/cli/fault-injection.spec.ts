/**
 * Faults of a PC: a full disk, a folder without write access, a clock that is set back. The full-disk tests run the
 * command in a separate process, with real system limits and errors.
 */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Journal } from '@engine/journal/journal';
import type { EntryStart } from '@engine/journal/journal-schema';
import { parseScenario } from '@shared/scenario';
import { caseFile } from '../../scenarios/cases';
import { sample } from '../../support/sample';
import { runCli } from './run-cli';

const COMMAND = join(import.meta.dirname, '../../../dist/cli/cli.js');
const HEALTHY = caseFile('healthy/default');

let folder: string;
const file = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kms-doctor-faults-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

/** A fix with two changes that are saved one by one. */
const FIX = ['fix', 'set-publish-list', '--param', 'domains=a.contoso.com'];
const HOST = caseFile('dns-publishing-disabled/switched-off');

/** Expects one or two sentences without internals such as stack frames. */
function expectSentence(text: string): void {
  expect(text.trim()).toMatch(/^[A-Z][^{}]*\.$/su);
  expect(text).not.toMatch(/ {4}at |undefined|\[object/);
}

// Windows has no per-process limit on file sizes.
describe.runIf(process.platform !== 'win32')('on a full disk', () => {
  /** Runs the command with file sizes limited to this number of 512-byte blocks. */
  function withRoomFor(blocks: number, words: readonly string[]) {
    return spawnSync(
      '/bin/sh',
      [
        '-c',
        `ulimit -f ${blocks}; trap '' XFSZ; exec "$@"`,
        'sh',
        process.execPath,
        COMMAND,
      ].concat(words),
      { encoding: 'utf8' },
    );
  }

  it(
    'a fix fails with a message, loses nothing, and can be undone, wherever space runs out',
    { timeout: 120_000 },
    () => {
      const codes = new Set<number | null>();
      // Longer than the journal gets, so at some limits only the PC's file doesn't fit.
      const host = JSON.parse(readFileSync(HOST, 'utf8')) as object;
      const long = JSON.stringify({ ...host, title: 'x'.repeat(4_000) });
      for (const blocks of sample([0, 1, 2, 3, 4, 6, 8, 16], 3, 1)) {
        const [pc, data] = [file(`pc-${blocks}.json`), file(`data-${blocks}`)];
        writeFileSync(pc, long);
        const where = ['--scenario', pc, '--save', pc, '--data-dir', data];
        const { status, stderr } = withRoomFor(blocks, [...FIX, ...where, '--yes', '--json']);
        codes.add(status);
        if (status === 2) expectSentence(stderr);
        const kept = parseScenario(JSON.parse(readFileSync(pc, 'utf8')));
        expect(kept.ok, `${blocks} blocks`).toBe(true);
        // Once there's space again, the journal opens and a half-done fix can be undone.
        const undone = withRoomFor(100_000, ['undo', ...where]);
        expect([0, 4], undone.stderr).toContain(undone.status);
        const list = readFileSync(pc, 'utf8');
        expect(list, `${blocks} blocks`).not.toContain('a.contoso.com');
      }
      expect(codes).toEqual(new Set([2, 1]));
    },
  );

  it(
    'a treatment is journaled and can be undone, wherever space runs out',
    { timeout: 120_000 },
    () => {
      const codes = new Set<number | null>();
      for (const blocks of sample([0, 1, 2, 3, 5, 8, 100], 3)) {
        const [pc, data] = [file(`pc-${blocks}.json`), file(`data-${blocks}`)];
        copyFileSync(caseFile('srv-record-in-other-domain/parent-domain'), pc);
        const where = ['--scenario', pc, '--save', pc, '--data-dir', data];
        const { status, stderr } = withRoomFor(blocks, ['repair', ...where, '--yes', '--json']);
        codes.add(status);
        expect(stderr, `${blocks} blocks`).not.toMatch(/ {4}at |undefined|\[object/);
        const kept = parseScenario(JSON.parse(readFileSync(pc, 'utf8')));
        expect(kept.ok, `${blocks} blocks`).toBe(true);
        const { stdout } = withRoomFor(100_000, ['journal', '--json', '--data-dir', data]);
        const { entries } = JSON.parse(stdout) as { entries: { treatment: string }[] };
        for (const treatment of new Set(entries.map((entry) => entry.treatment))) {
          const undone = withRoomFor(100_000, ['undo', treatment, ...where]);
          // 2: a successful activation can't be undone.
          expect([0, 2], undone.stderr).toContain(undone.status);
        }
        expect(readFileSync(pc, 'utf8'), `${blocks} blocks`).not.toContain('LookupDomain": "c');
      }
      expect(codes).toEqual(new Set([2, 0]));
    },
  );

  it('diagnose --save reports that the case could not be saved', () => {
    const words = ['diagnose', '--scenario', HEALTHY, '--save', file('case.json')];
    const { status, stderr } = withRoomFor(0, words);
    expect(status).not.toBe(0);
    expectSentence(stderr);
    expect(stderr).toContain('free space');
  });
});

describe.runIf(process.platform === 'linux')('in a folder without write access', () => {
  it('--data-dir fails with a message and nothing is changed', async () => {
    const ran = await runCli(...FIX, '--scenario', HOST, '--yes', '--data-dir', '/sys/kms');
    expect(ran.code).toBe(2);
    expectSentence(ran.stderr);
    expect(ran.stderr.toLowerCase()).toContain('nothing');
  });

  it('--save fails before anything is changed', async () => {
    const data = file('data');
    const words = [...FIX, '--scenario', HOST, '--yes', '--save', '/sys/kms', '--data-dir', data];
    const ran = await runCli(...words);
    expect(ran.code).toBe(64);
    expect(ran.stderr).toContain('/sys/kms');
    expect(existsSync(data)).toBe(false);
  });
});

it('undo fails with a message if the journal is missing', async () => {
  const where = ['--scenario', HOST, '--data-dir', file('data')];
  expect((await runCli(...FIX, ...where, '--yes')).code).toBeLessThan(2);
  rmSync(file('data'), { recursive: true });
  const ran = await runCli('undo', ...where);
  expect(ran.code).toBe(4);
  expectSentence(ran.stderr);
});

describe('when the clock is set back', () => {
  const opening: EntryStart = {
    fix: 'flush-dns-cache',
    target: 'scenario:PC-042',
    computer: 'PC-042',
    parameters: {},
    changes: [{ kind: 'dns-cache-flush' }],
    before: [null],
  };

  it('the journal keeps entries in order, even across several files', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const journal = new Journal(file('data'), 300);
    const entries: string[] = [];
    for (const hour of ['12', '13', '09', '10', '08', '11']) {
      vi.setSystemTime(`2026-11-22T${hour}:00:00Z`);
      entries.push(await journal.begin(opening));
      await journal.note(entries.at(-1)!, { type: 'entry-closed', state: 'applied' });
    }
    expect(readdirSync(file('data')).length).toBeGreaterThan(2);
    const found = (await journal.entries()).map(({ entry }) => entry);
    expect(found).toEqual(entries.reverse());
  });

  it('a diagnosis still measures its duration', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime('2026-11-22T09:00:00Z');
    const going = runCli('diagnose', '--scenario', HEALTHY, '--json');
    vi.setSystemTime('2020-01-01T00:00:00Z');
    const { durationMs } = JSON.parse((await going).stdout) as { durationMs: number };
    expect(durationMs).toBeGreaterThanOrEqual(0);
    expect(durationMs).toBeLessThan(60_000);
  });
});

it('the journal can be continued after a truncated last line', async () => {
  const where = ['--scenario', HOST, '--data-dir', file('data')];
  await runCli(...FIX, ...where, '--yes');
  appendFileSync(join(file('data'), 'journal.jsonl'), '{"type":"entry-opened","entry":"2026');
  await runCli(...FIX, ...where, '--yes');
  const { stdout } = await runCli('journal', '--json', '--data-dir', file('data'));
  expect((JSON.parse(stdout) as { entries: unknown[] }).entries).toHaveLength(2);
});
