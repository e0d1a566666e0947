/** One journal, written by several processes that begin new files and are killed: `KMS_DOCTOR_FULL=1` for a minute. */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Journal } from '@engine/journal/journal';
import { buildChild } from './build-child';

const DURATION_MS = process.env['KMS_DOCTOR_FULL'] === '1' ? 60_000 : 6000;
/** Some ten entries of the child. */
const FULL_FILE = 7000;

let folder = '';
let child = '';
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-journal-'));
  child = path.join(folder, 'journal-child.mjs');
  await buildChild('journal-child.ts', child);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('is written by several processes at once', { timeout: 120_000 }, async () => {
  const directory = path.join(folder, 'calm');
  const run = promisify(execFile);
  await Promise.all(
    Array.from({ length: 4 }, () => run(process.execPath, [child, directory, '6'])),
  );
  const { entries, unreadable } = await new Journal(directory).read();
  expect(unreadable).toBe(0);
  expect(new Set(entries.map(({ entry }) => entry)).size).toBe(96);
  expect(entries.filter(({ state }) => state === 'open')).toEqual([]);
  expect(entries.filter(({ state }) => state === 'undone')).toHaveLength(32);
  expect(entries.every((record) => (record.details()?.events.length ?? 0) >= 2)).toBe(true);
});

it(
  'knows how every entry stands, whoever begins new files and is killed',
  {
    timeout: DURATION_MS + 120_000,
  },
  async () => {
    const directory = path.join(folder, 'killed');
    /** What is known of each entry, and what may be true of it besides. */
    const known = new Map<string, { state: string; tried: string | null }>();
    const end = Date.now() + DURATION_MS;
    let kills = 0;
    const writeAndDie = async (): Promise<void> => {
      const writer = spawn(process.execPath, [child, directory, '1e9', `${FULL_FILE}`]);
      writer.stdout.once('data', () =>
        setTimeout(() => writer.kill('SIGKILL'), Math.random() * 600),
      );
      for await (const line of createInterface(writer.stdout)) {
        const [what, entry = '', state = ''] = line.split(' ');
        if (what === 'is') known.set(entry, { state, tried: null });
        else known.set(entry, { state: known.get(entry)?.state ?? '', tried: state });
      }
      kills += 1;
      if (Date.now() < end) await writeAndDie();
    };
    await Promise.all([writeAndDie(), writeAndDie(), writeAndDie()]);

    const { entries, unreadable } = await new Journal(directory).read();
    const states = new Map(entries.map(({ entry, state }) => [entry, state]));
    const wrong = [...known].filter(([entry, { state, tried }]) => {
      const read = states.get(entry);
      return read !== state && (tried === null || read !== tried);
    });
    const files = readdirSync(directory).length;
    console.log(
      `${known.size} entries in ${files} files, ${kills} kills, ${unreadable} lines lost`,
    );
    expect(wrong).toEqual([]);
    expect(unreadable).toBeLessThanOrEqual(kills);
    expect(files).toBeGreaterThan(3);
    expect(known.size).toBeGreaterThan(files * 5);
  },
);
