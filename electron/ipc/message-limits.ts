/**
 * A first look at what a page sent, before any schema: how deep, how large, and of what it is made. A schema
 * walks what it is given; this ends the walk early.
 */
import { LARGEST_FILE } from '@shared/largest-file';
import { RESERVED_NAMES } from '@shared/reserved-names';

/** Deepest nesting of any request is three: request, parameters, list. */
const DEEPEST = 8;
/** Values in all, lists and objects included. */
const MOST_VALUES = 4096;
/** Characters in all: a dropped file and its surroundings. */
const MOST_CHARACTERS = LARGEST_FILE + 100_000;

/** What speaks against a message. */
export type Rejection = 'too-deep' | 'too-large' | 'reserved-name' | 'not-plain';

/** @returns what speaks against parsing it; null when nothing does */
export function checkMessageLimits(message: unknown): Rejection | null {
  let values = 0;
  let characters = 0;
  const look = (value: unknown, depth: number): Rejection | null => {
    values += 1;
    if (values > MOST_VALUES) return 'too-large';
    if (typeof value === 'string') {
      characters += value.length;
      return characters > MOST_CHARACTERS ? 'too-large' : null;
    }
    if (value === null || typeof value === 'number' || typeof value === 'boolean') return null;
    if (typeof value !== 'object') return 'not-plain';
    if (depth >= DEEPEST) return 'too-deep';
    if (Array.isArray(value)) {
      if (value.length > MOST_VALUES) return 'too-large';
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

/** An object as JSON and structured clones make them: no Map, Date, buffer or instance of a class. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
