/** Many computers as the window shows them: put into words, and never more of them at once than fit on a screen. */
import type { VerdictCode } from './catalogue';

/** Rows that one request may ask for. */
export const MOST_ROWS = 200;
/** Causes that are shown; the filter finds the others. */
export const MOST_CAUSES = 200;

/** How far the reading of many computers has come. */
export interface FleetProgressView {
  readonly stage: 'reading' | 'rehearsing';
  readonly done: number;
  /** In the same unit; 0 where it is not known. */
  readonly total: number;
  /** Reports and lines of computers that were read so far. */
  readonly found: number;
  /** The folder or file that is read; null for several files. */
  readonly name: string | null;
}

/** Computers that share a root cause. */
export interface FleetCauseView {
  readonly id: string;
  readonly code: VerdictCode;
  readonly title: string;
  /** All computers of it. */
  readonly count: number;
  /** Those of them that the filter lets through. */
  readonly found: number;
  /** What would cure it once; null where nothing is known that does. */
  readonly cure: {
    readonly title: string;
    /** Who can do it, in words. */
    readonly for: string;
    readonly heals: number;
    readonly mayHeal: number;
    readonly rehearsed: boolean;
  } | null;
  /** What to do where no cure is known; null where one is. */
  readonly advice: string | null;
}

/** Something besides the causes; `id` is what its rows are asked by. */
export interface FleetSectionView {
  readonly id: string;
  readonly kind: 'healthy' | 'ending' | 'same-client-id' | 'not-reached' | 'unreadable';
  /** What it is about, e.g. a client machine ID, or why PCs were not reached; null where the kind says it all. */
  readonly about: string | null;
  readonly count: number;
  readonly found: number;
}

/** A fleet as the window shows it, as far as the filter lets it through. */
export interface FleetView {
  /** What was opened: a folder's or a file's name; null for several files. */
  readonly name: string | null;
  readonly computers: number;
  readonly healthy: number;
  /** Those of any cause; the others were not reached. */
  readonly sick: number;
  /** Those whose activation ends within 30 days. */
  readonly ending: number;
  /** Older reports and lines of computers that have newer ones. */
  readonly duplicates: number;
  /** The widest cause in one sentence, for a headline and for a ticket. */
  readonly headline: string;
  readonly light: 'pass' | 'fail' | 'unknown';
  /** Widest first, at most {@link MOST_CAUSES}. */
  readonly causes: readonly FleetCauseView[];
  /** Causes that the filter lets through, also those that are not in the list. */
  readonly causesFound: number;
  readonly sections: readonly FleetSectionView[];
}

/** A computer of a list, or a line of one that could not be read. */
export interface FleetRow {
  /** Its place in the whole list, by which it is opened. */
  readonly index: number;
  readonly name: string;
  /** When it was looked at, ISO 8601, UTC; null where that is not known. */
  readonly at: string | null;
  /** When its activation ends, ISO 8601, UTC; null where that is not soon. */
  readonly endsAt: string | null;
  /** What is wrong with what could not be read; else null. */
  readonly problem: string | null;
  /** Whether the verdict is certain; null where there is none. */
  readonly certain: boolean | null;
  readonly opens: boolean;
}

/** A part of a list. */
export interface FleetRows {
  readonly rows: readonly FleetRow[];
}
