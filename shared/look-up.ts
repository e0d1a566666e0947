/**
 * Looks up an untrusted word in a table; undefined if it has no entry. Inherited property names (`constructor`,
 * `toString`) don't match.
 */
export function lookUp<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

/** Whether a JSON value is an object, and neither an array nor null. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Converts every value of an object. */
export const mapValues = <K extends string, T, U>(
  values: Readonly<Record<K, T>>,
  convert: (value: T, key: K) => U,
): Record<K, U> =>
  Object.fromEntries(
    Object.entries<T>(values).map(([key, value]) => [key, convert(value, key as K)]),
  ) as Record<K, U>;
