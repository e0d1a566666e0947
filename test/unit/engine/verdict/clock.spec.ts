/** Whether the clock of this PC is right, suspect or off. */
import { describe, expect, it } from 'vitest';
import { isClockOff, isClockSuspect, isOwnClockRight } from '@engine/verdict/clock';
import { CLIENT, read, unread } from '../facts/fact-snapshots';

const ahead = (minutes: number) => ({
  snapshot: { ...CLIENT, clock: read({ minutes, source: 'dc1' }) },
});
const UNREAD = { snapshot: { ...CLIENT, clock: unread() } };

describe('the clock', () => {
  it('is off beyond the limit, but never if it is unread', () => {
    expect([240, -240, 241, -241].map((minutes) => isClockOff(ahead(minutes)))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(isClockOff(UNREAD)).toBe(false);
  });

  it('is right within half of the tolerance of KMS, and suspect beyond it', () => {
    expect([120, -120].map((minutes) => isOwnClockRight(ahead(minutes)))).toEqual([true, true]);
    expect([121, -121, 240].map((minutes) => isClockSuspect(ahead(minutes)))).toEqual([
      true,
      true,
      true,
    ]);
    expect([121, 241].map((minutes) => isOwnClockRight(ahead(minutes)))).toEqual([false, false]);
    expect([isOwnClockRight(UNREAD), isClockSuspect(UNREAD)]).toEqual([false, false]);
  });
});
