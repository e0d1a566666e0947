/**
 * A treatment: the fixes that lead from an unhealthy PC to an activated one, each rehearsed on a simulated copy of the
 * PC before anything is changed. In the form that users and other programs see, in the requested language.
 */
import type * as schemas from './change-schemas';
import type { ViewOf } from './change-schemas';
import type { MessageKey } from './message';
import type { Asking } from './plan';

/** An assumption of a rehearsal about facts that can't be read from here. */
export type Assumption = (typeof schemas.ASSUMPTIONS)[number];
/** A verdict reached by a rehearsal. */
export type RehearsedVerdict = ViewOf<typeof schemas.rehearsedVerdict>;
/** A fix of a treatment, planned and rehearsed. */
export type TreatmentStepView = ViewOf<typeof schemas.treatmentStepView>;
/** Work that a treatment can't do, or works around. */
export type LeftView = ViewOf<typeof schemas.leftView>;
/** Who has to do the remaining work: the recipient of its message, or this PC itself. */
export type LeftFor = LeftView['for'];
/** A treatment prepared for display. */
export type TreatmentView = ViewOf<typeof schemas.treatmentView>;
/** Result of a step; `refused`: not started. */
export type StepResult = ViewOf<typeof schemas.stepResult>;
/** Outcome of a treatment. */
export type TreatmentOutcomeView = ViewOf<typeof schemas.treatmentOutcomeView>;
/** Result of a treatment. */
export type TreatmentResult = TreatmentOutcomeView['result'];
/** Outcome of undoing a treatment. */
export type TreatmentUndoView = ViewOf<typeof schemas.treatmentUndoView>;
/** Progress of a treatment. */
export type TreatmentProgress = Asking | ViewOf<typeof schemas.treatmentProgress>;

/** Assumptions that only the KMS host itself can confirm. */
export const HOST_ASSUMPTIONS: readonly Assumption[] = [
  'host-count',
  'host-activated',
  'host-clock',
  'product-served',
];

/**
 * Returns the clauses describing the assumptions behind a result. All assumptions about the KMS host share one clause,
 * whether it is expected to accept or to refuse.
 */
export function clausesOf({
  code,
  restsOn,
}: Pick<RehearsedVerdict, 'code' | 'restsOn'>): readonly MessageKey[] {
  const accepts = code === 'healthy' || HOST_ASSUMPTIONS.every((one) => restsOn.includes(one));
  const all = restsOn.map((one): MessageKey => {
    if (!HOST_ASSUMPTIONS.includes(one)) return `treatment.restsOn.${one}`;
    return accepts ? 'treatment.hostAccepts' : 'treatment.hostRefuses';
  });
  return [...new Set(all)];
}
