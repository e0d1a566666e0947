/** Orders for the processes of these tests, and the trace logs they write. */

/** Orders for an elevated process. */
export interface SessionOrders {
  readonly token: string;
  /** Folder of the pipe; ignored on Windows. */
  readonly folder: string;
  /** The simulated PC, changed in place. */
  readonly scenario: string;
  readonly data: string;
  /** File that receives one line of JSON per event. */
  readonly traceLog: string;
  readonly confirm: 'yes' | 'no' | 'never';
  /** Delay of each answer of the simulated PC, in milliseconds. */
  readonly paceMs: number;
  /** Event at which the process kills itself, like `kill -9`. */
  readonly killAt: string | null;
  /** Event at which it kills the window that started it. */
  readonly killWindowAt: string | null;
  readonly idleMs?: number;
  /** Whether to write a heap snapshot after responding. */
  readonly heapSnapshot?: boolean;
}

/** Orders for a window. */
export interface WindowOrders {
  readonly session: Omit<SessionOrders, 'token'>;
  /** Program to run as the elevated process. */
  readonly program: string;
  readonly traceLog: string;
  readonly fixRequest:
    | { readonly apply: string; readonly parameters: Record<string, string | boolean> }
    | { readonly undo: string };
  readonly killAt: string | null;
  /** How long to keep the session open afterwards, in milliseconds. */
  readonly stayMs: number;
  /** Overrides the preview's digest. */
  readonly digest: string | null;
}

/** A line of a trace log. */
export interface TraceEntry {
  readonly at: number;
  readonly pid: number;
  readonly what: string;
  readonly detail?: unknown;
}
