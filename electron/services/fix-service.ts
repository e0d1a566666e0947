/** Plans and applies fixes, in this process or in an elevated one behind the same interface. */
import type { FixId } from '@shared/catalog';
import type { Translate } from '@shared/i18n';
import type { TreatmentAnswer } from '@shared/ipc';
import type { FormView, JournalView, PlanProblem, PlanView } from '@shared/plan';
import type { Computer } from '@engine/computer';
import type { FactOptions } from '@engine/facts/facts';
import type { Journal } from '@engine/journal/journal';
import type { RunResult } from '@engine/run';
import type {
  AskedFor,
  PerformOperation,
  OperationCallbacks,
  OperationKind,
  ReplyTo,
  ShownChanges,
} from '../elevation/operations';

/** Dependencies of a service in this process. */
export interface LocalFixServiceOptions {
  readonly computer: Computer;
  readonly journal: Journal;
  readonly words: () => Translate;
  /** Result of the last run; null before the first one. */
  readonly known: () => RunResult | null;
}

/** Callbacks of a change in the window's process. */
export interface LocalCallbacks {
  /** Shows the native confirmation of the changes planned here. */
  readonly confirm: (shown: ShownChanges) => Promise<boolean>;
  /** Receives the diagnosis after the change, which updates the window. */
  readonly rechecked: (result: RunResult) => void;
  /** Cancels the operation; unfinished changes are rolled back. */
  readonly signal?: AbortSignal;
  /** Treatments only: whether one that differs from the displayed one is confirmed instead of rejected as `stale`. */
  readonly asksForOthers?: boolean;
}

/** Makes changes of these kinds in this process. The signal cancels a change and rolls it back. */
export type LocalChanges<Kinds extends OperationKind> = {
  readonly [Kind in Kinds]: (
    asked: AskedFor<Kind>,
    callbacks: OperationCallbacks<Kind> & Omit<LocalCallbacks, 'signal'>,
    signal: AbortSignal,
  ) => Promise<ReplyTo<Kind>>;
};

/** Plans, applies, records and undoes fixes and treatments. */
export interface FixService {
  /** Plans, confirms and makes a change. */
  readonly change: PerformOperation<LocalCallbacks>;
  form(fix: FixId): Promise<FormView | PlanProblem>;
  /** @param parameters form values as sent by the window */
  plan(fix: FixId, parameters: AskedFor<'apply'>['parameters']): Promise<PlanView | PlanProblem>;
  journal(): Promise<JournalView>;
  /** @param kmsHosts KMS hosts the user named, in canonical form, used for a new diagnosis */
  planTreatment(kmsHosts: readonly string[]): Promise<TreatmentAnswer>;
  /** Options for every diagnosis of the computer: the KMS hosts in its journal. */
  factOptions(): FactOptions;
  /** Discards the data cached for previews. */
  close(): void;
}
