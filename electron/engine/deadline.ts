import { Unreadable } from './computer';

/** How long a piece of waiting may take, and what ends it early. */
export interface Limit {
  /** Milliseconds; without an end where it is left out. */
  readonly ms?: number;
  readonly signal?: AbortSignal;
}

/** Ends a job and frees what it holds; must not throw. */
type Close = () => void;

/**
 * Runs a job made of events to its first result, its limit or its abortion, whichever comes first, and closes
 * it exactly once in every case: no socket, timer or child outlives the promise.
 *
 * @param start begins the job and returns what closes it; `settle` and `fail` may be called at any time, only
 *   the first call counts
 * @param late the result when the limit is over; may throw, which rejects
 * @returns the result; rejects with the signal's reason when aborted
 */
export function withDeadline<T>(
  { ms, signal }: Limit,
  start: (settle: (value: T) => void, fail: (error: Error) => void) => Close,
  late: () => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let over = false;
    let close: Close | null = null;
    const end = (conclude: () => void) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      close?.();
      conclude();
    };
    const abort = () => {
      end(() => {
        reject(signal?.reason as Error);
      });
    };
    const tooLate = () => {
      end(() => {
        Promise.resolve().then(late).then(resolve, reject);
      });
    };
    // Timers go before events of the network: after a moment in which nothing could run, as Windows has them while
    // it starts a program, a result that came in time is heard first.
    const timer =
      ms === undefined ? undefined : setTimeout(() => setImmediate(tooLate), Math.max(0, ms));
    if (signal?.aborted === true) {
      abort();
      return;
    }
    signal?.addEventListener('abort', abort);
    const begun = start(
      (value) => {
        end(() => {
          resolve(value);
        });
      },
      (error) => {
        end(() => {
          reject(error);
        });
      },
    );
    // A job that settled while it started has not been closed: there was nothing to call yet.
    if (over as boolean) begun();
    else close = begun;
  });
}

/**
 * Waits for a promise no longer than a limit allows.
 *
 * @param ask gets a signal that is aborted when nobody waits any more
 * @param late the result when the limit is over; without it, that is unreadable
 */
export function within<T>(
  limit: Limit,
  ask: (signal: AbortSignal) => Promise<T>,
  late: () => T = () => {
    throw new Unreadable('timed-out');
  },
): Promise<T> {
  return withDeadline<T>(
    limit,
    (settle, fail) => {
      const over = new AbortController();
      let asking = true;
      const answer = async (): Promise<T> => {
        try {
          return await ask(over.signal);
        } finally {
          asking = false;
        }
      };
      answer().then(settle, fail);
      return () => {
        if (asking) over.abort();
      };
    },
    late,
  );
}

/** A signal that goes with another one, and at the latest after some milliseconds. */
export const limitedTo = (ms: number, signal: AbortSignal): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(ms)]);

/** For what nobody stops. */
export const neverAborted = (): AbortSignal => new AbortController().signal;

/** Whole milliseconds since a reading of `performance.now()`. */
export function msSince(start: number): number {
  return Math.round(performance.now() - start);
}
