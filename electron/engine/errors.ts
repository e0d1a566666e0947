/** Reporting of internal errors. The user sees a one-sentence message; the log and `--debug` get the complete error. */
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { Unreadable } from './computer';
import { isCancellation } from './stop';

const NAME = 'kms-doctor:error';
const errors = channel(NAME);

/** Errors already reported, so that an error with several awaiters is reported once. */
const reported = new WeakSet();

/** Reports an unexpected error; the caller carries on. */
export function reportError(error: unknown): void {
  if (typeof error === 'object' && error !== null) {
    if (reported.has(error)) return;
    reported.add(error);
  }
  errors.publish(error);
}

/** Reports an error unless it's an expected {@link Unreadable} or a cancellation. */
export function reportFault(error: unknown): void {
  const isExpected =
    error instanceof Unreadable ? error.reason !== 'check-failed' : isCancellation(error);
  if (!isExpected) reportError(error);
}

/**
 * Subscribes to all errors reported from now on.
 *
 * @returns a function that unsubscribes
 */
export function onError(callback: (error: unknown) => void): () => void {
  subscribe(NAME, callback);
  return () => unsubscribe(NAME, callback);
}

/** Maximum number of errors in a chain of causes, including the error itself. */
const MAX_CAUSES = 8;

/** Returns the stacks of an error and its causes, not redacted. */
export function stackOf(error: unknown): string {
  const stacks: string[] = [];
  for (let next = error; next !== undefined && stacks.length < MAX_CAUSES;) {
    stacks.push(next instanceof Error ? (next.stack ?? next.message) : inspect(next));
    next = next instanceof Error ? next.cause : undefined;
  }
  return stacks.join('\nCaused by: ');
}
