/** Gathers events, so that the page is woken at most once a frame however many there are. */

/** About one frame of a 60 Hz screen. */
const FRAME_MS = 16;

/** Sends each event that it is called with in a batch; in order, and never an empty one. */
export function inBatches<T>(send: (events: readonly T[]) => void): (event: T) => void {
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
