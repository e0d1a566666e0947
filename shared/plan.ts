/**
 * The planned, applied and undoable changes of a fix, as users and other programs see them.
 * The texts are already in the requested language.
 */
import type { FixId } from './catalog';
import type * as schemas from './change-schemas';
import type { ViewOf } from './change-schemas';

/** A fix planned from the current facts. */
export type PlanView = ViewOf<typeof schemas.planView>;
/** One change, exactly as it will be made. */
export type ChangeView = PlanView['changes'][number];
/** A text for the admin of another machine. */
export type Handover = NonNullable<PlanView['handover']>;
/** Parameters as they were parsed, without secrets: a product key is reduced to its last five characters. */
export type ShownParameters = PlanView['parameters'];
/** Result of applying a fix. */
export type OutcomeView = ViewOf<typeof schemas.outcomeView>;

/** Waiting for a confirmation: in Windows' own prompt, or in the native dialog of the process that makes the changes. */
export interface Asking {
  readonly type: 'asking';
  readonly who: 'windows' | 'session';
}

/** Progress of a fix being applied. */
export type FixProgress = Asking | ViewOf<typeof schemas.fixProgress>;

/** Why there is no plan. */
export interface PlanProblem {
  /** `parameters`: the form contains an invalid value. `not-here`: the fix makes no sense on this computer. */
  readonly problem: 'parameters' | 'not-here';
  /** For `parameters` one per invalid field; for `not-here` one with field null. */
  readonly messages: readonly {
    readonly field: string | null;
    readonly message: string;
    /** Values that the user may have meant, e.g. both readings of `fe80::1:1688`. */
    readonly suggestions: readonly string[];
    /** The fix that the value is for: a client setup key isn't a MAK. */
    readonly instead?: FixId;
  }[];
}

/** A field of a fix's form. */
export interface FieldView {
  readonly name: string;
  readonly kind: 'text' | 'secret' | 'number' | 'switch' | 'choice' | 'list';
  readonly label: string;
  readonly hint: string | null;
  readonly required: boolean;
  /** Shown under "More options". */
  readonly advanced: boolean;
  /** The choice in another field for which this field is shown; null if it is always shown. */
  readonly onlyFor: { readonly field: string; readonly choice: string } | null;
  readonly initial: string | number | boolean | readonly string[] | null;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}

/** A fix's form, prefilled from this PC's facts. */
export interface FormView {
  readonly fix: FixId;
  readonly title: string;
  /** What the fix does, in a sentence. */
  readonly description: string;
  /** Label of the button that applies the fix. */
  readonly action: string;
  readonly fields: readonly FieldView[];
  /** Texts to read out or copy, such as the grouped installation ID. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
}

/** The readable part of the journal. */
export interface JournalView {
  /** Newest first. */
  readonly entries: readonly JournalEntryView[];
  /** States how many lines couldn't be read; null if none. */
  readonly unreadable: string | null;
}

/** An entry of the journal. */
export interface JournalEntryView {
  readonly entry: string;
  readonly fix: FixId;
  readonly title: string;
  /** The computer that was changed: machine GUID or `scenario:NAME`. */
  readonly target: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly state: OutcomeView['result'] | 'open' | 'undone';
  /** Whether it is `open` because it is in progress. */
  readonly running: boolean;
  /** The treatment that it is a step of. */
  readonly treatment: string | null;
  readonly changes: readonly ChangeView[];
  /** Whether undo can restore anything on the current target. */
  readonly undoable: boolean;
}
