/** What a repair session does once it was asked: whoever plans, applies and takes back on the elevated side. */
import type { FixId } from '@shared/catalogue';
import type { Language } from '@shared/i18n';
import type { ApplyOutcome, TreatmentReply } from '@shared/ipc';
import type { FixProgress } from '@shared/plan';
import type { TreatmentOutcomeView, TreatmentProgress, TreatmentUndoView } from '@shared/treatment';

/** Values of a form as the window sent them; each fix's own schema judges them. */
export type RawParameters = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** A fix as a native question names it. */
export interface QuestionStep {
  /** Title of the fix. */
  readonly title: string;
  /** Titles of the changes that the asking side itself planned, in order. */
  readonly changes: readonly string[];
}

/** The native question before anything is changed. */
export type Question = {
  /** Name of the PC that is changed. */
  readonly computer: string;
} & (
  | ({ readonly kind: 'fix' | 'undo' } & QuestionStep)
  | {
      readonly kind: 'treatment' | 'undo-treatment';
      /** In the order in which they are done or taken back. */
      readonly steps: readonly QuestionStep[];
      /** Whether it is another treatment than the one that was shown. */
      readonly differs: boolean;
    }
);

/** What an application needs of the session around it. */
export interface ElevatedApplyCallbacks {
  /** In which everything is said. */
  readonly language: Language;
  /** Asks the person; false when they say no or there is nobody left to ask for. */
  confirm(question: Question): Promise<boolean>;
  progress(step: FixProgress): void;
  /** Aborted when the window is gone: what was begun is then taken back. */
  readonly signal: AbortSignal;
}

/** What a treatment needs of the session around it. */
export interface ElevatedTreatmentCallbacks extends Omit<ElevatedApplyCallbacks, 'progress'> {
  progress(step: TreatmentProgress): void;
  /** Aborted when the window asks for an end before the next step. */
  readonly stop: AbortSignal;
}

/** Makes changes. */
export interface ElevatedFixHandler {
  /** Plans anew, compares with the digest of the preview, asks, makes the changes, diagnoses again. */
  apply(
    fix: FixId,
    parameters: RawParameters,
    digest: string,
    callbacks: ElevatedApplyCallbacks,
  ): Promise<ApplyOutcome>;
  /** Takes an entry of the journal back. */
  undo(entry: string, callbacks: ElevatedApplyCallbacks): Promise<ApplyOutcome>;
  /**
   * Diagnoses with the hosts that a person named, plans and rehearses a treatment, asks once for all of it and says
   * where it is not the one that the digest names, and does it.
   */
  treat(
    digest: string,
    kmsHosts: readonly string[],
    callbacks: ElevatedTreatmentCallbacks,
  ): Promise<TreatmentReply<TreatmentOutcomeView>>;
  /** Takes every step of a treatment back. */
  undoTreatment(
    treatment: string,
    callbacks: ElevatedTreatmentCallbacks,
  ): Promise<TreatmentReply<TreatmentUndoView>>;
}
