/** The raw answers of the fleet script (`KMSD2`), and the case that they make. */
import type { ScenarioFile } from '@shared/scenario';

/**
 * The case that the answers of the fleet script make: what it did not ask, or had no room for, is unread or left out.
 *
 * @param answers parsed JSON of whoever wrote it
 * @returns null where it is not what the script writes
 */
export function caseOfAnswers(_answers: unknown): ScenarioFile | null {
  throw new Error('not built yet');
}
