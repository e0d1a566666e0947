/** A treatment as data: the rehearsed plan, the remaining items and the outcome. */
import type { AdminMessage } from '@shared/admin-message';
import type { FixId, VerdictCode } from '@shared/catalog';
import type { Verdict } from '@shared/diagnosis';
import type { Message } from '@shared/message';
import type { ScenarioFile } from '@shared/scenario';
import type {
  LeftView,
  RehearsedVerdict,
  TreatmentOutcomeView,
  TreatmentView,
} from '@shared/treatment';
import type { ApplyRequest } from '../changes/executor';
import type { Computer } from '../computer';
import type { GivenParameters } from '../fixes/plan';
import type { RunResult } from '../run';

/** A fix in a treatment, as rehearsed. Planning with its parameters again gives the same changes. */
export interface TreatmentStep extends ApplyRequest {
  /** The verdict that it treats. */
  readonly because: VerdictCode;
  readonly then: RehearsedVerdict;
}

/** A problem left to others or to the user of this PC. */
export interface LeftItem extends Pick<LeftView, 'code' | 'for'> {
  readonly verdict: Pick<Verdict, 'title' | 'summary' | 'notes'>;
  readonly message: AdminMessage | null;
  /** Index of the step that works around it; null if it remains at the end. */
  readonly roundBy: number | null;
}

/**
 * A complete treatment. Its digest covers what the user confirms: each step's fix, parameters and changes, with their
 * targets and new values.
 */
export interface Treatment extends Omit<TreatmentView, 'steps' | 'left'> {
  readonly steps: readonly TreatmentStep[];
  /** In verdict order. */
  readonly left: readonly LeftItem[];
}

/** A copy of a PC that fixes are rehearsed on. Opens no sockets, and no files except a key file given by the user. */
export interface SimulatedComputer extends Computer {
  /** Returns the case with the changes made so far. */
  document(): ScenarioFile;
}

/** Options for planning a treatment from a diagnosis. */
export interface RehearsalOptions {
  /** Creates a simulated PC from a case. */
  readonly simulate: (file: ScenarioFile) => SimulatedComputer;
  /** Parameters given by the user. A fix that requires them is rehearsed only if they're present. */
  readonly given?: Readonly<Partial<Record<FixId, GivenParameters>>>;
  readonly signal?: AbortSignal;
}

/** The outcome of a step that was done or attempted. */
export interface StepOutcome extends Omit<TreatmentOutcomeView['steps'][number], 'failure'> {
  readonly failure: readonly Message[];
}

/** The outcome of a treatment. */
export interface TreatmentOutcome extends Pick<TreatmentOutcomeView, 'treatment' | 'result'> {
  readonly steps: readonly StepOutcome[];
  /** The last diagnosis; null if there was none after the last step. */
  readonly recheck: RunResult | null;
  readonly left: readonly LeftItem[];
  /** Why it ended early or departed from the plan; null if it went as planned. */
  readonly why: Message | null;
  /** A new treatment that starts from the PC's current state; null if there is none worth offering. */
  readonly next: Treatment | null;
  /** Whether the user canceled it. */
  readonly cancelled: boolean;
}
