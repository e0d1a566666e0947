/**
 * Starts programs one at a time. Windows makes Node wait while it starts one (CreateProcess), which a virus scanner
 * stretches: twenty of them at once would hold up everything else, answers of the network among it. So there is one
 * start in each turn of the event loop, and what matters most goes first.
 */

/** How soon something is wanted; lower goes first. */
export const PRIORITY = {
  /** What the probes of the network wait for. */
  network: 0,
  /** What takes long by itself. */
  slow: 1,
  other: 2,
} as const;

/** One of {@link PRIORITY}. */
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

interface Waiting {
  readonly priority: Priority;
  readonly go: () => void;
}

/** Programs that run at the same time; a PC that is sick is often slow as well. */
const MOST = 4;

/** The queue of one PC. */
export class ProcessQueue {
  private readonly waiting: Waiting[] = [];
  private running = 0;
  private scheduled = false;

  /** Does a job when its turn has come; not more than {@link MOST} at once. */
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

  /** Waits for a turn, for what stays once it was started. */
  turn(priority: Priority): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ priority, go: resolve });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.waiting.length === 0 || this.running >= MOST) return;
    this.scheduled = true;
    // After the events of this turn: an answer that is there is heard before the next program is started.
    setImmediate(() => {
      this.scheduled = false;
      if (this.running < MOST) this.takeNext()?.go();
      // The one that goes counts from its next step on.
      setImmediate(() => {
        this.schedule();
      });
    });
  }

  private takeNext(): Waiting | undefined {
    const first = Math.min(...this.waiting.map(({ priority }) => priority));
    return this.waiting.splice(
      this.waiting.findIndex(({ priority }) => priority === first),
      1,
    )[0];
  }
}
