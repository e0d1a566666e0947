/** What a piece of work takes of the processor, and how long it keeps others from their turn. */
import { readFileSync } from 'node:fs';

/** Milliseconds of processor time that some work takes, the least of some tries: others may be at work here. */
export async function cpuMs(work: () => unknown, tries = 3): Promise<number> {
  let least = Infinity;
  for (let n = 0; n < tries; n += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}

/** Processor time of this thread in milliseconds; of all threads where the system does not tell (proc(5)). */
function threadCpu(): number {
  if (process.platform === 'linux') {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6;
  }
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/**
 * Does some work with an eye on how long nothing else had its turn.
 *
 * @returns what came of it, and the longest stretch, in milliseconds of this thread's processor time
 */
export async function longestTurn<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  let longest = 0;
  let before = threadCpu();
  const look = (): void => {
    const now = threadCpu();
    longest = Math.max(longest, now - before);
    before = now;
  };
  const turns = setInterval(look, 1);
  try {
    const result = await work();
    look();
    return [result, longest];
  } finally {
    clearInterval(turns);
  }
}

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
 * A limit of processor time on a slower machine, or on one whose other cores slow this one down: it grows with what a
 * known piece of work takes at that moment, and never shrinks.
 *
 * @param ms milliseconds on the machine that limits are meant for
 */
export async function limitHere(ms: number): Promise<number> {
  // The first rounds are compiled on the way.
  return ms * Math.max(1, (await cpuMs(knownWork, 12)) / MEANT_MS);
}
