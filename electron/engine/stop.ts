/** Cancellation of a run. */

/** The run was canceled before it finished. */
export class RunCanceled extends Error {
  constructor() {
    super('The diagnosis was stopped');
    this.name = 'RunCanceled';
  }
}

/** Whether an error only means that the operation was canceled. */
export const isCancellation = (error: unknown): boolean =>
  error instanceof RunCanceled || (error instanceof Error && error.name === 'AbortError');
