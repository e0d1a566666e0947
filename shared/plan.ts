/**
 * The planned, applied and undoable changes of a fix, as users and other programs see them.
 * The texts are already in the requested language.
 */
import type { FixId, VerdictCode } from './catalog';

/** One change, exactly as it will be made. */
export interface ChangeView {
  /** As listed in docs/cli.md; each kind has a file in `electron/engine/changes/`. */
  readonly kind: string;
  readonly title: string;
  /** The same change made manually: one command or edit per line. */
  readonly byHand: string;
  readonly before: string;
  readonly after: string;
  readonly undoable: boolean;
}

/** A text for the admin of another machine. */
export interface Handover {
  readonly for: 'kms-host' | 'dns-server';
  readonly text: string;
}

/** Parameters as they were parsed, without secrets: a product key is reduced to its last five characters. */
export type ShownParameters = Readonly<
  Record<string, string | number | boolean | readonly string[]>
>;

/** A fix planned from the current facts. */
export interface PlanView {
  readonly fix: FixId;
  readonly parameters: ShownParameters;
  readonly changes: readonly ChangeView[];
  readonly handover: Handover | null;
  /** What can go wrong, in a sentence. */
  readonly risk: string;
  /** What undo restores, and what Windows can't undo. */
  readonly wayBack: string;
  /** Concerns that don't prevent the fix, e.g. that nothing responds at the host. */
  readonly warnings: readonly string[];
  /** Identifies the plan. Applying with it is refused if the facts have changed since. */
  readonly digest: string;
}

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

/** Progress of a fix being applied. */
export type FixProgress =
  /**
   * Waiting for a confirmation: in Windows' own prompt, or in the native dialog of the process that makes the changes.
   */
  | { readonly type: 'asking'; readonly who: 'windows' | 'session' }
  | { readonly type: 'change-started'; readonly index: number; readonly title: string }
  | {
      readonly type: 'change-finished';
      readonly index: number;
      /** `unverified`: made, but the result couldn't be read back. */
      readonly status: 'done' | 'unverified' | 'refused' | 'skipped';
      readonly detail: string | null;
    }
  | { readonly type: 'rolling-back' }
  | { readonly type: 're-checking' };

/**
 * Results of a fix that was started. `verified`: done, and the re-check is healthy. `applied`: done, still unhealthy.
 * `unverified`: made, but the changed value couldn't be read back.
 */
export const FIX_RESULTS = ['verified', 'applied', 'unverified', 'rolled-back', 'failed'] as const;

/** One of {@link FIX_RESULTS}. */
type FixResult = (typeof FIX_RESULTS)[number];

/** Result of applying a fix. */
export interface OutcomeView {
  readonly fix: FixId;
  /** Journal entry; null if nothing was done. */
  readonly entry: string | null;
  readonly result: FixResult;
  readonly plan: PlanView;
  /** Why it failed and how that was handled, or what couldn't be read back and what to do about it. Else null. */
  readonly failure: string | null;
  /** Sentences about the result, e.g. where the routing issue is. */
  readonly notes: readonly string[];
  readonly verdict: VerdictCode | null;
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
  readonly state: FixResult | 'open' | 'undone';
  /** Whether it is `open` because it is in progress. */
  readonly running: boolean;
  /** The treatment that it is a step of. */
  readonly treatment: string | null;
  readonly changes: readonly ChangeView[];
  /** Whether undo can restore anything on the current target. */
  readonly undoable: boolean;
}
