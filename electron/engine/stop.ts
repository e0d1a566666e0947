/** What ends when somebody stops it. */

/** The run was stopped before its end. */
export class RunCancelled extends Error {
  constructor() {
    super('The diagnosis was stopped');
    this.name = 'RunCancelled';
  }
}

/** Whether an error says no more than that somebody stopped what was under way. */
export const isStop = (error: unknown): boolean =>
  error instanceof RunCancelled || (error instanceof Error && error.name === 'AbortError');
