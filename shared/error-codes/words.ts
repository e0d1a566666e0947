/** Which words stand on an error code: apart from the table, so that who needs only a code does not load the words. */
import type { MessageKey } from '../message';
import en from '../locales/en.json';
import type { ErrorCode } from './entry';

/** Keys of the words on a code. */
export interface ErrorWords {
  readonly meaning: MessageKey;
  /** Likeliest first. */
  readonly causes: readonly MessageKey[];
  readonly remedy: MessageKey;
}

/** Where the words on a code stand. */
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
