import { z } from 'zod';
import { storedChange, defineChange } from './change';
import { system32 } from './commands';

/**
 * Tolerated clock offset in minutes: the Windows Time service steps the clock if it's further off and slews it
 * otherwise (Microsoft: "Windows Time service tools and settings", MaxAllowedPhaseOffset, 300 s in a domain).
 */
const TOLERANCE_MINUTES = 5;

/** Synchronizes the clock with the Windows time source. Not undone, since the previous time was wrong. */
export const clockSync = defineChange({
  schema: storedChange('clock-sync', {}),
  /** Minutes that the clock is ahead; null if no time source could be queried before. */
  stateSchema: z.strictObject({ minutes: z.number(), source: z.string() }).nullable(),
  async readState(facts) {
    const { minutes, source } = await facts.clock();
    return { minutes, source };
  },
  apply: (computer, _, _secrets, signal) => computer.syncClock(signal),
  isDone: (state) => state !== null && Math.abs(state.minutes) <= TOLERANCE_MINUTES,
  volatile: true,
  mayStartUnknown: true,
  title: () => ({ key: 'changes.clock-sync.title' }),
  manualSteps: () => [system32('w32tm.exe', '/resync')],
  showBefore: (state) =>
    state === null
      ? { key: 'changes.clock-sync.unknown' }
      : {
          key: 'changes.clock-sync.off',
          params: { minutes: Math.round(state.minutes), source: state.source },
        },
  showAfter: () => ({ key: 'changes.clock-sync.after' }),
  irreversibleReason: () => ({ key: 'changes.clock-sync.noWayBack' }),
});
