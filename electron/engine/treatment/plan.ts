/** Plans a treatment by searching on simulated copies of the PC, without changing the PC itself. */
import type { ApplyRequest } from '../changes/executor';
import { hashOf } from '../changes/state';
import type { RunResult } from '../run';
import { copyOf } from './copy';
import { expectedRemaining } from './left';
import { Rehearsals } from './rehearsal';
import { searchCourse } from './search';
import type { RehearsalOptions, Treatment } from './treatment';

/**
 * Returns the best treatment for a diagnosed PC; it has no steps if nothing can be done here.
 *
 * @param result a finished run; hosts to assign are chosen from its hosts in question
 * @throws the signal's abort reason if aborted
 */
export async function planTreatment(
  result: RunResult,
  options: RehearsalOptions,
): Promise<Treatment> {
  const { code, certainty } = result.diagnosis.verdict;
  const verdict = { code, certainty };
  if (code === 'healthy') {
    const ends = { ...verdict, restsOn: [] };
    return { verdict, steps: [], ends, left: [], rehearsals: 0, digest: treatmentDigest([]) };
  }
  const rehearsals = new Rehearsals(result, copyOf(result), options);
  const start = await rehearsals.begin();
  // A copy with a different verdict than the PC proves nothing.
  const isFaithful = code !== 'cannot-diagnose' && start.verdict.code === code;
  const course = isFaithful ? await searchCourse(start, rehearsals, result, options) : null;
  const steps = course?.steps.map(({ step }) => step) ?? [];
  return {
    verdict,
    steps,
    ends: course?.ends ?? { ...verdict, restsOn: [] },
    left: expectedRemaining(course?.state ?? start, course),
    rehearsals: rehearsals.count,
    digest: treatmentDigest(steps),
  };
}

/** Returns the digest of what the user confirms: each fix with its parameters, and its changes with their new values. */
export function treatmentDigest(steps: readonly ApplyRequest[]): string {
  return hashOf(steps.map(({ fix, parameters, changes }) => ({ fix, parameters, changes })));
}
