/**
 * A treatment: the fixes that lead from an unhealthy PC to an activated one, each rehearsed on a simulated copy of the
 * PC before anything is changed. In the form that users and other programs see, in the requested language.
 */
import type { AdminMessage } from './admin-message';
import type { FixId, VerdictCode } from './catalog';
import type { Verdict } from './diagnosis';
import type { MessageKey } from './message';
import type { FixProgress, OutcomeView, PlanView } from './plan';

/** Assumptions of a rehearsal about facts that can't be read from here; texts are under `treatment.restsOn`. */
export const ASSUMPTIONS = [
  'licence-unread',
  'resolver-cache',
  'dns-replication',
  'rights',
  'host-count',
  'host-activated',
  'host-clock',
  'product-served',
  'microsoft-activation',
] as const;

/** One of {@link ASSUMPTIONS}. */
export type Assumption = (typeof ASSUMPTIONS)[number];

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

/** A verdict reached by a rehearsal. */
export interface RehearsedVerdict extends Pick<Verdict, 'code' | 'certainty'> {
  /** In the order of {@link ASSUMPTIONS}; empty means that every fact was read. */
  readonly restsOn: readonly Assumption[];
}

/** A fix of a treatment, planned and rehearsed. */
export interface TreatmentStepView extends Pick<PlanView, 'fix' | 'parameters' | 'changes'> {
  /** The verdict that it fixes. */
  readonly because: VerdictCode;
  /** The verdict expected after it. */
  readonly then: RehearsedVerdict;
}

/** Who has to do the remaining work: the recipient of its message, or this PC itself. */
export type LeftFor = AdminMessage['for'] | 'this-pc';

/** Work that a treatment can't do, or works around. */
export interface LeftView {
  readonly code: VerdictCode;
  readonly for: LeftFor;
  /** Headline, or the subject of the message. */
  readonly subject: string;
  /** The message to send, or a description of the problem. */
  readonly text: string;
}

/** A treatment prepared for display. */
export interface TreatmentView {
  readonly verdict: Pick<Verdict, 'code' | 'certainty'>;
  /** In order of execution; empty if nothing can be done here. */
  readonly steps: readonly TreatmentStepView[];
  readonly ends: RehearsedVerdict;
  readonly left: readonly LeftView[];
  /** Number of copies that were diagnosed. */
  readonly rehearsals: number;
  /** Identifies the treatment: it changes with its fixes, parameters, targets and resulting values. */
  readonly digest: string;
}

/** Result of a step; `refused`: not started. */
export type StepResult = OutcomeView['result'] | 'refused';

/** A step that was done or attempted. */
interface StepOutcomeView extends Pick<OutcomeView, 'fix' | 'entry'> {
  readonly rehearsed: VerdictCode;
  /** Null if the PC wasn't diagnosed after it. */
  readonly found: VerdictCode | null;
  readonly result: StepResult;
  /** Why it failed or was refused, and how that was handled; else null. */
  readonly failure: string | null;
}

/**
 * Result of a treatment. `better`: it went as rehearsed, and the first cause is gone. `unchanged`: it went as
 * rehearsed, or was stopped, and the first cause remains. `departed`: the verdict differed from the rehearsal, or a
 * step was refused. `failed`: a step failed.
 */
export type TreatmentResult = 'healthy' | 'better' | 'unchanged' | 'departed' | 'failed';

/** Outcome of a treatment. */
export interface TreatmentOutcomeView {
  /** ID for undoing all of it; null if nothing was done. */
  readonly treatment: string | null;
  readonly result: TreatmentResult;
  /** The steps that were started, in order. */
  readonly steps: readonly StepOutcomeView[];
  /** Null if the PC wasn't diagnosed after the last step. */
  readonly verdict: Pick<Verdict, 'code' | 'certainty'> | null;
  readonly left: readonly LeftView[];
  /** Why it ended before its last step, in a sentence; else null. */
  readonly why: string | null;
  /** The treatment available from the PC's current state; null if there is none or none was computed. */
  readonly next: TreatmentView | null;
}

/** Progress of a treatment. */
export type TreatmentProgress =
  | Extract<FixProgress, { type: 'asking' }>
  /** The PC is being diagnosed, and the treatment compared with the confirmed one. */
  | { readonly type: 'looking' }
  | { readonly type: 'step-started'; readonly index: number }
  /** Progress of the current step. */
  | { readonly type: 'fix'; readonly progress: Exclude<FixProgress, { type: 'asking' }> }
  /** The step's effect isn't visible yet: the DNS cache is cleared and the diagnosis repeated. */
  | { readonly type: 'waiting'; readonly index: number }
  | {
      readonly type: 'step-finished';
      readonly index: number;
      readonly result: StepResult;
      readonly found: VerdictCode | null;
    };

/** Outcome of undoing a treatment. */
export interface TreatmentUndoView {
  readonly treatment: string;
  /** Whether everything that can be undone has been undone. */
  readonly done: boolean;
  /** Most recent first. */
  readonly entries: readonly {
    readonly entry: string;
    readonly fix: FixId;
    readonly undone: boolean;
    /** What remains and why, or why nothing was done. */
    readonly notes: readonly string[];
  }[];
  /** Verdict of the subsequent diagnosis; null if there was none. */
  readonly verdict: VerdictCode | null;
}
