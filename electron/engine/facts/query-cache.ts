/** Memoized queries, each bounded by its time limit and the end of the run. */
import { setMaxListeners } from 'node:events';
import { Unreadable, type Computer } from '../computer';
import { msSince, within } from '../deadline';
import { getOrCreate } from '@shared/get-or-create';
import { DEFAULT_LIMITS, type Limits } from './limits';

/** Grace period in milliseconds. The computer enforces the limit itself; if it's this late, it's presumed hung. */
const GRACE_MS = 100;

const toUnreadable = (error: unknown): Unreadable =>
  error instanceof Unreadable ? error : new Unreadable('check-failed');

/** Returns a promise that may be rejected although nothing awaits it, which would otherwise end the process. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** Memoizes the answers of one computer in one run: repeated queries share a promise. */
export class QueryCache {
  private readonly memory = new Map<string, Promise<unknown>>();

  constructor(
    readonly computer: Computer,
    /** Aborts when the run ends: canceled by the user, or timed out. */
    protected readonly signal: AbortSignal,
    protected readonly limits: Limits = DEFAULT_LIMITS,
    /** Whether all answers are available immediately, so that no limits apply. */
    protected readonly atOnce = false,
  ) {
    // Every pending query listens on this signal; Node would warn of a leak at the eleventh.
    setMaxListeners(0, signal);
  }

  /** Returns the results of this run's queries by key, without those still pending. */
  async readings(): Promise<ReadonlyMap<string, unknown>> {
    const settled = new Map<string, unknown>();
    const open = Symbol('open');
    for (const [key, fact] of this.memory) {
      const value: unknown = await Promise.race([fact, Promise.resolve(open)]).catch(toUnreadable);
      if (value !== open) settled.set(key, value);
    }
    return settled;
  }

  protected once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const begin = () => handled(Promise.resolve().then(ask));
    return getOrCreate(this.memory, key, begin) as Promise<T>;
  }

  /** Returns a function that returns the fact and queries it only once. */
  protected fact<T>(key: string, ask: () => Promise<T>): () => Promise<T> {
    return () => this.once(key, ask);
  }

  /** The same for a fact from a Windows provider, which has a time limit. */
  protected provided<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): () => Promise<T> {
    return () => this.provider(key, ask);
  }

  protected provider<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.once(key, () => this.bounded(this.limits.provider, ask));
  }

  /**
   * Runs a query within its time limit and the run's. `late` returns the answer for a timeout, if a timeout is an
   * answer.
   */
  protected async bounded<T>(
    limitMs: number,
    ask: (signal: AbortSignal) => Promise<T>,
    late?: (ms: number) => T,
  ): Promise<T> {
    const started = performance.now();
    try {
      // Timers and signals for each of a hundred queries would cost more than the answers.
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
