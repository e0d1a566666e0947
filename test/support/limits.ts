/** Limits of processor time that count on slower machines as well. */
import { expect } from 'vitest';
import { cpuMs } from './turns';

const ROWS = Array.from({ length: 8_000 }, (_, row) => ({
  name: `kms${row}.contoso.com`,
  addresses: [`10.0.${row % 256}.20`],
  port: 1688,
}));

/** Texts and objects, which most of this program's work is made of. */
function knownWork(): unknown {
  const rows = JSON.parse(JSON.stringify(ROWS)) as typeof ROWS;
  rows.sort((a, b) => (a.name < b.name ? 1 : -1));
  return new Map(rows.map((row) => [row.name.replace(/\d+/, ''), row]));
}

/** What the known work takes on the machine that limits are meant for: one that starts Node in 75 ms. */
const MEANT_MS = 6.5;

/**
 * A limit on a slower machine, or on one whose other cores slow this one down: it grows with what a known piece of work
 * takes at that moment, and never shrinks.
 */
async function limitHere(limit: number): Promise<number> {
  // The first rounds are compiled on the way.
  return limit * Math.max(1, (await cpuMs(knownWork, 12)) / MEANT_MS);
}

/**
 * Whether some work took less than its limit. What keeps to it anywhere asks for no measurement of the machine, which
 * takes longer than most work.
 *
 * @param ms what it took
 * @param limit milliseconds on the machine that limits are meant for
 */
export async function keepsWithin(ms: number, limit: number): Promise<boolean> {
  return ms < limit || ms < (await limitHere(limit));
}

/** Expects the same. */
export async function expectWithin(ms: number, limit: number): Promise<void> {
  if (!(await keepsWithin(ms, limit))) expect(ms, 'milliseconds').toBeLessThan(limit);
}
