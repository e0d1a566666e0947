/**
 * Errors of the program itself, which the person is told of in one sentence: whoever keeps a log, or was started with
 * `--debug`, gets them whole.
 */
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { Unreadable } from './computer';
import { isStop } from './stop';

const NAME = 'kms-doctor:error';
const errors = channel(NAME);

/** Errors that were told of; one that many wait for is one error. */
const told = new WeakSet();

/** Tells of an error that nobody expected; who tells of it goes on. */
export function reportError(error: unknown): void {
  if (typeof error === 'object' && error !== null) {
    if (told.has(error)) return;
    told.add(error);
  }
  errors.publish(error);
}

/** Tells of an error unless it is only that something could not be read, or that somebody stopped it. */
export function reportFault(error: unknown): void {
  const isExpected = error instanceof Unreadable ? error.reason !== 'check-failed' : isStop(error);
  if (!isExpected) reportError(error);
}

/**
 * Hears of every error from now on.
 *
 * @returns ends it
 */
export function onError(hear: (error: unknown) => void): () => void {
  const listener = (error: unknown): void => {
    hear(error);
  };
  subscribe(NAME, listener);
  return () => {
    unsubscribe(NAME, listener);
  };
}

/** Longest chain of causes that is written out. */
const MAX_CAUSES = 8;

/** An error with its stack and those of its causes. It is not redacted. */
export function stackOf(error: unknown): string {
  const stacks: string[] = [];
  for (let next = error; next !== undefined && stacks.length < MAX_CAUSES;) {
    stacks.push(next instanceof Error ? (next.stack ?? next.message) : inspect(next));
    next = next instanceof Error ? next.cause : undefined;
  }
  return stacks.join('\nCaused by: ');
}
