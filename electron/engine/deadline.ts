import { Unreadable } from './computer';

/** Timeout and AbortSignal of an operation. */
export interface Limit {
  /** Milliseconds; no timeout if omitted. */
  readonly ms?: number;
  readonly signal?: AbortSignal;
}

/** Ends a job and releases its resources; must not throw. */
type Close = () => void;

/**
 * Runs an event-driven job until its first result, its timeout or its abort, whichever comes first. The job is closed
 * exactly once in every case, so no socket, timer or child process outlives the promise.
 *
 * @param start starts the job and returns the function that closes it; `settle` and `fail` may be called at any time,
 *   but only the first call counts
 * @param late returns the result on timeout; if it throws, the promise rejects. By default it throws an
 *   {@link Unreadable}
 * @returns the result; rejects with the signal's reason on abort
 */
export function withDeadline<T>(
  { ms, signal }: Limit,
  start: (settle: (value: T) => void, fail: (error: Error) => void) => Close,
  late: () => T = timedOut,
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
    const abort = () => end(() => reject(signal?.reason as Error));
    const tooLate = () => end(() => void Promise.resolve().then(late).then(resolve, reject));
    // Timers run before network events. If the event loop was blocked, as happens while Windows starts a process,
    // setImmediate lets a result that arrived in time be handled first.
    const timer =
      ms === undefined ? undefined : setTimeout(() => setImmediate(tooLate), Math.max(0, ms));
    if (signal?.aborted === true) {
      abort();
      return;
    }
    signal?.addEventListener('abort', abort);
    const begun = start(
      (value) => end(() => resolve(value)),
      (error) => end(() => reject(error)),
    );
    // The job settled inside `start`, before its close function was available.
    if (over as boolean) begun();
    else close = begun;
  });
}

function timedOut(): never {
  throw new Unreadable('timed-out');
}

/**
 * Waits for a promise for no longer than the limit.
 *
 * @param ask receives a signal that aborts when the result is no longer needed
 * @param late as for {@link withDeadline}
 */
export function within<T>(
  limit: Limit,
  ask: (signal: AbortSignal) => Promise<T>,
  late?: () => T,
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

/** Returns a signal that aborts with the given one, or after `ms` milliseconds at the latest. */
export const signalWithTimeout = (ms: number, signal: AbortSignal): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(ms)]);

/** Returns a signal that never aborts, for operations that can't be canceled. */
export const neverAborted = (): AbortSignal => new AbortController().signal;

/** Returns the whole milliseconds since a `performance.now()` timestamp. */
export function msSince(start: number): number {
  return Math.round(performance.now() - start);
}
