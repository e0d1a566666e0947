import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { batches } from '../../../electron/ipc/batches';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('sends what came within a frame as one batch, in order', () => {
  const sent: (readonly number[])[] = [];
  const gathered = batches<number>((events) => sent.push(events));
  for (let event = 0; event < 2000; event += 1) {
    gathered.add(event);
    // 2,000 events in a second.
    vi.advanceTimersByTime(0.5);
  }
  vi.advanceTimersByTime(100);
  expect(sent.flat()).toEqual(Array.from({ length: 2000 }, (_, index) => index));
  expect(sent.length).toBeLessThanOrEqual(1000 / 16 + 1);
});

it('sends nothing when there is nothing, and all at once when told to', () => {
  const sent: (readonly string[])[] = [];
  const gathered = batches<string>((events) => sent.push(events));
  gathered.flush();
  vi.advanceTimersByTime(100);
  expect(sent).toEqual([]);
  gathered.add('a');
  gathered.add('b');
  gathered.flush();
  vi.advanceTimersByTime(100);
  expect(sent).toEqual([['a', 'b']]);
});
