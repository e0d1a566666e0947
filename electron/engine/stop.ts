/** Cancellation of a run. */

/** The run was canceled before it finished. */
export class RunCancelled extends Error {
  constructor() {
    super('The diagnosis was stopped');
    this.name = 'RunCancelled';
  }
}

/** Whether an error only means that the operation was canceled. */
export const isStop = (error: unknown): boolean =>
  error instanceof RunCancelled || (error instanceof Error && error.name === 'AbortError');
