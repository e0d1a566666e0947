/**
 * Starts programs one at a time. Node blocks while Windows starts a program (CreateProcess), even longer with a virus
 * scanner: starting twenty together would delay everything else, including network responses. So only one is started
 * per turn of the event loop, the one with the highest priority first.
 */

/** Priorities; lower numbers go first. */
export const PRIORITY = {
  /** Network probes wait for it. */
  network: 0,
  /** It takes long by itself. */
  slow: 1,
  other: 2,
} as const;

/** One of {@link PRIORITY}. */
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

/** Maximum number of programs that run at the same time; a PC with problems is often slow too. */
const MAX_RUNNING = 4;

/** The queue of one PC. */
export class ProcessQueue {
  /** Highest priority first. */
  private readonly waiting: { readonly priority: Priority; readonly go: () => void }[] = [];
  private running = 0;
  private scheduled = false;

  /** Runs a job when its turn comes; no more than {@link MAX_RUNNING} at the same time. */
  async run<T>(priority: Priority, job: () => Promise<T>): Promise<T> {
    await this.turn(priority);
    this.running += 1;
    try {
      return await job();
    } finally {
      this.running -= 1;
      this.schedule();
    }
  }

  /** Waits for a turn to start a long-lived process, which doesn't count toward the maximum. */
  turn(priority: Priority): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ priority, go: resolve });
      this.waiting.sort((one, other) => one.priority - other.priority);
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.waiting.length === 0 || this.running >= MAX_RUNNING) return;
    this.scheduled = true;
    // After the events of this turn, so that pending responses are handled before the next program starts.
    setImmediate(() => {
      this.scheduled = false;
      if (this.running < MAX_RUNNING) this.waiting.shift()?.go();
      // The started job is counted only in a later microtask, so the next check has to wait for that.
      setImmediate(() => {
        this.schedule();
      });
    });
  }
}
