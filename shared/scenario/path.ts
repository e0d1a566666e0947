/** Access to the values in a scenario by their paths. */

/** Path to a value in a document. */
export type ScenarioPath = readonly (string | number)[];

/** Returns the value at a path of a document; undefined if there is none. */
export function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}
