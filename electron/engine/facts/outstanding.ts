/**
 * Works with facts that are still outstanding. Code that reads one is interrupted by {@link Outstanding}, waits for the
 * fact and restarts, like React's Suspense. Code that runs to completion has therefore read no outstanding fact, so no
 * later fact can change its result.
 */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { getOrCreate } from '@shared/get-or-create';

/** Thrown when code reads a fact that isn't available yet. */
class Outstanding extends Error {
  /** Promises that resolve when the facts are available, and never reject. Any of them may let the work continue. */
  readonly until!: readonly Promise<unknown>[];
}

/** Created without a stack: it's never read, and capturing it costs more than the interrupted work. */
const outstanding = (until: readonly Promise<unknown>[]): Outstanding =>
  Object.assign(Object.create(Outstanding.prototype) as Outstanding, { until });

/** A fact returned by {@link peek}, and the proxy handler of its placeholder. */
class Fact implements ProxyHandler<object> {
  readonly standIn = new Proxy({}, this);
  /** Resolves when the value is available. */
  readonly coming: Promise<unknown>;
  /** Undefined while it's outstanding. */
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

/** All facts returned so far, by promise, by placeholder and by value. */
const facts = new WeakMap<object, Fact>();

/**
 * Returns a fact's value or, while it's outstanding, a placeholder that interrupts any access and acts as the value
 * later.
 *
 * @param fact must not reject, and must not resolve to an array
 */
export function peek<T extends object>(fact: Promise<T>): T {
  const known = getOrCreate<object, Fact>(facts, fact, () => new Fact(fact));
  return (known.value ?? known.standIn) as T;
}

/** Returns the result of a function, or the interruption if it reads outstanding facts. */
function attempt<T>(work: () => T): T | Outstanding {
  try {
    return work();
  } catch (error) {
    if (error instanceof Outstanding) return error;
    throw error;
  }
}

/** Work that takes longer than this many milliseconds isn't restarted immediately. */
const LIGHT_MS = 2;
/** Delay before such work is restarted, as a multiple of its duration. */
const REST = 4;

/** Returns the result of a function as soon as all facts that it reads are available. */
export async function whenKnown<T>(work: () => T): Promise<T> {
  let spent = 0;
  for (;;) {
    const started = performance.now();
    const result = attempt(work);
    if (!(result instanceof Outstanding)) return result;
    const took = performance.now() - started;
    await Promise.race(result.until);
    // Facts that arrive one by one, in any number that the network produces, must not keep the CPU busy.
    spent += took;
    if (spent < LIGHT_MS) continue;
    await (took > LIGHT_MS ? sleep(REST * took) : setImmediate());
    spent = 0;
  }
}

/** Returns the result of a function, or `otherwise` if it reads outstanding facts. */
export function knownOr<T>(work: () => T, otherwise: T): T {
  const result = attempt(work);
  return result instanceof Outstanding ? otherwise : result;
}

/** A part of a copy whose value is still outstanding. */
interface Gap {
  readonly part: () => unknown;
  readonly fill: (value: unknown) => void;
}

/** Everything missing from a copy. */
interface Lacking {
  readonly gaps: Gap[];
  /** Promises that resolve when the facts are available. */
  readonly until: Promise<unknown>[];
}

/** Returns a plain copy of the data once all of it is available. */
export async function whenComplete<T>(data: () => T): Promise<T> {
  let copy: unknown;
  let gaps: readonly Gap[] = [{ part: data, fill: (value) => (copy = value) }];
  for (;;) {
    const lacking: Lacking = { gaps: [], until: [] };
    for (const { part, fill } of gaps) fill(copyOf(part, fill, lacking));
    if (lacking.gaps.length === 0) return copy as T;
    await Promise.all(lacking.until);
    // Parts already copied stay as they are: no later fact can change them.
    ({ gaps } = lacking);
  }
}

/** Copies what's available and records what's missing, so that all missing facts are requested together. */
function copyOf(part: Gap['part'], fill: Gap['fill'], lacking: Lacking): unknown {
  const value = attempt(part);
  if (value instanceof Outstanding) {
    lacking.gaps.push({ part, fill });
    lacking.until.push(...value.until);
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

/** Whether a condition holds for any item. If it holds for one, outstanding facts of the others don't matter. */
export function some<T>(items: Iterable<T>, holds: (item: T) => boolean): boolean {
  const missing: Promise<unknown>[] = [];
  for (const item of items) {
    const held = attempt(() => holds(item));
    if (held === true) return true;
    if (held instanceof Outstanding) missing.push(...held.until);
  }
  if (missing.length > 0) throw outstanding(missing);
  return false;
}

/** Whether a condition holds for all items. If it fails for one, outstanding facts of the others don't matter. */
export function every<T>(items: Iterable<T>, holds: (item: T) => boolean): boolean {
  return !some(items, (item) => !holds(item));
}

/** Whether any of the conditions holds; see {@link some}. */
export function either(...conditions: readonly (() => boolean)[]): boolean {
  return some(conditions, (holds) => holds());
}

/**
 * Creates an object whose properties are computed on first access and then cached.
 *
 * @param parts the functions that compute them
 * @param base an object whose other properties it has too
 */
export function lazyObject<T extends object, Base extends object = object>(
  parts: { readonly [K in keyof T]: (self: T) => T[K] },
  base?: Base,
): Omit<Base, keyof T> & T {
  const object = Object.defineProperties({}, Object.getOwnPropertyDescriptors(base ?? {})) as T;
  for (const key of Object.keys(parts) as (keyof T)[]) {
    let isKnown = false;
    let value: T[keyof T] | undefined;
    Object.defineProperty(object, key, {
      enumerable: true,
      configurable: true,
      get: () => {
        if (!isKnown) {
          value = parts[key](object);
          isKnown = true;
        }
        return value;
      },
    });
  }
  return object as Omit<Base, keyof T> & T;
}
