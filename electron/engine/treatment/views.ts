/** Localized views of treatments and their outcomes, for the window, the console and other programs. */
import { writeMessage } from '@shared/admin-message';
import type { TargetInfo } from '@shared/diagnosis';
import { translateMessage, translateMessages, type Translate } from '@shared/i18n';
import type { LeftView, TreatmentOutcomeView, TreatmentView } from '@shared/treatment';
import { viewChanges } from '../fixes/views';
import type { LeftItem, Treatment, TreatmentOutcome } from './treatment';

/** The PC being treated; messages include its name. */
type Patient = Pick<TargetInfo, 'computer' | 'os'>;

/** Returns the localized view of a treatment. */
export function viewTreatment(treatment: Treatment, pc: Patient, t: Translate): TreatmentView {
  return {
    ...treatment,
    steps: treatment.steps.map(({ before, ...step }) => ({
      ...step,
      changes: viewChanges({ changes: step.changes, before }, t),
    })),
    left: treatment.left.map((item) => viewLeft(item, pc, t)),
  };
}

/** Returns the localized view of a treatment's outcome. */
export function viewTreatmentOutcome(
  outcome: TreatmentOutcome,
  pc: Patient,
  t: Translate,
): TreatmentOutcomeView {
  const { treatment, result, steps, recheck, left, why, next } = outcome;
  const verdict = recheck?.diagnosis.verdict;
  return {
    treatment,
    result,
    steps: steps.map(({ failure, ...step }) => ({
      ...step,
      failure: failure.length === 0 ? null : translateMessages(t, failure),
    })),
    verdict: verdict === undefined ? null : { code: verdict.code, certainty: verdict.certainty },
    left: left.map((item) => viewLeft(item, pc, t)),
    why: why === null ? null : translateMessage(t, why),
    next: next === null ? null : viewTreatment(next, pc, t),
  };
}

/** Returns a remaining item: the message to the person who can fix it, otherwise a description of the problem. */
function viewLeft(
  { code, for: whom, verdict, message }: LeftItem,
  pc: Patient,
  t: Translate,
): LeftView {
  if (message !== null) {
    const { subject, text } = writeMessage(message, pc, t);
    return { code, for: whom, subject, text };
  }
  const text = translateMessages(t, [verdict.summary, ...(verdict.notes ?? [])]);
  return { code, for: whom, subject: translateMessage(t, verdict.title), text };
}
