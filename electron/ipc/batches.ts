/** Gathers events, so that the page is woken at most once a frame however many there are. */

/** About one frame of a 60 Hz screen. */
const FRAME_MS = 16;

/** A gatherer of events. */
export interface Batches<T> {
  /** Adds an event; it goes out with the next batch. */
  readonly add: (event: T) => void;
  /** Sends what is there at once. */
  readonly flush: () => void;
}

/** Makes a gatherer that hands its batches to `send`, in order and never empty. */
export function batches<T>(send: (events: readonly T[]) => void): Batches<T> {
  let waiting: T[] = [];
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    send(batch);
  };
  return {
    add: (event) => {
      waiting.push(event);
      timer ??= setTimeout(flush, FRAME_MS);
    },
    flush,
  };
}
