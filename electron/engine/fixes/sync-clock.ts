import { noParameters } from './parameters';
import { defineFix } from './plan';

/** Synchronizes the clock with the Windows time source. */
export const syncClock = defineFix({
  parameters: noParameters,
  plan: () => ({ changes: [{ kind: 'clock-sync' }] }),
});
