/** Measures the CPU time of an operation, and how long it blocks the event loop. */
import { readFileSync } from 'node:fs';

/** Returns the CPU time of an operation in ms: the minimum of several tries, because of other load on the machine. */
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

/** Returns the CPU time of this thread in ms, or of all threads if the system doesn't report it (proc(5)). */
function threadCpu(): number {
  if (process.platform === 'linux') {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6;
  }
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/**
 * Runs an operation and measures how long it blocks the event loop.
 *
 * @returns its result, and the longest block in ms of this thread's CPU time
 */
export async function longestBlock<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  let longest = 0;
  let before = threadCpu();
  const sample = (): void => {
    const now = threadCpu();
    longest = Math.max(longest, now - before);
    before = now;
  };
  const turns = setInterval(sample, 1);
  try {
    const result = await work();
    sample();
    return [result, longest];
  } finally {
    clearInterval(turns);
  }
}
