/** How long a thread keeps everything else of it waiting. */
import { readFileSync } from 'node:fs';

/** Processor time of this thread in milliseconds; of all threads where the system does not tell (proc(5)). */
function threadCpu(): number {
  if (process.platform === 'linux') {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6;
  }
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/**
 * Does some work with an eye on how long nothing else would have had its turn.
 *
 * @returns what came of it, and the longest stretch, in milliseconds of this thread's processor time
 */
export async function withStall<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  let longest = 0;
  let before = threadCpu();
  const turn = setInterval(() => {
    const now = threadCpu();
    longest = Math.max(longest, now - before);
    before = now;
  }, 1);
  try {
    const result = await work();
    return [result, longest];
  } finally {
    clearInterval(turn);
  }
}
