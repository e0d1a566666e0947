/**
 * A treatment: the fixes that lead from a sick PC to an activated one, each rehearsed on a simulated copy of the PC
 * before anything is touched. As people and other programs see it, in the language that was asked for.
 */
import type { AdminMessage } from './admin-message';
import type { FixId, VerdictCode } from './catalogue';
import type { Verdict } from './diagnosis';
import type { MessageKey } from './message';
import type { ChangeView, FixProgress, OutcomeView, PlanView } from './plan';

/** What a rehearsal has to take for granted, since nobody can read it from here; words under `treatment.restsOn`. */
export const RESTS_ON = [
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

/** One of {@link RESTS_ON}. */
export type RestsOn = (typeof RESTS_ON)[number];

/** What only a KMS host itself knows. */
export const OF_THE_HOST: readonly RestsOn[] = [
  'host-count',
  'host-activated',
  'host-clock',
  'product-served',
];

/** Clauses that say what an end rests on: all that only the KMS host knows is one, and so is that it refuses again. */
export function clausesOf({
  code,
  restsOn,
}: Pick<RehearsedVerdict, 'code' | 'restsOn'>): readonly MessageKey[] {
  const accepts = code === 'healthy' || OF_THE_HOST.every((one) => restsOn.includes(one));
  const all = restsOn.map((one): MessageKey => {
    if (!OF_THE_HOST.includes(one)) return `treatment.restsOn.${one}`;
    return accepts ? 'treatment.hostAccepts' : 'treatment.hostRefuses';
  });
  return [...new Set(all)];
}

/** A verdict that a rehearsal came to. */
export interface RehearsedVerdict {
  readonly code: VerdictCode;
  readonly certainty: Verdict['certainty'];
  /** In the order of {@link RESTS_ON}; nothing here means that all of it was read. */
  readonly restsOn: readonly RestsOn[];
}

/** A fix of a treatment, planned and rehearsed. */
export interface TreatmentStepView {
  readonly fix: FixId;
  readonly parameters: PlanView['parameters'];
  readonly changes: readonly ChangeView[];
  /** The verdict that it treats. */
  readonly because: VerdictCode;
  /** How the PC is after it. */
  readonly then: RehearsedVerdict;
}

/** Who has what is left to do: the recipient of its message, or this PC itself. */
export type LeftFor = AdminMessage['for'] | 'this-pc';

/** What a treatment cannot do, or goes round. */
export interface LeftView {
  readonly code: VerdictCode;
  readonly for: LeftFor;
  /** Headline, or the subject of the message. */
  readonly subject: string;
  /** The message to send, or what is wrong. */
  readonly text: string;
}

/** A treatment in words. */
export interface TreatmentView {
  readonly verdict: Pick<Verdict, 'code' | 'certainty'>;
  /** In the order in which they are done; empty where nothing can be done here. */
  readonly steps: readonly TreatmentStepView[];
  readonly ends: RehearsedVerdict;
  readonly left: readonly LeftView[];
  /** Copies that were diagnosed. */
  readonly rehearsals: number;
  /** Names the treatment: other fixes, parameters, targets or values after give another one. */
  readonly digest: string;
}

/** How a step ended; `refused`: nothing of it was begun. */
export type StepResult = OutcomeView['result'] | 'refused';

/** A step that was done, or tried. */
interface StepOutcomeView {
  readonly fix: FixId;
  /** Journal entry; null where nothing was done. */
  readonly entry: string | null;
  readonly rehearsed: VerdictCode;
  /** Null where the PC was not diagnosed after it. */
  readonly found: VerdictCode | null;
  readonly result: StepResult;
  /** Why it failed or was refused, and what became of it; else null. */
  readonly failure: string | null;
}

/**
 * How a treatment ended. `better`: it went as rehearsed, and the first cause is gone. `unchanged`: it went as
 * rehearsed, or was stopped, and the first cause stands. `departed`: a verdict came that was not rehearsed, or a step
 * was refused. `failed`: a step failed.
 */
export type TreatmentResult = 'healthy' | 'better' | 'unchanged' | 'departed' | 'failed';

/** What came of a treatment. */
export interface TreatmentOutcomeView {
  /** Id by which all of it can be taken back; null where nothing was done. */
  readonly treatment: string | null;
  readonly result: TreatmentResult;
  /** Those that were begun, in order. */
  readonly steps: readonly StepOutcomeView[];
  /** Null where the PC was not diagnosed after the last step. */
  readonly verdict: Pick<Verdict, 'code' | 'certainty'> | null;
  readonly left: readonly LeftView[];
  /** Why it ended before its last step, in a sentence; else null. */
  readonly why: string | null;
  /** What could be done from where the PC stands now; null where that is nothing, or was not looked at. */
  readonly next: TreatmentView | null;
}

/** How far a treatment has come. */
export type TreatmentProgress =
  | Extract<FixProgress, { type: 'asking' }>
  /** The PC is diagnosed, and the treatment compared with the one that was confirmed. */
  | { readonly type: 'looking' }
  | { readonly type: 'step-started'; readonly index: number }
  /** Of the step under way. */
  | { readonly type: 'fix'; readonly progress: Exclude<FixProgress, { type: 'asking' }> }
  /** What the step did does not show yet: the DNS cache is emptied and the look repeated. */
  | { readonly type: 'waiting'; readonly index: number }
  | {
      readonly type: 'step-finished';
      readonly index: number;
      readonly result: StepResult;
      readonly found: VerdictCode | null;
    };

/** What came of taking a treatment back. */
export interface TreatmentUndoView {
  readonly treatment: string;
  /** Whether all that can be taken back is. */
  readonly done: boolean;
  /** Last first. */
  readonly entries: readonly {
    readonly entry: string;
    readonly fix: FixId;
    readonly undone: boolean;
    /** What stays and why, or why nothing was done. */
    readonly notes: readonly string[];
  }[];
  /** Of the diagnosis afterwards; null where there was none. */
  readonly verdict: VerdictCode | null;
}
