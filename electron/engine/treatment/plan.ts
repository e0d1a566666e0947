/** Plans a treatment: searches for it on simulated copies of the PC, so that nothing is touched. */
import { hash } from 'node:crypto';
import { canonicalJson } from '../changes/state';
import type { RunResult } from '../run';
import { copyOf } from './copy';
import { leftAfter } from './left';
import { Rehearsals } from './rehearsal';
import { searchCourse } from './search';
import type { RehearsalOptions, Treatment, TreatmentStep } from './treatment';

/**
 * The best treatment of a PC as it was diagnosed; one without steps where nothing can be done here.
 *
 * @param result a finished run; its hosts in question are what a host is assigned from
 * @throws the reason of the signal where that stops it
 */
export async function planTreatment(
  result: RunResult,
  options: RehearsalOptions,
): Promise<Treatment> {
  const { code, certainty } = result.diagnosis.verdict;
  const verdict = { code, certainty };
  if (code === 'healthy') {
    const ends = { ...verdict, restsOn: [] };
    return { verdict, steps: [], ends, left: [], rehearsals: 0, digest: digestOf([]) };
  }
  const rehearsals = new Rehearsals(result, copyOf(result), options);
  const start = await rehearsals.begin();
  // A copy that is not as sick as the PC proves nothing.
  const isFaithful = code !== 'cannot-diagnose' && start.verdict.code === code;
  const course = isFaithful ? await searchCourse(start, rehearsals, result, options) : null;
  const steps = course?.steps ?? [];
  return {
    verdict,
    steps,
    ends: course?.ends ?? { ...verdict, restsOn: [] },
    left: leftAfter(course?.state ?? start, course),
    rehearsals: rehearsals.count,
    digest: digestOf(steps),
  };
}

/** What a confirmation binds: each fix with its parameters, and what it changes where to what. */
function digestOf(steps: readonly TreatmentStep[]): string {
  const bound = steps.map(({ fix, parameters, changes }) => ({ fix, parameters, changes }));
  return hash('sha256', canonicalJson(bound));
}
