/**
 * Message keys for error codes. Separate from the table, so that code that needs only the table doesn't load the words.
 */
import type { MessageKey } from '../message';
import en from '../locales/en.json';
import type { ErrorCode } from './entry';

/** Message keys for an error code. */
export interface ErrorWords {
  readonly meaning: MessageKey;
  /** Most likely first. */
  readonly causes: readonly MessageKey[];
  readonly remedy: MessageKey;
}

/** Returns the message keys for an error code. */
export function errorWords({ hex }: Pick<ErrorCode, 'hex'>): ErrorWords {
  const causes = Object.keys(en.errors[hex])
    .filter((name) => name.startsWith('cause'))
    .sort();
  return {
    meaning: `errors.${hex}.meaning`,
    causes: causes.map((name) => `errors.${hex}.${name}` as MessageKey),
    remedy: `errors.${hex}.remedy`,
  };
}
