/**
 * Working with facts that are still outstanding. Whoever looks into one is interrupted by {@link Outstanding}, waits
 * for it and starts again (as React's Suspense does). What comes to an end has therefore looked at nothing that is
 * outstanding, and no later fact can change it.
 */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

/** Thrown by a look at facts that have not come yet. */
class Outstanding extends Error {
  /** They end, and never fail, when the facts have come; any of them may let the work go on. */
  readonly until!: readonly Promise<unknown>[];
}

/** Made without a stack: nobody reads it, and taking it costs more than the work that is interrupted. */
const outstanding = (until: readonly Promise<unknown>[]): Outstanding =>
  Object.assign(Object.create(Outstanding.prototype) as Outstanding, { until });

/** A fact that {@link soFar} has given out, and how its stand-in behaves. */
class Fact implements ProxyHandler<object> {
  readonly standIn = new Proxy({}, this);
  /** Ends when it has come. */
  readonly coming: Promise<unknown>;
  /** Undefined while it is outstanding. */
  value: object | undefined;
  private interruption: Outstanding | undefined;

  constructor(fact: Promise<object>) {
    facts.set(this.standIn, this);
    this.coming = fact.then((come) => {
      this.value = come;
      facts.set(come, this);
    });
  }

  private come(): object {
    if (this.value === undefined) throw (this.interruption ??= outstanding([this.coming]));
    return this.value;
  }

  get(_: object, key: PropertyKey): unknown {
    return Reflect.get(this.come(), key);
  }

  has(_: object, key: PropertyKey): boolean {
    return Reflect.has(this.come(), key);
  }

  ownKeys(): (string | symbol)[] {
    return Reflect.ownKeys(this.come());
  }

  getOwnPropertyDescriptor(_: object, key: PropertyKey): PropertyDescriptor | undefined {
    const own = Reflect.getOwnPropertyDescriptor(this.come(), key);
    return own === undefined ? undefined : { ...own, configurable: true };
  }
}

/** The facts that were given out, by their promises, by what stands in for them and by what they came to. */
const facts = new WeakMap<object, Fact>();

/**
 * What a fact is, or, while it is outstanding, an object that interrupts whoever looks into it and is the fact's
 * value afterwards.
 *
 * @param fact must not fail, and is no list
 */
export function soFar<T extends object>(fact: Promise<T>): T {
  let known = facts.get(fact);
  if (known === undefined) {
    known = new Fact(fact);
    facts.set(fact, known);
  }
  return (known.value ?? known.standIn) as T;
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

/** A place in a copy that waits for what belongs there. */
interface Gap {
  readonly part: () => unknown;
  readonly fill: (value: unknown) => void;
}

/** What a copy lacks. */
interface Lacking {
  readonly gaps: Gap[];
  /** They end when the facts have come. */
  readonly until: Promise<unknown>[];
}

/** A plain copy of data once all of it has come. */
export async function whole<T>(data: () => T): Promise<T> {
  let copy: unknown;
  let gaps: readonly Gap[] = [{ part: data, fill: (value) => (copy = value) }];
  for (;;) {
    const lacking: Lacking = { gaps: [], until: [] };
    for (const { part, fill } of gaps) fill(copyOf(part, fill, lacking));
    if (lacking.gaps.length === 0) return copy as T;
    await Promise.all(lacking.until);
    // What is there stays as it is: no later fact can change it.
    ({ gaps } = lacking);
  }
}

/** Copies what is there and notes what is missing, so that everything is asked for in one go. */
function copyOf(part: Gap['part'], fill: Gap['fill'], lacking: Lacking): unknown {
  let value: unknown;
  try {
    value = part();
  } catch (error) {
    if (!(error instanceof Outstanding)) throw error;
    lacking.gaps.push({ part, fill });
    lacking.until.push(...error.until);
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return value;
  const fact = facts.get(value);
  if (fact !== undefined) {
    if (fact.value === undefined) {
      lacking.gaps.push({ part: () => fact.value, fill });
      lacking.until.push(fact.coming);
    }
    return fact.value;
  }
  const copy: Record<string, unknown> = Array.isArray(value) ? ([] as never) : {};
  for (const key of Object.keys(value)) {
    const place = (item: unknown): void => {
      copy[key] = item;
    };
    place(copyOf(() => (value as Record<string, unknown>)[key], place, lacking));
  }
  return copy;
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
    let isKnown = false;
    let value: T[keyof T] | undefined;
    Object.defineProperty(object, key, {
      enumerable: true,
      configurable: true,
      get: () => {
        if (!isKnown) {
          value = parts[key]();
          isKnown = true;
        }
        return value;
      },
    });
  }
  return object as T;
}
