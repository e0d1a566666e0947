import type { Fix } from './plan';

/** Has Windows set its clock by its time source. */
export const syncClock: Fix<'sync-clock'> = {
  plan: () => ({ changes: [{ kind: 'clock-sync' }] }),
};
