/** Items that can be left out of a case one by one. */
import type { ScenarioFile } from '@shared/scenario';

/** Something that can be left out. */
export interface Item {
  /** Name to add to `leftOut`. */
  readonly fact: string;
  /**
   * Removes it from a copy of the case. List entries are set to null, so that the indexes of the others don't change.
   */
  take?(file: ScenarioFile): void;
  /** Canonical names: records that have one as owner, and SRV records that have one as target, are removed too. */
  readonly names?: readonly string[];
}

/** Sets an entry of a list to null. */
export function clearEntry(list: unknown[] | undefined, place: number): void {
  if (list !== undefined) list[place] = null;
}

/**
 * Splits entries into those that repeat the kind of an earlier one, and the first of each kind, both in reverse order.
 */
export function byKind<T>(
  entries: readonly T[],
  kindOf: (entry: T) => string,
): readonly [repeats: T[], first: T[]] {
  const kinds = new Set<string>();
  const parts: readonly [T[], T[]] = [[], []];
  for (const entry of entries) {
    const kind = kindOf(entry);
    parts[kinds.has(kind) ? 0 : 1].unshift(entry);
    kinds.add(kind);
  }
  return parts;
}
