/** Makes a case fit its format. A real network holds everything. */
import { decodeEvent, fieldOf } from '@shared/events';
import { MAX_TEXT, scenarioSchema, type ScenarioFile } from '@shared/scenario';

type Event = NonNullable<ScenarioFile['events']>[number];

/** Entries that a file may have at most (docs/scenario-file.md#limits). */
const MOST = { adapters: 64, suffixes: 128, hosts: 256, records: 4_096, events: 1_024 } as const;

/** The case without what a file may not hold so much of; what is gone stands in `leftOut`. */
export function withinLimits(file: ScenarioFile): ScenarioFile {
  const leftOut = new Set(file.leftOut ?? []);
  const first = <T>(items: readonly T[], most: number, fact: string): T[] => {
    if (items.length > most) leftOut.add(fact);
    return items.slice(0, most);
  };
  const { computer, dns } = file;
  const cache = dns?.resolverCache ?? null;
  let room: number = MOST.records - Math.min(cache?.length ?? 0, MOST.records);
  const servers = Object.entries(dns?.servers ?? {}).map(([key, server]) => {
    const records = first(server.records ?? [], room, 'dns');
    room -= records.length;
    return [key, { ...server, ...(server.records && { records }) }] as const;
  });
  const within: ScenarioFile = {
    ...file,
    ...(computer?.dnsSuffixSearchList && {
      computer: {
        ...computer,
        dnsSuffixSearchList: first(computer.dnsSuffixSearchList, MOST.suffixes, 'dnsClient'),
      },
    }),
    ...(file.adapters && { adapters: first(file.adapters, MOST.adapters, 'adapters') }),
    ...(file.events && { events: newestEvents(file.events) }),
    dns: {
      ...dns,
      servers: Object.fromEntries(servers),
      resolverCache: cache && first(cache, MOST.records, 'resolver'),
    },
    ...(file.hosts && {
      hosts: Object.fromEntries(first(Object.entries(file.hosts), MOST.hosts, 'port')),
    }),
  };
  if ((within.events?.length ?? 0) < (file.events?.length ?? 0)) leftOut.add('events');
  return { ...shortTexts(within), ...(leftOut.size > 0 && { leftOut: [...leftOut] }) };
}

/** Of a longer log the newest event of each client, then the newest of the rest, in the log's order. */
function newestEvents(events: readonly Event[]): Event[] {
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
  const kept = new Set([...distinct, ...others].slice(0, MOST.events));
  return events.filter((_, index) => kept.has(index));
}

/** The same with texts that a file may hold. */
function shortTexts<T>(value: T): T {
  if (typeof value === 'string') return value.slice(0, MAX_TEXT) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => shortTexts(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [key, shortTexts(item)]),
  ) as T;
}

/** Repairs of a case that the format refuses; each takes one place out, so there cannot be many. */
const MOST_REPAIRS = 1_000;

/** The case without what the format has no place for: an address in a form of its own, a number out of its range. */
export function fitting(file: ScenarioFile): ScenarioFile {
  const copy = structuredClone(file);
  for (let repairs = 0; repairs < MOST_REPAIRS; repairs += 1) {
    const [issue] = scenarioSchema.safeParse(copy).error?.issues ?? [];
    if (issue === undefined) return copy;
    takeOut(copy, issue.path);
  }
  throw new Error('The case does not fit its format');
}

function takeOut(file: ScenarioFile, path: readonly PropertyKey[]): void {
  let container: unknown = file;
  for (const step of path.slice(0, -1)) {
    container = (container as Record<PropertyKey, unknown>)[step];
  }
  const last = path.at(-1);
  if (Array.isArray(container)) container.splice(Number(last), 1);
  else if (last !== undefined) Reflect.deleteProperty(container as object, last);
}
