/**
 * Tests a repair session between two real processes, and the state after either is killed at any
 * step.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sample } from '../support/sample';
import { Bench, DEFAULT_REQUEST, type Run } from './parts/harness';
import { bundlePrograms, type Programs } from './parts/bundle';
import type { WindowOrders } from './parts/orders';

/** Time limit in milliseconds for the remaining process to exit or report. */
const NOTICE_MS = 2_000;
/** Time limit for about thirty pairs of processes on a busy machine. */
const KILL_LIMIT_MS = 240_000;
/** Number of benches that run concurrently. */
const LANES = 3;

let programs: Programs;
const benches: Bench[] = [];
const bench = (beginning?: string | Bench): Bench => {
  const made = new Bench(programs, beginning);
  benches.push(made);
  return made;
};

beforeAll(async () => {
  programs = await bundlePrograms();
});
afterAll(() => {
  for (const one of benches) one.end();
});

/** Processes all items, a few at a time. */
async function each<T>(list: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...list];
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
    }),
  );
}

const stepsOf = (run: Run): string[] => run.session.map(({ what }) => what);

/** Returns the session's steps up to its response. Later steps belong to closing the window. */
const toAnswer = ({ session }: Run): string[] => {
  const answer = session.findIndex(({ detail }) => String(detail).startsWith('Ended as'));
  return session.slice(0, answer + 1).map(({ what }) => what);
};

/** First step after which the window knows that the elevated process exists. */
const FIRST_WORD = 'greeted 1';

// The processes mostly wait for each other.
describe.concurrent('a repair session', () => {
  it('applies a fix, reports every step, and ends with its window', async () => {
    const pc = bench();
    const before = pc.settings();
    const applied = await pc.run();
    expect(applied.outcome).toMatchObject({
      outcome: 'finished',
      result: { fix: DEFAULT_REQUEST.apply, result: 'verified', verdict: 'healthy' },
    });
    const progress = applied.window.filter(({ what }) => what.startsWith('progress'));
    expect(progress.map(({ detail }) => (detail as { type: string }).type)).toEqual([
      // Windows prompts for elevation, the session for the changes.
      'asking',
      'asking',
      'change-started',
      'change-finished',
      'change-started',
      'change-finished',
      're-checking',
    ]);
    expect(applied.session.at(-1)).toMatchObject({ what: 'ended 1', detail: 'window-gone' });
    expect(applied.exitCode).toBe(0);
    expect(pc.settings()).not.toEqual(before);

    const { entry } = (await pc.newest())!;
    const undone = await pc.run({ fixRequest: { undo: entry } });
    expect(undone.outcome).toMatchObject({
      outcome: 'finished',
      result: { fix: DEFAULT_REQUEST.apply },
    });
    expect(await pc.newest()).toMatchObject({ entry, state: 'undone' });
    expect(pc.settings()).toEqual(before);
  });

  it('prompts in the elevated process, with the changes that it planned itself', async () => {
    const pc = bench();
    const before = pc.document();
    const run = await pc.run({ session: { confirm: 'no' } });
    expect(run.outcome).toEqual({ outcome: 'declined', by: 'confirmation' });
    expect(run.session.find(({ what }) => what === 'asking 1')!.detail).toEqual({
      kind: 'fix',
      title: 'Publish the KMS host in DNS',
      computer: 'KMS1',
      changes: ['Turn on DNS publishing', 'Restart the sppsvc service'],
    });
    expect(pc.document()).toEqual(before);
    expect(await pc.newest()).toBeNull();
  });

  it("changes nothing if the preview's digest differs", async () => {
    const pc = bench();
    const before = pc.document();
    const run = await pc.run({ window: { digest: 'f'.repeat(64) } });
    expect(run.outcome).toEqual({ outcome: 'stale' });
    expect(stepsOf(run)).not.toContain('asking 1');
    expect(pc.document()).toEqual(before);
  });

  it('validates parameters itself', async () => {
    const pc = bench();
    const run = await pc.run({
      fixRequest: { apply: DEFAULT_REQUEST.apply, parameters: { enabled: 'perhaps' } },
      window: { digest: 'f'.repeat(64) },
    });
    expect(run.outcome).toMatchObject({ outcome: 'refused' });
    expect(await pc.newest()).toBeNull();
  });

  it('ends when idle', async () => {
    const pc = bench();
    const run = await pc.run({ session: { idleMs: 200 }, window: { stayMs: 1_500 } });
    expect(run.session.at(-1)).toMatchObject({ what: 'ended 1', detail: 'idle' });
    const ended = run.session.at(-1)!.at;
    expect(ended).toBeLessThan(run.window.at(-1)!.at);
    expect(run.exitCode).toBe(0);
  });

  it(
    'writes a product key to no file, and drops it from memory',
    { timeout: KILL_LIMIT_MS },
    async () => {
      // Formatted like a key; its 25 characters aren't a key published by Microsoft.
      const key = 'BBBBB-CCCCC-DDDDD-FFFFF-GGGN2';
      const pc = bench(
        new URL('../scenarios/no-product-key/no-key-installed.json', import.meta.url).pathname,
      );
      const run = await pc.run({
        fixRequest: { apply: 'install-mak', parameters: { productKey: key, activate: false } },
        session: { heapSnapshot: true },
        window: { stayMs: 1_000 },
      });
      expect(run.outcome).toMatchObject({ outcome: 'finished' });
      const heap = readFileSync(join(pc.folder, 'session.heapsnapshot'), 'utf8');
      // Ensures that the snapshot is complete and contains strings.
      expect(heap.trimEnd().endsWith(']}')).toBe(true);
      expect(heap).toContain(run.sessionDiary);
      const files = readdirSync(pc.folder, { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile() && !file.name.startsWith('window-orders'))
        .map((file) => join(file.parentPath, file.name));
      expect(files.length).toBeGreaterThan(4);
      for (const file of files) {
        const text = readFileSync(file, 'latin1');
        expect(text.includes(key) || text.includes(key.replaceAll('-', '')), file).toBe(false);
      }
    },
  );
});

describe('kill -9', () => {
  let apply: string[];
  let undo: string[];
  let applied: Bench;
  let before: unknown;

  beforeAll(async () => {
    applied = bench();
    before = applied.settings();
    apply = toAnswer(await applied.run());
    const again = bench(applied);
    const { entry } = (await again.newest())!;
    undo = toAnswer(await again.run({ fixRequest: { undo: entry } }));
    expect(apply.length).toBeGreaterThan(12);
    expect(undo.length).toBeGreaterThan(6);
  });

  type Case = readonly [
    fixRequest: WindowOrders['fixRequest'],
    step: string,
    beginning: Bench | undefined,
  ];

  const cases = async (first: string): Promise<readonly Case[]> => {
    const { entry } = (await applied.newest())!;
    const from = (steps: readonly string[]) => steps.slice(steps.indexOf(first));
    return [
      ...from(apply).map((step): Case => [DEFAULT_REQUEST, step, undefined]),
      ...from(undo).map((step): Case => [{ undo: entry }, step, applied]),
    ];
  };

  /** Verifies that the journal is valid and that undo restores the PC, whatever happened. */
  const isBroughtBack = async (pc: Bench, about: string): Promise<void> => {
    const types = pc.journalLines().map(({ type }) => type);
    if (types.length > 0) expect(types[0], about).toBe('entry-opened');
    const { outcome } = await pc.undo();
    expect(['undone', 'nothing-to-undo'], about).toContain(outcome);
    expect(pc.settings(), about).toEqual(before);
  };

  it(
    'of the elevated process at any step leaves a valid journal, and the window reports it and can undo',
    { timeout: KILL_LIMIT_MS },
    async () => {
      const all = sample(await cases(FIRST_WORD), 10);
      await each(all, async ([fixRequest, step, beginning]) => {
        const about = `${'undo' in fixRequest ? 'undo' : 'apply'}, killed at ${step}`;
        const pc = bench(beginning);
        const run = await pc.run({ fixRequest, session: { killAt: step } });
        expect(run.session.at(-1)!.what, about).toBe(step);
        const told = run.window.find(({ what }) => what === 'outcome 1');
        expect(told, about).toBeDefined();
        expect(told!.at - run.session.at(-1)!.at, about).toBeLessThan(NOTICE_MS);
        expect(['refused', 'finished'], about).toContain(run.outcome!['outcome']);
        expect(run.exitCode, about).toBe(0);
        await isBroughtBack(pc, about);
      });
      console.log(`The elevated side was killed at ${all.length} steps.`);
    },
  );

  it(
    'of the window at any step ends the elevated process and leaves no change half done',
    { timeout: KILL_LIMIT_MS },
    async () => {
      const all = sample(await cases('started 1'), 10, 2);
      await each(all, async ([fixRequest, step, beginning]) => {
        const about = `${'undo' in fixRequest ? 'undo' : 'apply'}, window killed at ${step}`;
        const pc = bench(beginning);
        const run = await pc.run({
          fixRequest,
          session: { killWindowAt: step },
          window: { stayMs: 60_000 },
        });
        const killed = run.session.find(({ what }) => what === step);
        const last = run.session.at(-1)!;
        expect(last.what, about).toBe('ended 1');
        expect(['window-gone', ...(step === 'started 1' ? ['nobody'] : [])], about).toContain(
          last.detail,
        );
        expect(last.at - killed!.at, about).toBeLessThan(NOTICE_MS);
        expect(run.exitCode, about).toBeNull();
        expect((await pc.newest())?.state ?? 'none', about).not.toBe('open');
        await isBroughtBack(pc, about);
      });
      console.log(`The window was killed at ${all.length} steps.`);
    },
  );
});
