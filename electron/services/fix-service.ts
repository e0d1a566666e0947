/** Plans and applies fixes, in this process or in an elevated one behind the same interface. */
import type { FixId } from '@shared/catalog';
import type { Translate } from '@shared/i18n';
import type { ApplyOutcome, TreatmentAnswer, TreatmentReply } from '@shared/ipc';
import type { FixProgress, FormView, JournalView, PlanProblem, PlanView } from '@shared/plan';
import type { TreatmentOutcomeView, TreatmentProgress, TreatmentUndoView } from '@shared/treatment';
import type { Computer } from '@engine/computer';
import type { FactOptions } from '@engine/facts/facts';
import type { Journal } from '@engine/journal/journal';
import type { RunResult } from '@engine/run';

/** Dependencies of a service in this process. */
export interface LocalFixServiceOptions {
  readonly computer: Computer;
  readonly journal: Journal;
  readonly words: () => Translate;
  /** Result of the last run; null before the first one. */
  readonly known: () => RunResult | null;
}

/** Form values as sent by the window; each fix validates them with its own schema. */
type RawParameters = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Callbacks of a fix. */
export interface ApplyCallbacks {
  /** Shows the native confirmation, with the titles of the changes planned here. */
  confirm(fix: FixId, changes: readonly string[]): Promise<boolean>;
  readonly progress: (step: FixProgress) => void;
  /** Receives the diagnosis after the change, which updates the window. */
  rechecked(result: RunResult): void;
  /** Cancels the operation; unfinished changes are rolled back. */
  readonly signal?: AbortSignal;
}

/** A step of a treatment as listed in the native confirmation. */
export interface ConfirmedStep {
  readonly fix: FixId;
  /** Titles of its changes. */
  readonly changes: readonly string[];
}

/** A treatment as displayed. The page can't have any other one applied. */
export interface ShownTreatment {
  readonly digest: string;
  /** KMS hosts the user named, in canonical form; planning again uses the same ones. */
  readonly kmsHosts: readonly string[];
}

/** Callbacks of a treatment. */
export interface TreatmentCallbacks extends Omit<ApplyCallbacks, 'confirm' | 'progress'> {
  /**
   * Shows the native confirmation, with every change planned here.
   *
   * @param differs whether it differs from the treatment that was displayed
   */
  confirm(steps: readonly ConfirmedStep[], differs: boolean): Promise<boolean>;
  readonly progress: (step: TreatmentProgress) => void;
  /** Ends the treatment before its next step. */
  readonly stop?: AbortSignal;
  /** Whether a treatment that differs from the displayed one is confirmed instead of rejected as `stale`. */
  readonly asksForOthers?: boolean;
}

/** Plans, applies, records and undoes fixes and treatments. */
export interface FixService {
  form(fix: FixId): Promise<FormView | PlanProblem>;
  plan(fix: FixId, parameters: RawParameters): Promise<PlanView | PlanProblem>;
  /** Plans again, and rejects the request as `stale` if the new plan's digest differs. */
  apply(
    fix: FixId,
    parameters: RawParameters,
    digest: string,
    callbacks: ApplyCallbacks,
  ): Promise<ApplyOutcome>;
  journal(): Promise<JournalView>;
  undo(entry: string, callbacks: ApplyCallbacks): Promise<ApplyOutcome>;
  /** @param kmsHosts KMS hosts the user named, in canonical form, used for a new diagnosis */
  planTreatment(kmsHosts: readonly string[]): Promise<TreatmentAnswer>;
  /** Diagnoses and rehearses again; `stale` if the result differs from the displayed treatment. */
  applyTreatment(
    shown: ShownTreatment,
    callbacks: TreatmentCallbacks,
  ): Promise<TreatmentReply<TreatmentOutcomeView>>;
  /** Undoes every step of a treatment, in reverse order. */
  undoTreatment(
    treatment: string,
    callbacks: TreatmentCallbacks,
  ): Promise<TreatmentReply<TreatmentUndoView>>;
  /** Options for every diagnosis of the computer: the KMS hosts in its journal. */
  factOptions(): FactOptions;
  /** Discards the data cached for previews. */
  close(): void;
}
