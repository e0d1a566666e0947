/** A type whose properties and elements, and theirs, are all read-only. Branded strings stay strings. */
export type DeepReadonly<T> = T extends string
  ? T
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;
