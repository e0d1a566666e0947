/** Interface of the operations that change a computer, which the elevated helper shares with the window's services. */
import type { FixId } from '@shared/catalog';
import type { Language } from '@shared/i18n';
import type { ApplyOutcome, RequestOf, TreatmentReply } from '@shared/ipc';
import type { FixProgress } from '@shared/plan';
import type { TreatmentOutcomeView, TreatmentProgress, TreatmentUndoView } from '@shared/treatment';

/** Form values as sent by the window; each fix validates them with its own schema. */
export type RawParameters = RequestOf<'fix:plan'>['parameters'];

/** A fix as shown in a native confirmation dialog. */
export interface QuestionStep {
  /** Title of the fix. */
  readonly title: string;
  /** Titles of the changes planned by the process that asks, in order. */
  readonly changes: readonly string[];
}

/** The changes to be confirmed. */
export type ShownChanges =
  | ({ readonly kind: 'fix' | 'undo' } & QuestionStep)
  | {
      readonly kind: 'treatment' | 'undo-treatment';
      /** In the order they're applied or undone. */
      readonly steps: readonly QuestionStep[];
      /** Whether it differs from the treatment that was displayed. */
      readonly differs: boolean;
    };

/** Content of the confirmation dialog. */
export type Question = ShownChanges & {
  /** Name of the PC to be changed. */
  readonly computer: string;
};

/** A treatment as displayed. The page can't have any other one applied. */
export interface ShownTreatment {
  readonly digest: string;
  /** KMS hosts the user named, in canonical form; planning again uses the same ones. */
  readonly kmsHosts: readonly string[];
}

/** Makes changes, with the given callbacks for fixes and for treatments. */
export interface Changes<FixCallbacks, TreatmentCallbacks> {
  /** Plans again; if the digest isn't the preview's, the request is rejected as `stale`. */
  apply(
    fix: FixId,
    parameters: RawParameters,
    digest: string,
    callbacks: FixCallbacks,
  ): Promise<ApplyOutcome>;
  /** Undoes a journal entry. */
  undo(entry: string, callbacks: FixCallbacks): Promise<ApplyOutcome>;
  /**
   * Diagnoses and rehearses again, and asks once to confirm all of it. A treatment other than the displayed one is
   * rejected as `stale`, or by the elevated helper pointed out in the dialog.
   */
  applyTreatment(
    shown: ShownTreatment,
    callbacks: TreatmentCallbacks,
  ): Promise<TreatmentReply<TreatmentOutcomeView>>;
  /** Undoes every step of a treatment, in reverse order. */
  undoTreatment(
    treatment: string,
    callbacks: TreatmentCallbacks,
  ): Promise<TreatmentReply<TreatmentUndoView>>;
}

/** Session callbacks of a fix. */
export interface ElevatedApplyCallbacks {
  /** Language of all messages. */
  readonly language: Language;
  /** Asks the user to confirm; false if they decline or the window is gone. */
  readonly confirm: (question: Question) => Promise<boolean>;
  readonly progress: (step: FixProgress) => void;
  /** Aborted when the window is gone, which rolls back unfinished changes. */
  readonly signal: AbortSignal;
}

/** Session callbacks of a treatment. */
export interface ElevatedTreatmentCallbacks extends Omit<ElevatedApplyCallbacks, 'progress'> {
  readonly progress: (step: TreatmentProgress) => void;
  /** Aborted when the window requests an end before the next step. */
  readonly stop: AbortSignal;
}

/** Makes changes in the elevated helper. */
export type ElevatedFixHandler = Changes<ElevatedApplyCallbacks, ElevatedTreatmentCallbacks>;
