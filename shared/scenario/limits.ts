/**
 * Size limits of a scenario file. They are checked first, so that a cheap check rejects files that would keep the app
 * busy.
 */
import type { Message } from '../message';
import { valueAt, type ScenarioPath } from './path';

/** Maximum length of a text or property name, in characters. */
export const MAX_TEXT = 4_096;

/** Maximum depth of the format; the schema rejects anything deeper. */
const DEPTH = 8;

/** Places in a file with the maximum total number of their entries; `*` matches every entry of a place. */
const LIMITS: readonly (readonly [places: readonly string[], most: number])[] = [
  [['computer.dnsSuffixSearchList'], 128],
  [['adapters'], 64],
  [['adapters.*.addresses'], 256],
  [['adapters.*.gateways'], 256],
  [['adapters.*.dnsServers'], 256],
  [['licensing.service'], 256],
  [['licensing.products'], 64],
  [['licensing.products.*'], 8_192],
  [['registry'], 256],
  [['registry.*'], 1_024],
  [['registry.*.*.value'], 1_024],
  [['services'], 256],
  [['events'], 1_024],
  [['events.*.data'], 16_384],
  [['dns.servers'], 64],
  [['dns.servers.*.records', 'dns.resolverCache'], 4_096],
  [['unread', 'leftOut'], 4_096],
  [['expectedHosts'], 128],
  [['hosts'], 256],
  [['hosts.*.ports'], 4_096],
];

/** Something in a file that is too large or not allowed. */
interface Excess extends Message {
  readonly key: `scenario.problems.${'tooMany' | 'tooLong' | 'reservedName'}`;
  readonly path: ScenarioPath;
  readonly params: Readonly<Record<string, number>>;
}

/** Returns the first place where a file has too many entries; null if there is none. */
export function findExcessEntries(json: object): Excess | null {
  for (const [places, most] of LIMITS) {
    let count = 0;
    for (const place of places) {
      for (const { value, path } of valuesAt(json, place.split('.'))) {
        count += Array.isArray(value) ? value.length : Object.keys(value).length;
        if (count > most)
          return { path, key: 'scenario.problems.tooMany', params: { count, most } };
      }
    }
  }
  return null;
}

/** Yields the objects and lists at a place. */
function* valuesAt(
  value: unknown,
  [step, ...further]: readonly string[],
  path: ScenarioPath = [],
): Generator<{ readonly value: object; readonly path: ScenarioPath }> {
  if (typeof value !== 'object' || value === null) return;
  if (step === undefined) {
    yield { value, path };
    return;
  }
  for (const key of step === '*' ? Object.keys(value) : [step]) {
    yield* valuesAt(valueAt(value, [key]), further, [
      ...path,
      Array.isArray(value) ? Number(key) : key,
    ]);
  }
}

/**
 * Returns the first text that is too long, or property named `__proto__`, which would be silently lost when objects are
 * copied; null if there is neither.
 */
export function findInvalidText(value: unknown, depth = 0): Excess | null {
  if (typeof value === 'string') return tooLong(value);
  if (typeof value !== 'object' || value === null || depth > DEPTH) return null;
  if (Object.hasOwn(value, '__proto__')) {
    return { path: ['__proto__'], key: 'scenario.problems.reservedName', params: {} };
  }
  for (const key in value) {
    const found =
      tooLong(key) ?? findInvalidText((value as Readonly<Record<string, unknown>>)[key], depth + 1);
    if (found === null) continue;
    const step = Array.isArray(value) ? Number(key) : key.slice(0, MAX_TEXT);
    return { ...found, path: [step, ...found.path] };
  }
  return null;
}

function tooLong({ length }: string): Excess | null {
  return length <= MAX_TEXT
    ? null
    : { path: [], key: 'scenario.problems.tooLong', params: { count: length, most: MAX_TEXT } };
}
