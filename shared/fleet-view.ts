/** Many computers as the window shows them: translated, and never more rows at a time than fit on a screen. */
import type { VerdictCode } from './catalog';

/** Maximum number of rows per request. */
export const MAX_ROWS_PER_REQUEST = 200;
/** Maximum number of causes shown; the filter finds the others. */
export const MAX_CAUSES = 200;

/** Progress of reading many computers. */
export interface FleetProgressView {
  readonly stage: 'reading' | 'rehearsing';
  readonly done: number;
  /** In the same unit; 0 if unknown. */
  readonly total: number;
  /** Reports and lines of computers read so far. */
  readonly found: number;
  /** The folder or file being read; null for several files. */
  readonly name: string | null;
}

/** Computers that share a root cause. */
export interface FleetCauseView {
  readonly id: string;
  readonly code: VerdictCode;
  readonly title: string;
  /** All computers with this cause. */
  readonly count: number;
  /** The number of them that match the filter. */
  readonly found: number;
  /** A fix for the cause; null if none is known. */
  readonly cure: {
    readonly title: string;
    /** Who can apply it, in words. */
    readonly for: string;
    readonly heals: number;
    readonly mayHeal: number;
    readonly rehearsed: boolean;
  } | null;
  /** Advice if no fix is known; null if one is. */
  readonly advice: string | null;
}

/** A list of computers in addition to the causes; `id` identifies it when requesting its rows. */
export interface FleetSectionView {
  readonly id: string;
  readonly kind: 'healthy' | 'ending' | 'same-client-id' | 'not-reached' | 'unreadable';
  /** Its subject, e.g. a client machine ID or why PCs weren't reached; null if the kind is enough. */
  readonly about: string | null;
  readonly count: number;
  readonly found: number;
}

/** The part of a fleet that matches the filter, as the window shows it. */
export interface FleetView {
  /** Name of the folder or file that was opened; null for several files. */
  readonly name: string | null;
  readonly computers: number;
  readonly healthy: number;
  /** Computers with any cause; the others weren't reached. */
  readonly sick: number;
  /** Computers whose activation expires within 30 days. */
  readonly ending: number;
  /** Older reports and lines of computers that have newer ones. */
  readonly duplicates: number;
  /** The most common cause in one sentence, for a headline and for a ticket. */
  readonly headline: string;
  readonly light: 'pass' | 'fail' | 'unknown';
  /** Largest first, at most {@link MAX_CAUSES}. */
  readonly causes: readonly FleetCauseView[];
  /** Number of causes that match the filter, including those not in the list. */
  readonly causesFound: number;
  readonly sections: readonly FleetSectionView[];
}

/** A computer in a list, or an unreadable line. */
export interface FleetRow {
  /** Index in the whole list, used to open it. */
  readonly index: number;
  readonly name: string;
  /** When it was diagnosed, ISO 8601, UTC; null if unknown. */
  readonly at: string | null;
  /** When its activation expires, ISO 8601, UTC; null if that isn't soon. */
  readonly endsAt: string | null;
  /** Why it couldn't be read; null if it could. */
  readonly problem: string | null;
  /** Whether the verdict is certain; null if there is none. */
  readonly certain: boolean | null;
  readonly opens: boolean;
}
