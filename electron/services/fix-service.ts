/** Where fixes are planned and applied: in this process, or in an elevated one behind the same face. */
import type { FixId } from '@shared/catalogue';
import type { Translate } from '@shared/i18n';
import type { ApplyOutcome, TreatmentAnswer, TreatmentReply } from '@shared/ipc';
import type { FixProgress, FormView, JournalView, PlanProblem, PlanView } from '@shared/plan';
import type { TreatmentOutcomeView, TreatmentProgress, TreatmentUndoView } from '@shared/treatment';
import type { Computer } from '@engine/computer';
import type { FactOptions } from '@engine/facts/facts';
import type { Journal } from '@engine/journal/journal';
import type { RunResult } from '@engine/run';

/** What a service of this process works with. */
export interface LocalFixServiceOptions {
  readonly computer: Computer;
  readonly journal: Journal;
  readonly words: () => Translate;
  /** What the last run found; null before the first. */
  readonly known: () => RunResult | null;
}

/** Values of a form, as the window sends them; each fix's own schema judges them. */
type RawParameters = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** What an application needs of the people around it. */
export interface ApplyCallbacks {
  /** The native question, with the titles of the changes that were planned here. */
  confirm(fix: FixId, changes: readonly string[]): Promise<boolean>;
  readonly progress: (step: FixProgress) => void;
  /** The diagnosis afterwards: the lights are its. */
  rechecked(result: RunResult): void;
  /** Stops what is under way; what was begun is then taken back. */
  readonly signal?: AbortSignal;
}

/** A step of a treatment as the native question lists it. */
export interface ConfirmedStep {
  readonly fix: FixId;
  /** Titles of its changes. */
  readonly changes: readonly string[];
}

/** A treatment as it was shown: a page gets no other one done. */
export interface ShownTreatment {
  readonly digest: string;
  /** Hosts that a person had named for it, canonical: it is planned anew with the same. */
  readonly kmsHosts: readonly string[];
}

/** What a treatment needs of the people around it. */
export interface TreatmentCallbacks extends Omit<ApplyCallbacks, 'confirm' | 'progress'> {
  /**
   * The native question, with every change that was planned here.
   *
   * @param differs whether this is another treatment than the one that was shown
   */
  confirm(steps: readonly ConfirmedStep[], differs: boolean): Promise<boolean>;
  readonly progress: (step: TreatmentProgress) => void;
  /** Ends a treatment before its next step. */
  readonly stop?: AbortSignal;
  /** Another treatment than the one that was shown is asked about; without it, it is `stale`. */
  readonly asksForOthers?: boolean;
}

/** Plans, applies, remembers and takes back. */
export interface FixService {
  form(fix: FixId): Promise<FormView | PlanProblem>;
  plan(fix: FixId, parameters: RawParameters): Promise<PlanView | PlanProblem>;
  /** Plans anew and refuses as `stale` when that gives another plan than `digest` names. */
  apply(
    fix: FixId,
    parameters: RawParameters,
    digest: string,
    callbacks: ApplyCallbacks,
  ): Promise<ApplyOutcome>;
  journal(): Promise<JournalView>;
  undo(entry: string, callbacks: ApplyCallbacks): Promise<ApplyOutcome>;
  /** @param kmsHosts that a person named, canonical: the PC is diagnosed anew with them */
  planTreatment(kmsHosts: readonly string[]): Promise<TreatmentAnswer>;
  /** Diagnoses and rehearses anew; `stale` when that gives another treatment than the one that was shown. */
  applyTreatment(
    shown: ShownTreatment,
    callbacks: TreatmentCallbacks,
  ): Promise<TreatmentReply<TreatmentOutcomeView>>;
  /** Takes every step of a treatment back, last first. */
  undoTreatment(
    treatment: string,
    callbacks: TreatmentCallbacks,
  ): Promise<TreatmentReply<TreatmentUndoView>>;
  /** What every diagnosis of the computer goes by: the hosts that its journal knows. */
  factOptions(): FactOptions;
  /** Ends what is kept for previews. */
  close(): void;
}
