/** The entries of the activity as it lists them: by treatment, filtered, and by day. */
import type { JournalEntryView } from '@shared/plan';

/** What an entry is filtered by. */
export type EntryState = JournalEntryView['state'] | 'running';

/** The states in the order in which a person chooses among them. */
export const ENTRY_STATES = [
  'verified',
  'applied',
  'unverified',
  'rolled-back',
  'failed',
  'undone',
  'open',
  'running',
] as const satisfies readonly EntryState[];

/** How an entry stands: one that is just being made has no end yet. */
export const stateOf = ({ running, state }: JournalEntryView): EntryState =>
  running ? 'running' : state;

/** The entries of one treatment, newest first, or one of its own. */
export type EntryRows = readonly [JournalEntryView, ...JournalEntryView[]];

/** Entries, newest first, with those of one treatment together. */
export function inTreatments(entries: readonly JournalEntryView[]): readonly EntryRows[] {
  const rows: [JournalEntryView, ...JournalEntryView[]][] = [];
  for (const entry of entries) {
    const last = rows.at(-1);
    if (entry.treatment !== null && last?.[0].treatment === entry.treatment) last.push(entry);
    else rows.push([entry]);
  }
  return rows;
}

/** Which entries are wanted: every word of the text stands in them, in whatever case; null is any state. */
export interface EntryFilter {
  readonly text: string;
  readonly state: EntryState | null;
}

/** The rows in which an entry is wanted; a treatment stays whole. */
export function filterRows(
  rows: readonly EntryRows[],
  { text, state }: EntryFilter,
): readonly EntryRows[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && state === null) return rows;
  const isWanted = (entry: JournalEntryView): boolean => {
    if (state !== null && stateOf(entry) !== state) return false;
    if (words.length === 0) return true;
    const own = textOf(entry);
    return words.every((word) => own.includes(word));
  };
  return rows.filter((entries) => entries.some(isWanted));
}

/** What an entry can be found by: its title, its hosts and other values, and the ids that the command line takes. */
const textOf = ({ title, entry, treatment, changes }: JournalEntryView): string =>
  [title, entry, treatment, ...changes.flatMap((one) => [one.title, one.before, one.after])]
    .join('\n')
    .toLowerCase();

/** The rows of a day. */
export interface DayRows {
  /** A moment of that day, by which it is named. */
  readonly date: Date;
  readonly rows: readonly EntryRows[];
}

/** Rows, newest first, by the day of their newest entry in the time zone of this PC. */
export function byDay(rows: readonly EntryRows[]): readonly DayRows[] {
  const days: { date: Date; rows: EntryRows[] }[] = [];
  for (const entries of rows) {
    const date = new Date(entries[0].at);
    const last = days.at(-1);
    if (last?.date.toDateString() === date.toDateString()) last.rows.push(entries);
    else days.push({ date, rows: [entries] });
  }
  return days;
}
