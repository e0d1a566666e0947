/** Batches events, so that the page is updated at most once per frame. */

/** About one frame at 60 Hz. */
const FRAME_MS = 16;

/** Returns a function that collects events and sends them in batches, in order. Batches are never empty. */
export function batchEvents<T>(send: (events: readonly T[]) => void): (event: T) => void {
  let waiting: T[] = [];
  return (event) => {
    waiting.push(event);
    if (waiting.length > 1) return;
    setTimeout(() => {
      const batch = waiting;
      waiting = [];
      send(batch);
    }, FRAME_MS);
  };
}
