/** What can be left out of a case, piece by piece. */
import type { ScenarioFile } from '@shared/scenario';

/** Something that can be left out. */
export interface Item {
  /** What then stands in `leftOut`. */
  readonly fact: string;
  /** Takes it out of a copy of the case; entries of lists become holes, so that the others keep their places. */
  take?(file: ScenarioFile): void;
  /** Names in one spelling that records lead from, or an SRV record to: such records go with it. */
  readonly names?: readonly string[];
}

/** Makes a hole in a list. */
export function hole(list: unknown[] | undefined, place: number): void {
  if (list !== undefined) list[place] = null;
}

/** Divides entries into those that repeat another one's kind, and the first of each kind, both the last one foremost. */
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
