/** CPU time limits that also work on slower machines. */
import { expect } from 'vitest';
import { cpuMs } from './turns';

const ROWS = Array.from({ length: 8_000 }, (_, row) => ({
  name: `kms${row}.contoso.com`,
  addresses: [`10.0.${row % 256}.20`],
  port: 1688,
}));

/** Works on strings and objects, like most of this program. */
function referenceWork(): unknown {
  const rows = JSON.parse(JSON.stringify(ROWS)) as typeof ROWS;
  rows.sort((a, b) => (a.name < b.name ? 1 : -1));
  return new Map(rows.map((row) => [row.name.replace(/\d+/, ''), row]));
}

/** CPU time in ms of the reference work on the machine that limits refer to: one that starts Node in 75 ms. */
const REFERENCE_MS = 6.5;

/**
 * Scales a limit for a slower machine, or for one whose other cores slow this one down: it grows with the CPU time that
 * the reference work takes at that moment, and never shrinks.
 */
async function limitHere(limit: number): Promise<number> {
  // The first rounds include compilation.
  return limit * Math.max(1, (await cpuMs(referenceWork, 12)) / REFERENCE_MS);
}

/**
 * Whether an operation stayed within its limit. If it meets the unscaled limit, the machine isn't measured, which would
 * take longer than most operations.
 *
 * @param ms time it took
 * @param limit limit in ms on the machine that limits refer to
 */
export async function isWithinLimit(ms: number, limit: number): Promise<boolean> {
  return ms < limit || ms < (await limitHere(limit));
}

/** Expects an operation to stay within its limit. */
export async function expectCpuTimeWithin(ms: number, limit: number): Promise<void> {
  if (!(await isWithinLimit(ms, limit))) expect(ms, 'milliseconds').toBeLessThan(limit);
}
