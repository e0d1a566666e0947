/** A treatment that is killed or runs out of disk space at any point: the journal is accurate, and undo works. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Journal, JournalUnusable } from '@engine/journal/journal';
import { diagnose } from '@engine/run';
import { executeTreatment } from '@engine/treatment/carry-out';
import { planTreatment } from '@engine/treatment/plan';
import type { TreatmentOutcome } from '@engine/treatment/treatment';
import { undoTreatment } from '@engine/treatment/undo';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { readCase } from '../../../scenarios/cases';
import { FULL, sample } from '../../../support/sample';
import { Bench, comparable, type OneWay } from '../fixes/fix-harness';
import { buildChild } from '../journal/build-child';

/** Treatments with one or more steps, each with the changes that can't be undone. */
const TREATED: Readonly<Record<string, readonly OneWay[]>> = {
  'srv-record-in-other-domain/parent-domain': ['activation'],
  'not-a-kms-client/oem-key': ['key', 'activation'],
  'dns-publishing-disabled/switched-off': [],
};

const { signal } = new AbortController();
const simulate = createScenarioComputer;

/** Returns the treatments in a journal, `none` for entries without one. These tests expect at most one. */
async function treatmentsIn(bench: Bench): Promise<string[]> {
  const entries = await new Journal(bench.dataDir).entries();
  return [...new Set(entries.map((entry) => entry.details()?.treatment ?? 'none'))];
}

/** Verifies that everything can be undone, and that another treatment can be planned afterward. */
async function expectWayBack(bench: Bench, name: string, where: string): Promise<void> {
  const left = TREATED[name];
  const computer = bench.computer();
  const journal = new Journal(bench.dataDir);
  for (const treatment of await treatmentsIn(bench)) {
    const undone = await undoTreatment(treatment, { computer, journal, signal });
    expect(['undone', 'nothing-to-undo'], `${where}: ${JSON.stringify(undone)}`).toContain(
      undone.outcome,
    );
  }
  const before = comparable(readCase(name), left);
  expect(comparable(bench.document, left), where).toEqual(before);
  const states = (await journal.entries()).map(({ state }) => state);
  expect(
    states.filter((state) => state !== 'undone' && state !== 'rolled-back'),
    where,
  ).toEqual([]);
  // A successful activation is kept.
  const found = await diagnose(computer).result;
  if (found.diagnosis.verdict.code === 'healthy') return;
  const { steps } = await planTreatment(found, { simulate });
  expect(steps.length, where).toBeGreaterThan(0);
}

describe('a process that is killed', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'kms-doctor-killed-'));
  const child = path.join(directory, 'treatment-child.mjs');
  beforeAll(() => buildChild('../treatment/treatment-child.ts', child));
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  /** Runs the child. Returns the number of points passed, or null if it was killed. */
  function run(bench: Bench, point: number, undone = ''): Promise<number | null> {
    const args = [child, bench.file, bench.dataDir, String(point), undone];
    return new Promise((resolve, reject) => {
      execFile(process.execPath, args, (error, stdout, stderr) => {
        if (error === null) resolve(Number(stdout));
        else if (error.signal === 'SIGKILL') resolve(null);
        else reject(new Error(`at ${point}: ${stderr}`));
      });
    });
  }

  /** Returns the points at which a process can be killed, by default a sample of them. */
  const pointsOf = (count: number, turn: number): readonly number[] =>
    sample(
      Array.from({ length: count }, (_, index) => index + 1),
      18,
      turn,
    );

  const copyOf = (original: Bench): Bench => {
    const bench = new Bench({});
    cpSync(original.directory, bench.directory, { recursive: true });
    return bench;
  };

  it(
    'leaves a treatment that can be undone completely, whatever the point',
    { timeout: 900_000 },
    async () => {
      let points = 0;
      for (const [turn, name] of Object.keys(TREATED).entries()) {
        const whole = new Bench(readCase(name));
        const count = (await run(whole, 0)) ?? 0;
        expect(count, name).toBeGreaterThan(8);
        whole.remove();
        for (const point of pointsOf(count, turn)) {
          const where = `${name}, killed at ${point} of ${count}`;
          const bench = new Bench(readCase(name));
          expect(await run(bench, point), where).toBeNull();
          points += 1;
          expect((await treatmentsIn(bench)).length, where).toBeLessThan(2);
          await expectWayBack(bench, name, where);
          bench.remove();
        }
      }
      console.log(`${points} kill points in ${Object.keys(TREATED).length} treatments`);
      expect(points).toBeGreaterThan(FULL ? 50 : 4);
    },
  );

  it('leaves an undo that can be resumed', { timeout: 300_000 }, async () => {
    const name = 'srv-record-in-other-domain/parent-domain';
    const done = new Bench(readCase(name));
    await run(done, 0);
    const [treatment = ''] = await treatmentsIn(done);
    const whole = copyOf(done);
    const count = (await run(whole, 0, treatment)) ?? 0;
    whole.remove();
    expect(count).toBeGreaterThan(5);
    for (const point of pointsOf(count, 0)) {
      const bench = copyOf(done);
      expect(await run(bench, point, treatment)).toBeNull();
      await expectWayBack(bench, name, `undo killed at ${point} of ${count}`);
      bench.remove();
    }
    done.remove();
  });
});

/** A journal whose writes fail from a given one on. */
class FullJournal extends Journal {
  writes = 0;

  constructor(
    directory: string,
    private readonly failing: number,
  ) {
    super(directory);
  }

  private write(): void {
    this.writes += 1;
    if (this.writes >= this.failing) {
      throw new JournalUnusable(this.directory, 'disk-full', 'ENOSPC');
    }
  }

  override begin(...args: Parameters<Journal['begin']>): Promise<string> {
    this.write();
    return super.begin(...args);
  }

  override async note(...args: Parameters<Journal['note']>): Promise<void> {
    this.write();
    await super.note(...args);
  }
}

describe('a full disk', () => {
  it.each(Object.keys(TREATED))(
    'at any line of the journal yields an accurate outcome: %s',
    async (name) => {
      for (let failing = 1; ; failing += 1) {
        const where = `${name}, full at ${failing}`;
        const bench = new Bench(readCase(name));
        const computer = bench.computer();
        const journal = new FullJournal(bench.dataDir, failing);
        const context = { computer, journal, signal, simulate };
        const found = await diagnose(computer).result;
        const treatment = await planTreatment(found, context);
        const ended = await executeTreatment(treatment, found, context).catch((error: unknown) => {
          expect(error, where).toBeInstanceOf(JournalUnusable);
          return null;
        });
        if (ended === null) {
          // Nothing was started, so nothing was changed.
          expect(failing, where).toBe(1);
          expect(bench.document).toEqual(readCase(name));
        } else {
          if (journal.writes < failing) {
            expect(ended).toMatchObject({ result: 'healthy' });
            bench.remove();
            break;
          }
          const { result, steps, treatment: id } = ended as TreatmentOutcome;
          expect(['failed', 'departed', 'healthy'], where).toContain(result);
          const entries = await journal.entries();
          expect(
            steps.flatMap(({ entry }) => entry ?? []),
            where,
          ).toEqual(entries.map(({ entry }) => entry).reverse());
          expect(await treatmentsIn(bench), where).toEqual([id]);
          expect(steps.at(-1)?.failure, where).toMatchObject([{ key: 'treatment.why.journal' }]);
        }
        await expectWayBack(bench, name, where);
        bench.remove();
      }
    },
  );
});
