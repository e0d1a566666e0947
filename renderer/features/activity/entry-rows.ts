/** The entries of the activity, grouped by treatment, filtered, and grouped by day. */
import { FIX_RESULTS } from '@shared/fix-results';
import type { JournalEntryView } from '@shared/plan';

/** The states that entries can be filtered by, in the order of the filter's options. */
export const ENTRY_STATES = [...FIX_RESULTS, 'undone', 'open', 'running'] as const;

/** One of {@link ENTRY_STATES}. */
export type EntryState = (typeof ENTRY_STATES)[number];

/** Returns the state of an entry; one in progress is `running`. */
export const stateOf = ({ running, state }: JournalEntryView): EntryState =>
  running ? 'running' : state;

/** The entries of one treatment, newest first, or a single entry outside any treatment. */
export type EntryRows = readonly [JournalEntryView, ...JournalEntryView[]];

/** Splits a list into runs: an item joins the current run if it belongs with the first item of the run. */
function grouped<T>(
  items: readonly T[],
  belongs: (item: T, first: T) => boolean,
): readonly (readonly [T, ...T[]])[] {
  const groups: [T, ...T[]][] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (last !== undefined && belongs(item, last[0])) last.push(item);
    else groups.push([item]);
  }
  return groups;
}

/** Groups entries, given newest first, by treatment. */
export const groupByTreatment = (entries: readonly JournalEntryView[]): readonly EntryRows[] =>
  grouped(entries, ({ treatment }, first) => treatment !== null && treatment === first.treatment);

/** Entry filter: every word of the text must match, ignoring case; a null state matches all. */
export interface EntryFilter {
  readonly text: string;
  readonly state: EntryState | null;
}

/** Returns the rows with a matching entry; a treatment is kept as a whole. */
export function filterRows(
  rows: readonly EntryRows[],
  { text, state }: EntryFilter,
): readonly EntryRows[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && state === null) return rows;
  const isWanted = (entry: JournalEntryView): boolean => {
    if (state !== null && stateOf(entry) !== state) return false;
    const own = textOf(entry);
    return words.every((word) => own.includes(word));
  };
  return rows.filter((entries) => entries.some(isWanted));
}

/**
 * Returns the searchable text of an entry: its title, its hosts and other values, and the IDs that the command line
 * accepts.
 */
const textOf = ({ title, entry, treatment, changes }: JournalEntryView): string =>
  [title, entry, treatment, ...changes.flatMap((one) => [one.title, one.before, one.after])]
    .join('\n')
    .toLowerCase();

const dateOf = ([latest]: EntryRows): Date => new Date(latest.at);

/**
 * Groups rows, given newest first, by the day of their latest entry in this PC's time zone. The date is a time on that
 * day.
 */
export const groupByDay = (rows: readonly EntryRows[]) =>
  grouped(rows, (row, first) => dateOf(row).toDateString() === dateOf(first).toDateString()).map(
    (ofDay) => ({ date: dateOf(ofDay[0]), rows: ofDay }),
  );
