/** What the processes of these tests are told, and what they leave behind. */

/** Orders for an elevated side. */
export interface SessionOrders {
  readonly token: string;
  /** Folder of the meeting place; of no matter on Windows. */
  readonly folder: string;
  /** The simulated PC, changed in place. */
  readonly scenario: string;
  readonly data: string;
  /** A file that gets one line of JSON for everything that happens. */
  readonly traceLog: string;
  readonly confirm: 'yes' | 'no' | 'never';
  /** Milliseconds that each answer of the simulated PC takes. */
  readonly paceMs: number;
  /** At this point the process ends itself as `kill -9` would. */
  readonly killAt: string | null;
  /** At this point it does so to the window that had it started. */
  readonly killWindowAt: string | null;
  readonly idleMs?: number;
  /** Whether the process writes down everything it remembers once it has answered. */
  readonly heapSnapshot?: boolean;
}

/** Orders for a window. */
export interface WindowOrders {
  readonly session: Omit<SessionOrders, 'token'>;
  /** The program of the elevated side. */
  readonly program: string;
  readonly traceLog: string;
  readonly fixRequest:
    | { readonly apply: string; readonly parameters: Record<string, string | boolean> }
    | { readonly undo: string };
  readonly killAt: string | null;
  /** Milliseconds for which the session is left open afterwards. */
  readonly stayMs: number;
  /** Instead of that of the preview. */
  readonly digest: string | null;
}

/** A line of a traceLog. */
export interface DiaryLine {
  readonly at: number;
  readonly pid: number;
  readonly what: string;
  readonly detail?: unknown;
}
