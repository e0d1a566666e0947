/**
 * What a table has for a word that somebody else wrote; undefined where it has nothing, also for the names that every
 * object has (`constructor`, `toString`).
 */
export function lookUp<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
