/** The operations that change a computer, as the window, its services and the elevated helper share them. */
import type { Language } from '@shared/i18n';
import type { RequestOf, ChangeReply } from '@shared/ipc';
import type { FixProgress, OutcomeView } from '@shared/plan';
import type { TreatmentOutcomeView, TreatmentProgress, TreatmentUndoView } from '@shared/treatment';

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

/** An operation: what is asked for, and the progress and result of it. */
interface Operation<Asked, Step, Result> {
  readonly asked: Asked;
  readonly step: Step;
  readonly result: Result;
}

/** Every kind of operation. */
interface Operations {
  /**
   * A fix, with form values as sent by the window; the fix validates them with its own schema. It's planned again: if
   * the digest isn't the preview's, the request is rejected as `stale`.
   */
  readonly apply: Operation<RequestOf<'fix:apply'>, FixProgress, OutcomeView>;
  /** Undoes a journal entry. */
  readonly undo: Operation<RequestOf<'journal:undo'>, FixProgress, OutcomeView>;
  /**
   * A treatment: diagnoses and rehearses again, and asks once to confirm all of it. A treatment other than the displayed
   * one is rejected as `stale`, or by the elevated helper pointed out in the dialog.
   */
  readonly treat: Operation<ShownTreatment, TreatmentProgress, TreatmentOutcomeView>;
  /** Undoes every step of a treatment, in reverse order. */
  readonly 'undo-treatment': Operation<
    RequestOf<'treatment:undo'>,
    TreatmentProgress,
    TreatmentUndoView
  >;
}

/** Name of a kind of operation. */
export type OperationKind = keyof Operations;

/** What is asked for with a kind of operation. */
export type AskedFor<Kind extends OperationKind> = Operations[Kind]['asked'];

/** Progress of a kind of operation. */
export type StepOf<Kind extends OperationKind> = Operations[Kind]['step'];

/** The reply to a kind of operation. */
export type ReplyTo<Kind extends OperationKind> = ChangeReply<Operations[Kind]['result']>;

/** Callbacks of every operation. */
export interface OperationCallbacks<Kind extends OperationKind> {
  readonly progress: (step: StepOf<Kind>) => void;
  /** Treatments only: ends one before its next step. */
  readonly stop?: AbortSignal | undefined;
}

/** Performs an operation, with further callbacks depending on where it is called. */
export type PerformOperation<Around = unknown> = <Kind extends OperationKind>(
  kind: Kind,
  asked: AskedFor<Kind>,
  callbacks: OperationCallbacks<Kind> & Around,
) => Promise<ReplyTo<Kind>>;

/** Callbacks in the elevated helper. */
interface ElevatedCallbacks {
  /** Language of all messages. */
  readonly language: Language;
  /** Asks the user to confirm; false if they decline or the window is gone. */
  readonly confirm: (question: Question) => Promise<boolean>;
  /** Aborted when the window is gone, which rolls back unfinished changes. */
  readonly signal: AbortSignal;
}

/** Performs operations in the elevated helper. */
export type ElevatedFixHandler = PerformOperation<ElevatedCallbacks>;
