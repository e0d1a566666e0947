/**
 * What a fix is about to do, did, and can take back, as people and other programs see it.
 * The texts are already in the language that was asked for.
 */
import type { FixId, VerdictCode } from './catalogue';

/** One change, exactly as it will be made. */
export interface ChangeView {
  /** As docs/cli.md lists them; each is a file of `electron/engine/changes/`. */
  readonly kind: string;
  readonly title: string;
  /** The same by hand: one command or edit a line. */
  readonly byHand: string;
  readonly before: string;
  readonly after: string;
  readonly undoable: boolean;
}

/** A text for the administrator of another machine. */
export interface Handover {
  readonly for: 'kms-host' | 'dns-server';
  readonly text: string;
}

/** Parameters as they were understood, without secrets: a product key by its last five characters. */
export type ShownParameters = Readonly<
  Record<string, string | number | boolean | readonly string[]>
>;

/** A fix planned on the facts at hand. */
export interface PlanView {
  readonly fix: FixId;
  readonly parameters: ShownParameters;
  readonly changes: readonly ChangeView[];
  readonly handover: Handover | null;
  /** What this can do wrong, in a sentence. */
  readonly risk: string;
  /** What undo brings back, and what Windows has no way back for. */
  readonly wayBack: string;
  /** Doubts that do not forbid it, e.g. that nothing answers at the host. */
  readonly warnings: readonly string[];
  /** Names the plan; applying with it is refused when the facts have changed since. */
  readonly digest: string;
}

/** Why there is no plan. */
export interface PlanProblem {
  /** `parameters`: something in the form is wrong. `not-here`: the fix makes no sense on this computer. */
  readonly problem: 'parameters' | 'not-here';
  /** For `parameters` one per wrong field; for `not-here` one with field null. */
  readonly messages: readonly {
    readonly field: string | null;
    readonly message: string;
    /** Values that may have been meant, e.g. both readings of `fe80::1:1688`. */
    readonly suggestions: readonly string[];
    /** The fix that was meant: a client setup key is no MAK. */
    readonly instead?: FixId;
  }[];
}

/** A field of a fix's form. */
export interface FieldView {
  readonly name: string;
  readonly kind: 'text' | 'secret' | 'port' | 'number' | 'switch' | 'choice' | 'list' | 'file';
  readonly label: string;
  readonly hint: string | null;
  readonly required: boolean;
  /** Shown under "More options". */
  readonly advanced: boolean;
  /** The choice in another field that it belongs to; null where it is always asked for. */
  readonly onlyFor: { readonly field: string; readonly choice: string } | null;
  readonly initial: string | number | boolean | readonly string[] | null;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}

/** A fix's form, filled in with what this PC's facts suggest. */
export interface FormView {
  readonly fix: FixId;
  readonly title: string;
  /** What it does, in a sentence. */
  readonly description: string;
  /** Label of the button that applies it. */
  readonly action: string;
  readonly fields: readonly FieldView[];
  /** Texts to read out or copy, such as the installation id in its groups. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
}

/** How far an applied fix has come. */
export type FixProgress =
  /** Somebody has to say yes: to Windows, or to the native question of the side that makes the changes. */
  | { readonly type: 'asking'; readonly who: 'windows' | 'session' }
  | { readonly type: 'change-started'; readonly index: number; readonly title: string }
  | {
      readonly type: 'change-finished';
      readonly index: number;
      /** `unverified`: made, and what came of it could not be read back. */
      readonly status: 'done' | 'unverified' | 'refused' | 'skipped';
      readonly detail: string | null;
    }
  | { readonly type: 'rolling-back' }
  | { readonly type: 're-checking' };

/**
 * How a fix that was begun ends. `verified`: done, and the re-check says healthy. `applied`: done, still unhealthy.
 * `unverified`: made, and what it changed could not be read back.
 */
export const FIX_RESULTS = ['verified', 'applied', 'unverified', 'rolled-back', 'failed'] as const;

/** One of {@link FIX_RESULTS}. */
type FixResult = (typeof FIX_RESULTS)[number];

/** How a fix ended. */
export interface OutcomeView {
  readonly fix: FixId;
  /** Journal entry; null when nothing was done. */
  readonly entry: string | null;
  readonly result: FixResult;
  readonly plan: PlanView;
  /** Why it failed, and what was done about it; or what could not be read back, and what to do. Else null. */
  readonly failure: string | null;
  /** Sentences on what came out, e.g. where the routing issue is. */
  readonly notes: readonly string[];
  readonly verdict: VerdictCode | null;
}

/** The journal, as far as it can be read. */
export interface JournalView {
  /** Newest first. */
  readonly entries: readonly JournalEntryView[];
  /** Says how many lines could not be read; null when none. */
  readonly unreadable: string | null;
}

/** An entry of the journal. */
export interface JournalEntryView {
  readonly entry: string;
  readonly fix: FixId;
  readonly title: string;
  /** What it was made on: machine GUID or `scenario:NAME`. */
  readonly target: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly state: FixResult | 'open' | 'undone';
  /** It is `open` since it is just being made. */
  readonly running: boolean;
  /** The treatment that it is a step of. */
  readonly treatment: string | null;
  readonly changes: readonly ChangeView[];
  /** Whether undo can bring anything back, on the target at hand. */
  readonly undoable: boolean;
}
