import { noParameters } from './parameters';
import { defineFix } from './plan';

/** Has Windows set its clock by its time source. */
export const syncClock = defineFix({
  parameters: noParameters,
  plan: () => ({ changes: [{ kind: 'clock-sync' }] }),
});
