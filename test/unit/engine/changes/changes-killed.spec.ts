import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FIX_IDS } from '@shared/catalog';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unfinishedEntries } from '@engine/changes/undo';
import { Journal } from '@engine/journal/journal';
import { FULL, sample } from '../../../support/sample';
import { Bench, comparable } from '../fixes/fix-harness';
import { FIX_CASES, nameOf, scenarioOf, type FixCase } from '../fixes/fix-cases';
import { type Doing, passPoints } from './fix-points';

const directory = mkdtempSync(path.join(tmpdir(), 'kms-doctor-killed-'));
const child = path.join(directory, 'fix-child.mjs');
const root = fileURLToPath(new URL('../../../../', import.meta.url));

beforeAll(async () => {
  await build({
    entryPoints: [path.join(import.meta.dirname, 'fix-child.ts')],
    outfile: child,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    alias: { '@shared': `${root}shared`, '@engine': `${root}electron/engine` },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const doing = (bench: Bench, one: FixCase, point: number, isUndo = false): Doing => ({
  file: bench.file,
  dataDir: bench.dataDir,
  fix: one.fix,
  params: { ...one.params, ...(one.stdin !== undefined && { productKey: one.stdin }) },
  point,
  isUndo,
});

/** Runs the child, which must be killed at that point. */
function kill(what: Doing, where: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [child, JSON.stringify(what)], (error, stdout, stderr) => {
      if (error?.signal === 'SIGKILL') resolve();
      else reject(new Error(`${where}: not killed ${stdout} ${stderr}`));
    });
  });
}

/** Maximum number of concurrent processes. */
const AT_ONCE = 2;

/** Runs `work` for each point at which a process can be killed, by default for every 40th from an offset of `turn`. */
async function each(
  count: number,
  turn: number,
  work: (point: number) => Promise<void>,
): Promise<void> {
  const points = Array.from({ length: count }, (_, index) => index + 1);
  const left = sample(points, 40, turn).values();
  const worker = async (): Promise<void> => {
    for (const point of left) await work(point);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** One case per fix: the one with the fewest irreversible changes. */
const distinct = FIX_IDS.map((fix) => {
  const [best] = FIX_CASES.filter((one) => one.fix === fix).sort(
    (one, other) => (one.oneWay?.length ?? 0) - (other.oneWay?.length ?? 0),
  );
  if (best === undefined) throw new Error(fix);
  return best;
});

it('loses nothing when killed at any point of any fix', { timeout: 900_000 }, async () => {
  let points = 0;
  let open = 0;
  for (const [turn, one] of distinct.entries()) {
    const scenario = scenarioOf(one);
    const whole = new Bench(scenario);
    const before = whole.document;
    const count = await passPoints(doing(whole, one, 0));
    whole.remove();
    expect(count, nameOf(one)).toBeGreaterThan(4);
    await each(count, turn, async (point) => {
      const where = `${nameOf(one)}, killed at ${point} of ${count}`;
      const bench = new Bench(scenario);
      await kill(doing(bench, one, point), where);
      points += 1;
      const journal = new Journal(bench.dataDir);
      const target = (await bench.computer().system(new AbortController().signal)).id;
      const [entry] = await journal.entries();
      const unfinished = await unfinishedEntries(journal, target);
      if (entry === undefined) {
        // Nothing was recorded, so nothing may have been changed.
        expect(bench.document, where).toEqual(before);
      } else {
        if (entry.state === 'open') {
          open += 1;
          expect(
            unfinished.map((found) => found.entry),
            where,
          ).toEqual([entry.entry]);
        }
        const undone = await bench.undo();
        expect(undone, where).toMatchObject({ code: 0, err: '' });
      }
      expect(comparable(bench.document, one.oneWay), where).toEqual(comparable(before, one.oneWay));
      expect(await unfinishedEntries(journal, target), where).toEqual([]);
      bench.remove();
    });
  }
  console.log(
    `${points} kill points in ${distinct.length} fixes, ${open} entries left open, 0 lost`,
  );
  expect(points).toBeGreaterThan(FULL ? 200 : 10);
});

it('resumes an undo that was killed', { timeout: 300_000 }, async () => {
  let points = 0;
  const undone = FIX_CASES.filter(({ fix, oneWay }) => fix.startsWith('set-') && !oneWay);
  for (const [turn, one] of undone.entries()) {
    const applied = new Bench(scenarioOf(one));
    const before = applied.document;
    await passPoints(doing(applied, one, 0));
    const copy = (): Bench => {
      const bench = new Bench({});
      cpSync(applied.directory, bench.directory, { recursive: true });
      return bench;
    };
    const whole = copy();
    const count = await passPoints(doing(whole, one, 0, true));
    whole.remove();
    await each(count, turn, async (point) => {
      const where = `undo of ${nameOf(one)}, killed at ${point}`;
      const bench = copy();
      await kill(doing(bench, one, point, true), where);
      points += 1;
      // The last point comes after the line that closes the undo.
      const again = await bench.undo();
      expect([0, 4], where).toContain(again.code);
      expect(comparable(bench.document), where).toEqual(comparable(before));
      bench.remove();
    });
    applied.remove();
  }
  console.log(`${points} kill points in undo`);
  expect(points).toBeGreaterThan(FULL ? 10 : 1);
});
