/** How long a piece of work keeps others from their turn. */

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

/** The longest time in which nothing else had one, in milliseconds of processor time: others may be at work here. */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let before = process.cpuUsage();
  const look = (): void => {
    const { user, system } = process.cpuUsage(before);
    longest = Math.max(longest, (user + system) / 1_000);
    before = process.cpuUsage();
  };
  const turns = setInterval(look, 1);
  try {
    await work();
    look();
    return longest;
  } finally {
    clearInterval(turns);
  }
}
