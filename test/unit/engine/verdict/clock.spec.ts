/** How right a clock is, and whose is wrong. */
import { describe, expect, it } from 'vitest';
import { isClockOff, isClockSuspect, isOwnClockRight } from '@engine/verdict/clock';
import { CLIENT, read, unread } from '../facts/fact-snapshots';

const ahead = (minutes: number) => ({
  snapshot: { ...CLIENT, clock: read({ minutes, source: 'dc1' }) },
});
const UNREAD = { snapshot: { ...CLIENT, clock: unread() } };

describe('the clock', () => {
  it('is off beyond the limit, and never where it was not read', () => {
    expect([240, -240, 241, -241].map((minutes) => isClockOff(ahead(minutes)))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(isClockOff(UNREAD)).toBe(false);
  });

  it('is right where it has the smaller half of what KMS allows, and suspect with the larger one', () => {
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
