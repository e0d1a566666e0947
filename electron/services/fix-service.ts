/** Plans and applies fixes, in this process or in an elevated one behind the same interface. */
import type { FixId } from '@shared/catalog';
import type { Translate } from '@shared/i18n';
import type { TreatmentAnswer } from '@shared/ipc';
import type { FixProgress, FormView, JournalView, PlanProblem, PlanView } from '@shared/plan';
import type { TreatmentProgress } from '@shared/treatment';
import type { Computer } from '@engine/computer';
import type { FactOptions } from '@engine/facts/facts';
import type { Journal } from '@engine/journal/journal';
import type { RunResult } from '@engine/run';
import type { Changes, RawParameters, ShownChanges } from '../elevation/fix-handler';

/** Dependencies of a service in this process. */
export interface LocalFixServiceOptions {
  readonly computer: Computer;
  readonly journal: Journal;
  readonly words: () => Translate;
  /** Result of the last run; null before the first one. */
  readonly known: () => RunResult | null;
}

/** Callbacks of a fix. */
export interface ApplyCallbacks {
  /** Shows the native confirmation of the changes planned here. */
  readonly confirm: (shown: ShownChanges) => Promise<boolean>;
  readonly progress: (step: FixProgress) => void;
  /** Receives the diagnosis after the change, which updates the window. */
  readonly rechecked: (result: RunResult) => void;
  /** Cancels the operation; unfinished changes are rolled back. */
  readonly signal?: AbortSignal;
}

/** Callbacks of a treatment. */
export interface TreatmentCallbacks extends Omit<ApplyCallbacks, 'progress'> {
  readonly progress: (step: TreatmentProgress) => void;
  /** Ends the treatment before its next step. */
  readonly stop?: AbortSignal;
  /** Whether a treatment that differs from the displayed one is confirmed instead of rejected as `stale`. */
  readonly asksForOthers?: boolean;
}

/** Plans, applies, records and undoes fixes and treatments. */
export interface FixService extends Changes<ApplyCallbacks, TreatmentCallbacks> {
  form(fix: FixId): Promise<FormView | PlanProblem>;
  plan(fix: FixId, parameters: RawParameters): Promise<PlanView | PlanProblem>;
  journal(): Promise<JournalView>;
  /** @param kmsHosts KMS hosts the user named, in canonical form, used for a new diagnosis */
  planTreatment(kmsHosts: readonly string[]): Promise<TreatmentAnswer>;
  /** Options for every diagnosis of the computer: the KMS hosts in its journal. */
  factOptions(): FactOptions;
  /** Discards the data cached for previews. */
  close(): void;
}
