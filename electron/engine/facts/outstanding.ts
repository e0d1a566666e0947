/**
 * Working with facts that are still outstanding. Whoever looks into one is interrupted by {@link Outstanding}, waits
 * for it and starts again (as React's Suspense does). What comes to an end has therefore looked at nothing that is
 * outstanding, and no later fact can change it.
 */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

/** Thrown by a look at facts that have not come yet. */
class Outstanding extends Error {
  constructor(
    /** They end, and never fail, when the facts have come; any of them may let the work go on. */
    readonly until: readonly Promise<unknown>[],
  ) {
    super('A fact is outstanding');
    this.name = 'Outstanding';
  }
}

/** Made without a stack: nobody reads it, and taking it costs more than the work that is interrupted. */
function outstanding(until: readonly Promise<unknown>[]): Outstanding {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const made = new Outstanding(until);
  Error.stackTraceLimit = stackTraceLimit;
  return made;
}

const known = new WeakMap<Promise<unknown>, object>();
/** What is behind the objects that {@link soFar} has given out. */
const behind = new WeakMap<object, () => object>();

/**
 * What a fact is, or, while it is outstanding, an object that interrupts whoever looks into it and is the fact's
 * value afterwards.
 *
 * @param fact must not fail, and is no list
 */
export function soFar<T extends object>(fact: Promise<T>): T {
  const before = known.get(fact);
  if (before !== undefined) return before as T;
  let value: T | undefined;
  const coming = fact.then((come) => {
    value = come;
    known.set(fact, come);
    behind.set(come, () => come);
  });
  let interruption: Outstanding | undefined;
  const come = (): T => {
    if (value === undefined) throw (interruption ??= outstanding([coming]));
    return value;
  };
  const standIn = new Proxy(
    {},
    {
      get: (_, key): unknown => Reflect.get(come(), key),
      has: (_, key) => Reflect.has(come(), key),
      ownKeys: () => Reflect.ownKeys(come()),
      getOwnPropertyDescriptor: (_, key) => {
        const own = Reflect.getOwnPropertyDescriptor(come(), key);
        return own === undefined ? undefined : { ...own, configurable: true };
      },
    },
  );
  known.set(fact, standIn);
  behind.set(standIn, come);
  return standIn as T;
}

/** Work that takes longer than this is not done again at once, in milliseconds. */
const LIGHT_MS = 2;
/** How many times its own duration such work waits before it is done again. */
const REST = 4;

/** The result of a piece of work as soon as the facts that it looks at have come. */
export async function whenKnown<T>(work: () => T): Promise<T> {
  let spent = 0;
  for (;;) {
    const started = performance.now();
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Outstanding)) throw error;
      const took = performance.now() - started;
      await Promise.race(error.until);
      // Facts that come one by one, as many as a network likes to give, must not keep the processor busy.
      spent += took;
      if (spent < LIGHT_MS) continue;
      await (took > LIGHT_MS ? sleep(REST * took) : setImmediate());
      spent = 0;
    }
  }
}

/** The result of a piece of work, or something else where it looks at facts that have not come. */
export function knownOr<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Outstanding)) throw error;
    return otherwise;
  }
}

/** A plain copy of data once all of it has come. */
export async function whole<T>(data: () => T): Promise<T> {
  for (;;) {
    const missing: Promise<unknown>[] = [];
    const copy = copyOf(data, missing);
    if (missing.length === 0) return copy as T;
    await Promise.all(missing);
  }
}

/** Copies what is there and notes what is missing, so that everything is asked for in one go. */
function copyOf(part: () => unknown, missing: Promise<unknown>[]): unknown {
  try {
    const value = part();
    if (Array.isArray(value)) return value.map((item: unknown) => copyOf(() => item, missing));
    if (typeof value !== 'object' || value === null) return value;
    const fact = behind.get(value);
    if (fact !== undefined) return fact();
    return Object.fromEntries(
      Object.keys(value).map((key) => [
        key,
        copyOf(() => (value as Record<string, unknown>)[key], missing),
      ]),
    );
  } catch (error) {
    if (!(error instanceof Outstanding)) throw error;
    missing.push(...error.until);
    return undefined;
  }
}

/** Whether something holds of one of the items; one of which it does makes the outstanding ones needless. */
export function some<T>(items: Iterable<T>, holds: (item: T) => boolean): boolean {
  const missing: Promise<unknown>[] = [];
  for (const item of items) {
    try {
      if (holds(item)) return true;
    } catch (error) {
      if (!(error instanceof Outstanding)) throw error;
      missing.push(...error.until);
    }
  }
  if (missing.length > 0) throw outstanding(missing);
  return false;
}

/** Whether something holds of all items; one of which it does not makes the outstanding ones needless. */
export function every<T>(items: Iterable<T>, holds: (item: T) => boolean): boolean {
  return !some(items, (item) => !holds(item));
}

/** Whether one of the conditions holds; see {@link some}. */
export function either(...conditions: readonly (() => boolean)[]): boolean {
  return some(conditions, (holds) => holds());
}

/** An object whose properties are worked out when they are first looked at, each once. */
export function lazily<T extends object>(parts: { readonly [K in keyof T]: () => T[K] }): T {
  const object = {};
  for (const key of Object.keys(parts) as (keyof T)[]) {
    Object.defineProperty(object, key, {
      enumerable: true,
      configurable: true,
      get: () => {
        const value = parts[key]();
        Object.defineProperty(object, key, { enumerable: true, value });
        return value;
      },
    });
  }
  return object as T;
}
