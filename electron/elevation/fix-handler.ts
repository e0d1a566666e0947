/** Interface of the elevated helper's requests: it plans, applies and undoes changes. */
import type { FixId } from '@shared/catalog';
import type { Language } from '@shared/i18n';
import type { ApplyOutcome, TreatmentReply } from '@shared/ipc';
import type { FixProgress } from '@shared/plan';
import type { TreatmentOutcomeView, TreatmentProgress, TreatmentUndoView } from '@shared/treatment';

/** Form values as sent by the window; each fix validates them with its own schema. */
export type RawParameters = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** A fix as shown in a native confirmation dialog. */
export interface QuestionStep {
  /** Title of the fix. */
  readonly title: string;
  /** Titles of the changes planned by the process that asks, in order. */
  readonly changes: readonly string[];
}

/** Content of the confirmation dialog. */
export type Question = {
  /** Name of the PC to be changed. */
  readonly computer: string;
} & (
  | ({ readonly kind: 'fix' | 'undo' } & QuestionStep)
  | {
      readonly kind: 'treatment' | 'undo-treatment';
      /** In the order they're applied or undone. */
      readonly steps: readonly QuestionStep[];
      /** Whether it differs from the treatment that was displayed. */
      readonly differs: boolean;
    }
);

/** Session callbacks of a fix. */
export interface ElevatedApplyCallbacks {
  /** Language of all messages. */
  readonly language: Language;
  /** Asks the user to confirm; false if they decline or the window is gone. */
  confirm(question: Question): Promise<boolean>;
  progress(step: FixProgress): void;
  /** Aborted when the window is gone, which rolls back unfinished changes. */
  readonly signal: AbortSignal;
}

/** Session callbacks of a treatment. */
export interface ElevatedTreatmentCallbacks extends Omit<ElevatedApplyCallbacks, 'progress'> {
  progress(step: TreatmentProgress): void;
  /** Aborted when the window requests an end before the next step. */
  readonly stop: AbortSignal;
}

/** Makes changes. */
export interface ElevatedFixHandler {
  /**
   * Plans again, compares the digest with the preview's, asks for confirmation, applies the changes and diagnoses
   * again.
   */
  apply(
    fix: FixId,
    parameters: RawParameters,
    digest: string,
    callbacks: ElevatedApplyCallbacks,
  ): Promise<ApplyOutcome>;
  /** Undoes a journal entry. */
  undo(entry: string, callbacks: ElevatedApplyCallbacks): Promise<ApplyOutcome>;
  /**
   * Diagnoses with the KMS hosts the user named, plans and rehearses a treatment, and asks once to confirm all of it.
   * If it differs from the one the digest identifies, the dialog points that out.
   */
  treat(
    digest: string,
    kmsHosts: readonly string[],
    callbacks: ElevatedTreatmentCallbacks,
  ): Promise<TreatmentReply<TreatmentOutcomeView>>;
  /** Undoes every step of a treatment. */
  undoTreatment(
    treatment: string,
    callbacks: ElevatedTreatmentCallbacks,
  ): Promise<TreatmentReply<TreatmentUndoView>>;
}
