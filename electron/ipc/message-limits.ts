/**
 * Checks the depth, size and types of a page's message before it's parsed. A schema traverses its whole input; these
 * limits end that early.
 */
import { MAX_FILE_BYTES } from '@shared/max-file-size';
import { RESERVED_NAMES } from '@shared/reserved-names';

/** Maximum depth. Requests need three levels: request, parameters, list. */
const DEEPEST = 8;
/** Maximum number of values, including lists and objects. */
const MAX_VALUES = 4096;
/** Maximum number of characters: a dropped file, with some margin. */
const MAX_CHARACTERS = MAX_FILE_BYTES + 100_000;

/** Why a message is rejected. */
export type Rejection = 'too-deep' | 'too-large' | 'reserved-name' | 'not-plain';

/** Checks a message. @returns why it must not be parsed; null if it may be */
export function checkMessageLimits(message: unknown): Rejection | null {
  let values = 0;
  let characters = 0;
  const look = (value: unknown, depth: number): Rejection | null => {
    values += 1;
    if (values > MAX_VALUES) return 'too-large';
    if (typeof value === 'string') {
      characters += value.length;
      return characters > MAX_CHARACTERS ? 'too-large' : null;
    }
    if (value === null || typeof value === 'number' || typeof value === 'boolean') return null;
    if (typeof value !== 'object') return 'not-plain';
    if (depth >= DEEPEST) return 'too-deep';
    if (Array.isArray(value)) {
      if (value.length > MAX_VALUES) return 'too-large';
      for (const item of value as readonly unknown[]) {
        const objection = look(item, depth + 1);
        if (objection !== null) return objection;
      }
      return null;
    }
    if (!isPlain(value)) return 'not-plain';
    for (const name of Object.keys(value)) {
      if (RESERVED_NAMES.has(name)) return 'reserved-name';
      characters += name.length;
      const objection = look((value as Readonly<Record<string, unknown>>)[name], depth + 1);
      if (objection !== null) return objection;
    }
    return null;
  };
  return look(message, 0);
}

/** Whether an object is plain, as made by JSON or structured clone: not a Map, Date, buffer or class instance. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
