/**
 * Hostile input: each item becomes a computer or an entry in the list of unreadable items. None of it runs or blocks
 * the event loop, and no product key leaks.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fleetPage } from '../../../electron/fleet/page';
import { readFleet, type Fleet } from '../../../electron/fleet/fleet';
import { plantFleet } from '../../support/fleet';
import { HOSTILE_NAMES, mutated, SCRIPT, WHOLE_KEY } from '../../support/hostile';
import { seeded, type Random } from '../../support/random';
import { FULL } from '../../support/sample';
import { expectCpuTimeWithin } from '../../support/limits';
import { longestBlock } from '../../support/turns';

/** Total number of mutated reports and cases, lines, and rows. */
const COUNT = FULL ? 100_000 : 1_000;
const BATCH = 500;

/** Maximum CPU time in milliseconds without yielding to the event loop: a window would freeze that long. */
const MAX_STALL_LENGTH = 200;

const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-hostile-'));
let documents: readonly string[];
let lines: readonly string[];
let rows: readonly string[];
let head: string;

beforeAll(async () => {
  const { files } = await plantFleet(7, { pcs: 60, worlds: 10 });
  const texts = (isWanted: (name: string) => boolean) =>
    [...files].filter(([name]) => isWanted(name)).map(([, text]) => text);
  documents = texts((name) => name.endsWith('.json'));
  lines = texts((name) => name.startsWith('lines')).flatMap((text) => text.trim().split('\n'));
  const [table = ''] = texts((name) => name.endsWith('.csv'));
  [head = '', ...rows] = table.split(/\r\n(?=")/).map((row) => row.replace(/\r\n$/, ''));
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Reads a fleet and checks how long it blocks the event loop. */
async function read(where: string): Promise<Fleet> {
  const [fleet, longest] = await longestBlock(() => readFleet([where], { language: 'en' }));
  await expectCpuTimeWithin(longest, MAX_STALL_LENGTH);
  return fleet;
}

const pageOf = (fleet: Fleet): string =>
  [...fleetPage(fleet, { language: 'en', version: '1.0.0', at: new Date(0) })].join('');

/** Expects what must hold for every fleet, whatever its names. */
function expectHarmless(fleet: Fleet): void {
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  const page = pageOf(fleet);
  const scripts = page.match(/<script/gi)?.length ?? 0;
  expect(scripts).toBe(pageOf(EMPTY).match(/<script/gi)?.length ?? 0);
  expect(page + JSON.stringify(fleet)).not.toContain(WHOLE_KEY);
  // eslint-disable-next-line no-control-regex -- these characters must not occur
  expect(page).not.toMatch(/[\u0000-\u0008\u001B\u202A-\u202E\u2066-\u2069]/);
}

const EMPTY: Fleet = {
  report: {
    schema: 'kms-doctor/fleet@1',
    computers: 0,
    healthy: 0,
    duplicates: 0,
    groups: [],
    sameClientId: [],
    expiring: [],
    notReached: [],
    unreadable: [],
  },
  members: new Map(),
  healthy: [],
  ending: [],
};

/** Writes a batch of one kind into a separate folder. */
type Write = (where: string, count: number, random: Random) => void;

const KINDS: Readonly<Record<string, Write>> = {
  documents: (where, count, random) => {
    for (let index = 0; index < count; index += 1) {
      writeFileSync(path.join(where, `${index}.json`), mutated(random.pick(documents), random));
    }
  },
  lines: (where, count, random) => {
    const all = Array.from({ length: count }, () => mutated(random.pick(lines), random));
    writeFileSync(path.join(where, 'lines.txt'), all.join('\n'));
  },
  rows: (where, count, random) => {
    const all = Array.from({ length: count }, () => mutated(random.pick(rows), random));
    writeFileSync(path.join(where, 'table.csv'), [head, ...all].join('\r\n'));
  },
};

it.each(Object.entries(KINDS))(
  'reads mutated %s without harm',
  { timeout: 3_600_000 },
  async (kind, write) => {
    const share = Math.ceil(COUNT / Object.keys(KINDS).length);
    for (let from = 0; from < share; from += BATCH) {
      const where = path.join(folder, `${kind}-${from}`);
      mkdirSync(where);
      const count = Math.min(BATCH, share - from);
      write(where, count, seeded(from + 1));
      const fleet = await read(where);
      const { computers, duplicates, unreadable } = fleet.report;
      if (kind === 'documents') {
        // A malformed document can still contain more than one line.
        expect(computers + duplicates + unreadable.length).toBeGreaterThanOrEqual(count);
      }
      expect(computers).toBeGreaterThan(0);
      expect(unreadable.length).toBeGreaterThan(0);
      for (const { problem } of unreadable) expect(problem).toMatch(/\w.*[.!?]$/);
      expectHarmless(fleet);
      rmSync(where, { recursive: true });
    }
  },
);

it('accepts any computer or file name', { timeout: 60_000 }, async () => {
  const where = path.join(folder, 'names');
  mkdirSync(where);
  const report = documents.find((text) => text.includes('kms-doctor/report@1'));
  if (report === undefined) throw new Error('no report');
  for (const [index, name] of HOSTILE_NAMES.entries()) {
    const named = JSON.parse(report) as { target: { computer: string } };
    named.target.computer = name;
    // Characters that a file name can't contain are replaced, and a number keeps the names unique.
    const file = name
      .replaceAll('/', '_')
      .replaceAll('\0', '_')
      .replaceAll('\uD800', '_')
      .slice(0, 60);
    writeFileSync(path.join(where, `${index} ${file}.json`), JSON.stringify(named));
  }
  for (const name of ['CON', 'NUL.txt', `${'檔'.repeat(80)}.json`, SCRIPT.replaceAll('/', '_')]) {
    writeFileSync(path.join(where, name), 'KMSD1 cut');
  }
  const fleet = await read(where);
  expect(fleet.report.computers + fleet.report.unreadable.length).toBe(HOSTILE_NAMES.length + 4);
  expectHarmless(fleet);
  const names = [...fleet.members.values(), fleet.healthy].flat().map(({ name }) => name);
  for (const name of ['CON', 'NUL', '..', '電腦-臺北-042', '__proto__', 'constructor']) {
    expect(names).toContain(name);
  }
});

const LONG: readonly (readonly [file: string, text: () => string])[] = [
  ['quotes.csv', () => `${head}\n${'"'.repeat(999)}\n`.repeat(200)],
  ['open.csv', () => `${head}\n"${'a\n'.repeat(40_000)}`],
  ['long.txt', () => `KMSD1 ${'A'.repeat(1_000_000)}\n`],
  ['deep.json', () => '['.repeat(1_000_000)],
  ['deep-whole.json', () => '['.repeat(100_000) + ']'.repeat(100_000)],
  ['foreign.json', () => `[${'{},'.repeat(FULL ? 5_000_000 : 500_000)}{}]`],
  ['many.json', () => `[${'"KMSD1 A",'.repeat(FULL ? 100_000 : 10_000)}0]`],
];

it.each(LONG)('reading is not blocked by %s', { timeout: 60_000 }, async (file, text) => {
  const where = path.join(folder, file);
  mkdirSync(where);
  writeFileSync(path.join(where, file), text());
  const fleet = await read(where);
  expect(fleet.report.computers).toBe(0);
  expect(fleet.report.unreadable.length).toBeGreaterThan(0);
  expectHarmless(fleet);
});
