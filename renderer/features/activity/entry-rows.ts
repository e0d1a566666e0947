/** The entries of the activity, grouped by treatment, filtered, and grouped by day. */
import { FIX_RESULTS, type JournalEntryView } from '@shared/plan';

/** The states that entries can be filtered by, in the order of the filter's options. */
export const ENTRY_STATES = [...FIX_RESULTS, 'undone', 'open', 'running'] as const;

/** One of {@link ENTRY_STATES}. */
export type EntryState = (typeof ENTRY_STATES)[number];

/** Returns the state of an entry; one in progress is `running`. */
export const stateOf = ({ running, state }: JournalEntryView): EntryState =>
  running ? 'running' : state;

/** The entries of one treatment, newest first, or a single entry outside any treatment. */
export type EntryRows = readonly [JournalEntryView, ...JournalEntryView[]];

/** Groups entries, given newest first, by treatment. */
export function groupByTreatment(entries: readonly JournalEntryView[]): readonly EntryRows[] {
  const rows: [JournalEntryView, ...JournalEntryView[]][] = [];
  for (const entry of entries) {
    const last = rows.at(-1);
    if (entry.treatment !== null && last?.[0].treatment === entry.treatment) last.push(entry);
    else rows.push([entry]);
  }
  return rows;
}

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

/** The rows of one day. */
export interface DayRows {
  /** A time on that day, used for its heading. */
  readonly date: Date;
  readonly rows: readonly EntryRows[];
}

/** Groups rows, given newest first, by the day of their latest entry in this PC's time zone. */
export function groupByDay(rows: readonly EntryRows[]): readonly DayRows[] {
  const days: { date: Date; rows: EntryRows[] }[] = [];
  for (const entries of rows) {
    const date = new Date(entries[0].at);
    const last = days.at(-1);
    if (last?.date.toDateString() === date.toDateString()) last.rows.push(entries);
    else days.push({ date, rows: [entries] });
  }
  return days;
}
