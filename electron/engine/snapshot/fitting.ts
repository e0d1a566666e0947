/** Makes a case conform to its format. Real networks contain data that the format doesn't allow. */
import { decodeEvent, fieldOf } from '@shared/events';
import {
  isFactName,
  MAX_TEXT,
  scenarioSchema,
  findExcessEntries,
  valueAt,
  type ScenarioEvent,
  type ScenarioFile,
} from '@shared/scenario';
import { getOrCreate } from '@shared/get-or-create';

/** Maximum number of events in a file (docs/scenario-file.md#limits). */
const MAX_EVENTS = 1_024;

/** Names of the facts recorded in parts of a file, if they differ from the names of the parts. */
const FACTS: Readonly<Record<string, string>> = {
  computer: 'dnsClient',
  'licensing.service': 'service',
  'licensing.products': 'licence',
  services: 'sppsvc',
  'dns.servers': 'dns',
  'dns.resolverCache': 'resolver',
  hosts: 'port',
  unread: 'dns',
};

/** Returns the case reduced to the limits of a file; facts that were removed are listed in `leftOut`. */
export function truncateToLimits(file: ScenarioFile): ScenarioFile {
  const leftOut = new Set(file.leftOut ?? []);
  const events = file.events && newestEvents(file.events);
  if ((events?.length ?? 0) < (file.events?.length ?? 0)) leftOut.add('events');
  const within = shortTexts<ScenarioFile>(file.events ? { ...file, events } : file);
  for (;;) {
    const excess = findExcessEntries(within);
    if (excess === null) break;
    const { path, params } = excess;
    // `leftOut` and `unread` share a limit. Losing an unread fact's reason matters less than losing a `leftOut` entry.
    const place = path[0] === 'leftOut' ? ['unread'] : path;
    takeFromEnd(within, place, (params['count'] ?? 0) - (params['most'] ?? 0));
    const part = String(place[0]);
    leftOut.add(FACTS[part] ?? FACTS[`${part}.${place[1]}`] ?? part);
    within.leftOut = [...leftOut].filter(isFactName);
  }
  return { ...within, ...(leftOut.size > 0 && { leftOut: [...leftOut].filter(isFactName) }) };
}

/** Removes the last entries of an array or object in a case. */
function takeFromEnd(file: ScenarioFile, path: readonly PropertyKey[], count: number): void {
  const container = valueAt(file, path);
  if (Array.isArray(container)) container.splice(-count);
  else {
    const names = Object.keys(container as object).slice(-count);
    for (const name of names) Reflect.deleteProperty(container as object, name);
  }
}

/** Reduces a long log to the newest event of each client, then the newest of the rest, keeping the log's order. */
function newestEvents(events: readonly ScenarioEvent[]): ScenarioEvent[] {
  const clients = new Set<string>();
  const [distinct, others]: [number[], number[]] = [[], []];
  for (const [index, { id, time = '', data = [] }] of [...events.entries()].reverse()) {
    const decoded = id === 12290 ? decodeEvent({ id, time, data }) : null;
    const client =
      decoded && `${fieldOf(decoded, 'clientName')} ${fieldOf(decoded, 'clientMachineId')}`;
    if (client === null || clients.has(client)) others.push(index);
    else distinct.push(index);
    if (client !== null) clients.add(client);
  }
  const kept = new Set([...distinct, ...others].slice(0, MAX_EVENTS));
  return events.filter((_, index) => kept.has(index));
}

/** Truncates strings to the length that a file may contain. */
function shortTexts<T>(value: T): T {
  if (typeof value === 'string') return value.slice(0, MAX_TEXT) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => shortTexts(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key.length <= MAX_TEXT && key !== '__proto__')
      .map(([key, item]: [string, unknown]) => [key, shortTexts(item)]),
  ) as T;
}

/**
 * Returns the case without values that the format doesn't allow, such as a malformed address or a number out of range.
 *
 * All problems found by one validation are removed together, so that three validations are enough: entries left without
 * a required property are removed after the second one.
 *
 * @param most number of invalid values at which the case is rejected
 * @throws Error if the case is rejected, or has problems that can't be removed
 */
export function fitToSchema(file: ScenarioFile, most = Infinity): ScenarioFile {
  const copy = structuredClone(file);
  for (let taken = 0; taken < most;) {
    const issues = scenarioSchema.safeParse(copy).error?.issues ?? [];
    if (issues.length === 0) return copy;
    const count = takeOut(copy, issues);
    if (count === 0) break;
    taken += count;
  }
  throw new Error('The case does not match its schema');
}

/**
 * Removes invalid values from a case. If a required value is missing, removes the object that lacks it.
 *
 * @returns number of values removed
 */
function takeOut(
  file: ScenarioFile,
  issues: readonly { readonly path: readonly PropertyKey[] }[],
): number {
  // Collect all places first, because removing list entries shifts the ones after them.
  const gone = new Map<object, Set<PropertyKey>>();
  for (const { path } of issues) {
    const place = placeOf(file, path);
    if (place === null) continue;
    const [container, key] = place;
    getOrCreate(gone, container, () => new Set()).add(key);
  }
  let count = 0;
  for (const [container, keys] of gone) {
    count += keys.size;
    if (Array.isArray(container)) {
      const kept = container.filter((_, index) => !keys.has(index));
      container.splice(0, container.length, ...(kept as unknown[]));
    } else for (const key of keys) Reflect.deleteProperty(container, key);
  }
  return count;
}

/** Returns the location of the deepest existing value on a path; null for the case itself. */
function placeOf(
  file: ScenarioFile,
  path: readonly PropertyKey[],
): readonly [container: object, key: PropertyKey] | null {
  let place: readonly [object, PropertyKey] | null = null;
  let value: unknown = file;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) break;
    place = [value, step];
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return place;
}
