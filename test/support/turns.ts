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
