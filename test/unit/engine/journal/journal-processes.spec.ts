/** A data directory shared by several processes that get killed. `KMS_DOCTOR_FULL=1` runs this for a minute. */
import { execFile, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Journal } from '@engine/journal/journal';
import { undoTreatment } from '@engine/treatment/undo';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { caseFile } from '../../../scenarios/cases';
import { FULL } from '../../../support/sample';
import { buildChild } from './build-child';

const DURATION_MS = FULL ? 60_000 : 5000;
/** A PC whose treatment takes several steps. */
const TREATED = caseFile('srv-record-in-other-domain/parent-domain');

/** Reads a case from a file. */
function caseIn(file: string): ScenarioFile {
  const parsed = parseScenario(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

/** Room for about ten entries of the child. */
const FULL_FILE = 7000;

let folder = '';
let [child, settingsChild, treatmentChild] = ['', '', ''];
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-journal-'));
  const built = async (name: string): Promise<string> => {
    const outfile = path.join(folder, `${path.basename(name)}.mjs`);
    await buildChild(name, outfile);
    return outfile;
  };
  child = await built('journal-child.ts');
  settingsChild = await built('settings-child.ts');
  treatmentChild = await built('../treatment/treatment-child.ts');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('supports concurrent writes from several processes', { timeout: 120_000 }, async () => {
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
  'loses no entry or setting and leaves no partial file when concurrent writers are killed',
  {
    timeout: DURATION_MS + 120_000,
  },
  async () => {
    const directory = path.join(folder, 'killed');
    /** The last confirmed state of each entry, and the state that was attempted after it. */
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
    const changeSettingsAndDie = async (mine: string): Promise<void> => {
      const writer = spawn(process.execPath, [settingsChild, directory, mine]);
      writer.stdout.once('data', () =>
        setTimeout(() => writer.kill('SIGKILL'), Math.random() * 600),
      );
      await once(writer, 'close');
      kills += 1;
      if (Date.now() < end) await changeSettingsAndDie(mine);
    };
    const pcs: string[] = [];
    const treatAndDie = async (): Promise<void> => {
      const pc = path.join(folder, `pc-${pcs.length}.json`);
      copyFileSync(TREATED, pc);
      pcs.push(pc);
      const point = String(1 + Math.floor(Math.random() * 20));
      await once(spawn(process.execPath, [treatmentChild, pc, directory, point]), 'close');
      kills += 1;
      // Undoes each treatment by its ID, because the PCs share a name.
      const journal = new Journal(directory);
      const computer = createScenarioComputer(caseIn(pc), { save: pc });
      const { signal } = new AbortController();
      const treatments = new Set(
        (await journal.entries()).flatMap((entry) => entry.details()?.treatment ?? []),
      );
      for (const treatment of treatments) {
        if (done.has(treatment)) continue;
        done.add(treatment);
        const { outcome } = await undoTreatment(treatment, { computer, journal, signal });
        expect(['undone', 'nothing-to-undo']).toContain(outcome);
      }
      if (Date.now() < end) await treatAndDie();
    };
    const done = new Set<string>();
    await Promise.all([
      ...[writeAndDie(), writeAndDie(), writeAndDie()],
      ...['theme', 'language'].map(changeSettingsAndDie),
      treatAndDie(),
    ]);

    const settings: unknown = JSON.parse(
      readFileSync(path.join(directory, 'profile', 'settings.json'), 'utf8'),
    );
    expect(settings).toEqual({
      theme: expect.stringMatching(/^(?:dark|light)$/) as unknown,
      language: expect.stringMatching(/^(?:en|zh-TW)$/) as unknown,
      diagnosesByItself: true,
      window: null,
    });
    expect(caseIn(path.join(directory, 'case.json')).title).toMatch(/^(?:t{4000}|l{4000})$/);
    for (const pc of pcs) {
      expect(JSON.stringify(caseIn(pc))).not.toContain('KeyManagementServiceLookupDomain');
    }

    const { entries, unreadable } = await new Journal(directory).read();
    const states = new Map(entries.map(({ entry, state }) => [entry, state]));
    const wrong = [...known].filter(([entry, { state, tried }]) => {
      const read = states.get(entry);
      return read !== state && (tried === null || read !== tried);
    });
    const files = readdirSync(directory).filter((name) => name.startsWith('journal')).length;
    console.log(
      `${known.size} entries in ${files} files, ${kills} kills, ${done.size} treatments, ${unreadable} lines lost`,
    );
    expect(wrong).toEqual([]);
    expect(unreadable).toBeLessThanOrEqual(kills);
    expect(files).toBeGreaterThan(3);
    expect(known.size).toBeGreaterThan(files * 5);
  },
);
