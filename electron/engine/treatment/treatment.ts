/** A treatment as data: what was planned and rehearsed, what is left, and what came of it. */
import type { AdminMessage } from '@shared/admin-message';
import type { FixId, VerdictCode } from '@shared/catalogue';
import type { Verdict } from '@shared/diagnosis';
import type { Message } from '@shared/message';
import type { ShownParameters } from '@shared/plan';
import type { ScenarioFile } from '@shared/scenario';
import type { LeftFor, RehearsedVerdict, StepResult, TreatmentResult } from '@shared/treatment';
import type { Change, Json } from '../changes';
import type { Computer } from '../computer';
import type { GivenParameters } from '../fixes/plan';
import type { RunResult } from '../run';

/** A fix of a treatment. */
export interface TreatmentStep {
  readonly fix: FixId;
  /** As they were understood, without secrets: planning with them again gives the same changes. */
  readonly parameters: ShownParameters;
  readonly changes: readonly Change[];
  /** The state of each change in the rehearsal. */
  readonly before: readonly Json[];
  /** The verdict that it treats. */
  readonly because: VerdictCode;
  readonly then: RehearsedVerdict;
}

/** What is left for others, or for a person here. */
export interface LeftItem {
  readonly code: VerdictCode;
  readonly for: LeftFor;
  readonly verdict: Pick<Verdict, 'title' | 'summary' | 'notes'>;
  readonly message: AdminMessage | null;
  /** Index of the step that goes round it; null where it stands at the end. */
  readonly roundBy: number | null;
}

/** A whole treatment. */
export interface Treatment {
  readonly verdict: Pick<Verdict, 'code' | 'certainty'>;
  readonly steps: readonly TreatmentStep[];
  readonly ends: RehearsedVerdict;
  /** In the order of the verdicts. */
  readonly left: readonly LeftItem[];
  /** Copies that were diagnosed, at most {@link MAX_REHEARSALS}. */
  readonly rehearsals: number;
  /** Over what a confirmation binds: of each step the fix, its parameters, and its changes with target and value after. */
  readonly digest: string;
}

/** Copies that are diagnosed for one treatment. */
export const MAX_REHEARSALS = 200;
/** Fixes of one treatment. */
export const MAX_STEPS = 4;

/** A copy of a PC that fixes are rehearsed on: it opens no socket, and no file but a key that a person names. */
export interface SimulatedComputer extends Computer {
  /** The case as it stands after what was changed. */
  document(): ScenarioFile;
}

/** What planning a treatment needs besides a diagnosis. */
export interface RehearsalOptions {
  /** Makes a simulated PC of a case. */
  readonly simulate: (file: ScenarioFile) => SimulatedComputer;
  /** What a person gave: a fix that needs it is rehearsed only then. */
  readonly given?: Readonly<Partial<Record<FixId, GivenParameters>>>;
  readonly signal?: AbortSignal;
}

/** A step that was done, or tried. */
export interface StepOutcome {
  readonly fix: FixId;
  readonly entry: string | null;
  readonly rehearsed: VerdictCode;
  readonly found: VerdictCode | null;
  readonly result: StepResult;
  readonly failure: readonly Message[];
}

/** What came of a treatment. */
export interface TreatmentOutcome {
  /** Null where nothing was done. */
  readonly treatment: string | null;
  readonly result: TreatmentResult;
  readonly steps: readonly StepOutcome[];
  /** The last diagnosis; null where there was none after the last step. */
  readonly recheck: RunResult | null;
  readonly left: readonly LeftItem[];
  /** Why it ended before its last step; null where it did not. */
  readonly why: Message | null;
  /** From where the PC stands now; null where the treatment went to its end. */
  readonly next: Treatment | null;
  /** The person stopped it. */
  readonly cancelled: boolean;
}
