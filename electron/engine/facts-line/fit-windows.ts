/** Windows facts that a facts line can omit. */
import { decodeEvent, fieldOf } from '@shared/events';
import { isRowOf } from '@shared/kms';
import { registryFact, type ScenarioFile, type ScenarioPart } from '@shared/scenario';
import { valueOr } from '../facts/fact-types';
import type { RunResult } from '../run';
import { byKind, entryItem, type Item } from './item';

type Row = NonNullable<ScenarioPart<'licensing'>['products']>[number];

/** Registry values up to this many characters of JSON aren't removed: their entries in `unread` would cost as much. */
const SHORT_VALUE = 80;

/**
 * Returns the events that repeat another one, and the remaining events except the newest, each oldest first. On a KMS
 * host, each client that shares its ID counts as a separate kind, and such clients stay together.
 */
export function eventItems({ events = [] }: ScenarioFile): readonly [Item[], Item[]] {
  const all = events.map((event, place) => ({ place, ...told(event) }));
  const names = new Map<string, Set<string>>();
  const newest = new Map<string, number>();
  for (const { id, client, time } of all) {
    names.set(id, (names.get(id) ?? new Set()).add(client));
    newest.set(id, Math.max(newest.get(id) ?? 0, time));
  }
  const isShared = ({ id }: Told): boolean => id !== '' && (names.get(id)?.size ?? 0) > 1;
  const timeOf = (one: Told): number => (isShared(one) ? (newest.get(one.id) ?? 0) : one.time);
  const newestFirst = all.toSorted(
    (one, other) => timeOf(other) - timeOf(one) || other.time - one.time,
  );
  const [repeats, first] = byKind(newestFirst, (one) =>
    [one.kind, ...(isShared(one) ? [one.id, one.client] : [])].join(' '),
  );
  const items = (entries: typeof all): Item[] =>
    entries.map(({ place }) => entryItem('events', 'events', place));
  return [items(repeats), items(first.slice(0, -1))];
}

type Told = ReturnType<typeof told>;

/**
 * Extracts what distinguishes an event. `id` is the client machine ID at a KMS host, `product` the ID of its row; empty
 * if there is none.
 */
function told({ id, time = '', data = [] }: ScenarioPart<'events'>[number]) {
  const decoded = decodeEvent({ id, time, data });
  const field = (name: Parameters<typeof fieldOf>[1]): string =>
    (decoded && fieldOf(decoded, name)) ?? '';
  return {
    time: Date.parse(time) || 0,
    kind: [id, decoded?.code, field('host'), field('domain')].join(' '),
    id: id === 12290 ? field('clientMachineId') : '',
    product: field('activationId').toLowerCase(),
    client: field('clientName'),
  };
}

/** @param row null if it was removed */
const isOffice = (row: Row | null): boolean => row !== null && isRowOf('office', row);

/**
 * Returns the Office rows, those that repeat another one first, and the Windows rows that don't count. Office rows
 * named by events stay as long as the events, which would otherwise count as Windows events.
 */
export function productItems({ licensing, events = [] }: ScenarioFile, { snapshot }: RunResult) {
  const licence = valueOr(snapshot.licence, null);
  const rows = (licensing?.products ?? []).map((row, place) => ({ place, row }));
  const named = new Set(events.map((event) => told(event).product).filter(Boolean));
  const items = (fact: string, those: typeof rows): Item[] =>
    those.map(({ place }) => entryItem(fact, 'products', place));
  const [repeats, first] = byKind(
    rows.filter(({ row }) => isOffice(row) && !named.has(row.ID?.toLowerCase() ?? '')),
    ({ row }) => JSON.stringify([row.Description, row.LicenseStatus, row.LicenseStatusReason]),
  );
  const otherWindows = rows
    .filter(({ row }) => !isOffice(row) && row.PartialProductKey !== licence?.partialProductKey)
    .reverse();
  return {
    repeatedOffice: items('office', repeats),
    office: items('office', first),
    otherWindows: items('licence', otherWindows),
  };
}

/** Removes all Office rows. */
export function withoutOffice({ licensing }: ScenarioFile): void {
  if (licensing?.products) {
    licensing.products = licensing.products.filter((row) => !isOffice(row));
  }
}

/** Returns long registry values. Each removed one becomes unread. */
export function registryItems({ registry = {} }: ScenarioFile): Item[] {
  return Object.entries(registry).flatMap(([key, values]) =>
    Object.entries(values)
      .filter(([, value]) => JSON.stringify(value).length > SHORT_VALUE)
      .map(([name]) => ({
        fact: 'registry',
        take: (file) => delete file.registry?.[key]?.[name],
        unread: [registryFact(key, name)],
      })),
  );
}
