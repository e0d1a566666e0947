/** Questions that are asked once, each within its limit and the end of the run. */
import { setMaxListeners } from 'node:events';
import { Unreadable, type Computer } from '../computer';
import { msSince, within } from '../deadline';
import { DEFAULT_LIMITS, type Limits } from './limits';

/** A computer keeps the limit itself; this much later it is presumed to hang. */
const GRACE_MS = 100;

const asUnreadable = (error: unknown): Unreadable =>
  error instanceof Unreadable ? error : new Unreadable('check-failed');

const ignore = (): void => undefined;

/** The answers of one computer in one run; who asks again gets the same one. */
export class AskOnce {
  private readonly memory = new Map<string, Promise<unknown>>();

  constructor(
    readonly computer: Computer,
    /** Ends the run: cancelled by the person or out of time. */
    protected readonly signal: AbortSignal,
    protected readonly limits: Limits = DEFAULT_LIMITS,
    /** Every answer is at hand: no limit is kept. */
    protected readonly atOnce = false,
  ) {
    // Every question under way listens for the end of the run; Node warns of a leak at the eleventh.
    setMaxListeners(0, signal);
  }

  /** What the questions of this run came to, by their keys; those still open are left out. */
  async readings(): Promise<ReadonlyMap<string, unknown>> {
    const settled = new Map<string, unknown>();
    const open = Symbol('open');
    for (const [key, fact] of this.memory) {
      const value: unknown = await Promise.race([fact, Promise.resolve(open)]).catch(asUnreadable);
      if (value !== open) settled.set(key, value);
    }
    return settled;
  }

  protected once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.memory.get(key);
    if (known !== undefined) return known as Promise<T>;
    const fact = Promise.resolve().then(ask);
    fact.catch(ignore);
    this.memory.set(key, fact);
    return fact;
  }

  protected provider<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.once(key, () => this.bounded(this.limits.provider, ask));
  }

  /** Runs a question within a limit and the run's end; `late` gives the answer that lateness itself is. */
  protected async bounded<T>(
    limitMs: number,
    ask: (signal: AbortSignal) => Promise<T>,
    late?: (ms: number) => T,
  ): Promise<T> {
    const started = performance.now();
    try {
      // Timers and signals for each of a hundred questions would cost more than the answers.
      if (this.atOnce) return await ask(this.signal);
      return await within(
        { ms: limitMs + GRACE_MS, signal: this.signal },
        ask,
        late && (() => late(msSince(started))),
      );
    } catch (error) {
      if (!this.signal.aborted) throw error;
      throw new Unreadable(this.signal.reason === 'timed-out' ? 'timed-out' : 'cancelled');
    }
  }
}
