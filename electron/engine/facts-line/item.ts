/** Items that can be left out of a case one by one. */
import type { ScenarioFile } from '@shared/scenario';

/** Something that can be left out. */
export interface Item {
  /** Name to add to `leftOut`. */
  readonly fact: string;
  /** Removes it from a copy of the case. */
  readonly take?: (file: ScenarioFile) => void;
  /** Names of facts to mark as unread, if their absence from the file would otherwise mean a default. */
  readonly unread?: readonly string[];
  /** Canonical names: records that have one as owner, and SRV records that have one as target, are removed too. */
  readonly names?: readonly string[];
}

type List = 'events' | 'adapters' | 'products' | 'suffixes';

/** The lists in a case whose entries can be left out. */
const LISTS: Readonly<Record<List, (file: ScenarioFile) => unknown[] | undefined>> = {
  events: ({ events }) => events,
  adapters: ({ adapters }) => adapters,
  products: ({ licensing }) => licensing?.products,
  suffixes: ({ computer }) => computer?.dnsSuffixSearchList,
};

/**
 * Returns the item that is an entry of a list. It's only set to null, so that the indexes of the others don't change
 * until {@link dropCleared} is called.
 */
export const entryItem = (fact: string, list: List, place: number): Item => ({
  fact,
  take: (file) => LISTS[list](file)?.splice(place, 1, null),
});

/** Removes the entries that were set to null. */
export function dropCleared(file: ScenarioFile): void {
  for (const listIn of Object.values(LISTS)) {
    const list = listIn(file);
    list?.splice(0, list.length, ...list.filter((entry) => entry !== null));
  }
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
