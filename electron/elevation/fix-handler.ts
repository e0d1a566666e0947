/** The operations that change a computer, as the window, its services and the elevated helper share them. */
import type { Language } from '@shared/i18n';
import type { RequestOf, TreatmentReply } from '@shared/ipc';
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

/** A kind of change: what is asked for, and the progress and result of it. */
interface ChangeOf<Asked, Step, Result> {
  readonly asked: Asked;
  readonly step: Step;
  readonly result: Result;
}

/** Every kind of change. */
interface Changes {
  /**
   * A fix, with form values as sent by the window; the fix validates them with its own schema. It's planned again: if
   * the digest isn't the preview's, the request is rejected as `stale`.
   */
  readonly apply: ChangeOf<RequestOf<'fix:apply'>, FixProgress, OutcomeView>;
  /** Undoes a journal entry. */
  readonly undo: ChangeOf<RequestOf<'journal:undo'>, FixProgress, OutcomeView>;
  /**
   * A treatment: diagnoses and rehearses again, and asks once to confirm all of it. A treatment other than the displayed
   * one is rejected as `stale`, or by the elevated helper pointed out in the dialog.
   */
  readonly treat: ChangeOf<ShownTreatment, TreatmentProgress, TreatmentOutcomeView>;
  /** Undoes every step of a treatment, in reverse order. */
  readonly 'undo-treatment': ChangeOf<
    RequestOf<'treatment:undo'>,
    TreatmentProgress,
    TreatmentUndoView
  >;
}

/** Name of a kind of change. */
export type ChangeKind = keyof Changes;

/** What is asked for with a kind of change. */
export type AskedFor<Kind extends ChangeKind> = Changes[Kind]['asked'];

/** Progress of a kind of change. */
export type StepOf<Kind extends ChangeKind> = Changes[Kind]['step'];

/** The reply to a kind of change. */
export type ReplyTo<Kind extends ChangeKind> = TreatmentReply<Changes[Kind]['result']>;

/** Callbacks of every change. */
export interface ChangeCallbacks<Kind extends ChangeKind> {
  readonly progress: (step: StepOf<Kind>) => void;
  /** Ends a treatment before its next step. */
  readonly stop?: AbortSignal | undefined;
}

/** Changes a computer, with further callbacks depending on where it is called. */
export type Change<Around = unknown> = <Kind extends ChangeKind>(
  kind: Kind,
  asked: AskedFor<Kind>,
  callbacks: ChangeCallbacks<Kind> & Around,
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

/** Makes changes in the elevated helper. */
export type ElevatedFixHandler = Change<ElevatedCallbacks>;
