import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { batchEvents } from '../../../electron/ipc/batches';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('sends the events of a frame in one batch, in order', () => {
  const sent: (readonly number[])[] = [];
  const emit = batchEvents<number>((events) => sent.push(events));
  for (let event = 0; event < 2000; event += 1) {
    emit(event);
    // 2,000 events in a second.
    vi.advanceTimersByTime(0.5);
  }
  vi.advanceTimersByTime(100);
  expect(sent.flat()).toEqual(Array.from({ length: 2000 }, (_, index) => index));
  expect(sent.length).toBeLessThanOrEqual(1000 / 16 + 1);
});

it("doesn't send empty batches", () => {
  const sent: (readonly string[])[] = [];
  const emit = batchEvents<string>((events) => sent.push(events));
  for (const event of ['a', 'b']) {
    vi.advanceTimersByTime(100);
    emit(event);
  }
  expect(sent).toEqual([['a']]);
  vi.advanceTimersByTime(100);
  expect(sent).toEqual([['a'], ['b']]);
});
