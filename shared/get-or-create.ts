/** A Map or a WeakMap. */
interface AnyMap<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

/** Returns the value of a key, which is created and added to the map if it's missing. */
export function getOrCreate<K, V>(map: AnyMap<K, V>, key: K, create: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}
