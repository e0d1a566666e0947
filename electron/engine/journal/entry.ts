/** What the journal says of a fix: how it starts, and what becomes of its changes. */
import type { FixId } from '@shared/catalogue';
import type { ReasonCode } from '@shared/diagnosis';
import type { ShownParameters } from '@shared/plan';
import type { JournalEntryView } from '@shared/plan';
import type { Change, Json } from '../changes';

/** How an entry stands; `open` is one whose end was never written. */
export type EntryState = JournalEntryView['state'];

/** The start of an entry, written before the first change. */
export interface EntryStart {
  readonly fix: FixId;
  /** What it is made on: machine GUID or `scenario:NAME`. */
  readonly target: string;
  /** Name of that computer, for people. */
  readonly computer: string;
  readonly parameters: ShownParameters;
  readonly changes: readonly Change[];
  /** The former state of each change, null for "was not there". */
  readonly before: readonly Json[];
  /** The treatment that it is a step of. */
  readonly treatment?: string | undefined;
  /** The diagnosis that it followed from. */
  readonly run?: string | undefined;
}

/** What became of a change. */
export type EntryEvent =
  | {
      readonly type: 'change-started';
      readonly index: number;
      /** What the computer remembers of the time before, see `Computer.remember`. */
      readonly memory?: unknown;
    }
  | {
      readonly type: 'change-done';
      readonly index: number;
      readonly way: string;
      readonly after: Json;
    }
  | {
      /** It was made without an error, and what came of it could not be read back, for this reason. */
      readonly type: 'change-unverified';
      readonly index: number;
      readonly way: string;
      readonly reason: ReasonCode;
    }
  | {
      readonly type: 'change-refused';
      readonly index: number;
      readonly refusal: string;
      readonly code: number | null;
      readonly said: string | null;
    }
  | { readonly type: 'change-skipped'; readonly index: number }
  | { readonly type: 'change-taken-back'; readonly index: number }
  | {
      readonly type: 'entry-closed';
      readonly state: Exclude<EntryState, 'open' | 'undone'>;
      /** The state of each change at the end; null where it could not be read. */
      readonly after?: readonly (Json | undefined)[];
    }
  | { readonly type: 'entry-undone' };
