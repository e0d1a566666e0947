/** Plans a treatment: searches for it on simulated copies of the PC, so that nothing is touched. */
import type { RunResult } from '../run';
import type { RehearsalOptions, Treatment } from './treatment';

/**
 * The best treatment of a PC as it was diagnosed; one without steps where nothing can be done here.
 *
 * @param result a finished run; its hosts in question are what a host is assigned from
 */
export function planTreatment(_result: RunResult, _options: RehearsalOptions): Promise<Treatment> {
  throw new Error('A treatment cannot be planned yet');
}
