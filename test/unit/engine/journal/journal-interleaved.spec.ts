/** One writer pauses at each of its file system calls in turn while another writer starts new files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { Journal } from '@engine/journal/journal';

/** Counts down with each file system call. The call that reaches zero waits for `gone`. */
const stop = vi.hoisted(() => ({ after: Infinity, reached: () => {}, gone: Promise.resolve() }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<Record<string, unknown>>();
  const stoppable = (call: unknown): unknown =>
    typeof call !== 'function'
      ? call
      : async (...args: unknown[]): Promise<unknown> => {
          stop.after -= 1;
          if (stop.after === 0) {
            stop.reached();
            await stop.gone;
          }
          return Reflect.apply(call, undefined, args) as unknown;
        };
  return Object.fromEntries(Object.entries(real).map(([name, call]) => [name, stoppable(call)]));
});

const OPENING = {
  fix: 'activate-now',
  target: 'scenario:PC-042',
  computer: 'PC-042',
  parameters: {},
  changes: [{ kind: 'activation' }],
  before: [{ status: 5 }],
} as const;
/** So small that every entry fills a file. */
const FULL_FILE = 100;

/** Begins an entry or closes an earlier one, and returns its ID. */
type Write = (journal: Journal, earlier: string) => Promise<string>;

const close: Write = async (journal, entry) => {
  await journal.note(entry, { type: 'entry-closed', state: 'applied' });
  return entry;
};
const begin: Write = (journal) => journal.begin(OPENING);

/**
 * Pauses one writer at its call `at` while another begins three entries and closes the open ones, then resumes it.
 *
 * @returns whether the writer made that many calls
 */
async function interleave(write: Write, at: number): Promise<boolean> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-journal-'));
  try {
    const [slow, quick] = [new Journal(folder, FULL_FILE), new Journal(folder, FULL_FILE)];
    const [first, second] = [await slow.begin(OPENING), await slow.begin(OPENING)];
    let letGo = (): void => undefined;
    stop.gone = new Promise((resolve) => (letGo = resolve));
    const reached = new Promise<boolean>((resolve) => {
      stop.reached = () => {
        resolve(true);
      };
    });
    stop.after = at;
    const writing = write(slow, first);
    const isStopped = await Promise.race([reached, writing.then(() => false)]);
    stop.after = Infinity;
    const others = [second];
    for (let count = 0; count < 3; count += 1) others.push(await quick.begin(OPENING));
    for (const entry of others) await close(quick, entry);
    letGo();
    await close(slow, await writing);
    const { entries, unreadable } = await new Journal(folder).read();
    const closed = entries.filter(({ state }) => state === 'applied').map(({ entry }) => entry);
    expect(closed, `stopped at call ${at}`).toEqual(expect.arrayContaining(others));
    expect(closed).toContain(await writing);
    expect(unreadable).toBe(0);
    expect(entries.every((entry) => entry.details() !== null)).toBe(true);
    return isStopped;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it.each([
  ['begins an entry', begin],
  ['closes an entry', close],
])('loses nothing if a writer that %s resumes late', async (_what, write) => {
  let at = 1;
  while (await interleave(write, at)) at += 1;
  expect(at).toBeGreaterThan(2);
});
