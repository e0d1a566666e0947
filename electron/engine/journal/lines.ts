/**
 * Lines of the journal. Each begins with its type and the id of its entry, which is enough to know how that entry
 * stands without parsing it, and ends with a checksum; those of KMS Doctor 1.0 have none.
 */
import { hash } from 'node:crypto';
import { FIX_RESULTS } from '@shared/plan';
import {
  parseEntryEvent,
  parseEntryStart,
  type EntryEvent,
  type EntryState,
  type StoredStart,
} from './journal-schema';

/** An entry with all that followed. */
export interface JournalEntry extends StoredStart {
  readonly entry: string;
  readonly state: EntryState;
  readonly events: readonly EntryEvent[];
}

/** An entry whose details are not parsed yet. */
export interface EntryRecord {
  readonly entry: string;
  readonly state: EntryState;
  /** How many lines it has. */
  readonly lines: number;
  /** Whether its first line says that it is a step of that treatment. */
  isStepOf(treatment: string): boolean;
  /** Parses the rest; null when a line was altered, or tells of what no fix does. */
  details(): JournalEntry | null;
}

const TYPE = '{"type":"';
const ENTRY = '","entry":"';
const STATE = '","state":"';

const OPENED = 'entry-opened"';
const CLOSED = 'entry-closed"';
const UNDONE = 'entry-undone"';

/** How a line may start, for finding one inside of another. */
const LINE_STARTS = [`${TYPE}entry-`, `${TYPE}change-`];

const ENTRY_ID = /^[A-Za-z0-9-]{1,64}$/;

const SUM = ',"sum":"';
const SUM_DIGITS = 8;
/** The length of the checksum's property with the bracket that closes the line. */
const TAIL = SUM.length + SUM_DIGITS + '"}'.length;

/** A line without its newline; the checksum is that of all that stands before it. */
export function toLine(content: object): string {
  const text = JSON.stringify(content).slice(0, -1);
  return `${text}${SUM}${sumOf(text)}"}`;
}

const sumOf = (text: string): string => hash('sha256', text).slice(0, SUM_DIGITS);

const hasSum = (line: string): boolean => line.startsWith(SUM, line.length - TAIL);

function isWhole(line: string): boolean {
  if (!line.startsWith(TYPE)) return false;
  if (hasSum(line)) return line.slice(SUM.length - TAIL, -2) === sumOf(line.slice(0, -TAIL));
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** The lines of an entry, where they stand: most are never looked at. */
class EntryIndex implements EntryRecord {
  state: EntryState = 'open';
  /** Index of the text, start and end of each line. */
  private readonly places: number[] = [];
  private isBelieved = true;

  constructor(
    readonly entry: string,
    private readonly texts: readonly string[],
  ) {}

  get lines(): number {
    return this.places.length / 3;
  }

  add(line: string, text: number, start: number): void {
    this.places.push(text, start, start + line.length);
    if (line.startsWith(UNDONE, TYPE.length)) this.state = 'undone';
    else if (line.startsWith(CLOSED, TYPE.length)) {
      const stateStart = TYPE.length + CLOSED.length - 1 + ENTRY.length + this.entry.length;
      const [state = ''] = line.slice(stateStart + STATE.length).split('"', 1);
      this.state = FIX_RESULTS.find((result) => result === state) ?? this.state;
    }
  }

  isStepOf(treatment: string): boolean {
    const [text = 0, start = 0, end = 0] = this.places;
    const line = this.texts[text]?.slice(start, end) ?? '';
    return line.includes(`"treatment":${JSON.stringify(treatment)}`);
  }

  distrust(): void {
    this.isBelieved = false;
  }

  details(): JournalEntry | null {
    if (!this.isBelieved) return null;
    const values: unknown[] = [];
    for (let index = 0; index < this.places.length; index += 3) {
      const [text = 0, start = 0, end = 0] = this.places.slice(index, index + 3);
      values.push(JSON.parse(this.texts[text]?.slice(start, end) ?? ''));
    }
    const [first, ...rest] = values;
    const opening = parseEntryStart(first);
    if (opening === null) return null;
    const events: EntryEvent[] = [];
    for (const line of rest) {
      const event = parseEntryEvent(line);
      if (event === null) return null;
      events.push(event);
    }
    return { ...opening, entry: this.entry, state: this.state, events };
  }
}

/**
 * Finds the entries in the texts of a journal's files, without parsing them.
 *
 * @returns newest first, and how many lines are damaged or belong to no entry
 */
export function indexEntries(texts: readonly string[]): {
  readonly entries: EntryRecord[];
  readonly unreadable: number;
} {
  const records = new Map<string, EntryIndex>();
  let unreadable = 0;
  for (const [index, text] of texts.entries()) {
    for (let next = 0; next < text.length;) {
      const start = next;
      const newline = text.indexOf('\n', start);
      const end = newline < 0 ? text.length : newline;
      next = end + 1;
      if (end === start) continue;
      let line = text.slice(start, end);
      if (!isWhole(line)) {
        unreadable += 1;
        // What a killed process left of its line may have another process's line right behind it.
        const inside = Math.max(...LINE_STARTS.map((lineStart) => line.lastIndexOf(lineStart)));
        const rest = line.slice(Math.max(inside, 1));
        if (!isWhole(rest)) {
          // A line that was cut off was never acted upon. One that was altered leaves its entry unknown.
          if (hasSum(line)) recordOf(line, records, texts)?.distrust();
          continue;
        }
        line = rest;
      }
      const record = recordOf(line, records, texts);
      if (record === null) unreadable += 1;
      else record.add(line, index, end - line.length);
    }
  }
  return { entries: [...records.values()].reverse(), unreadable };
}

/** The entry that a line belongs to, a new one where it opens one; null where there is none. */
function recordOf(
  line: string,
  records: Map<string, EntryIndex>,
  texts: readonly string[],
): EntryIndex | null {
  const typeEnd = line.indexOf('"', TYPE.length);
  if (!line.startsWith(ENTRY, typeEnd)) return null;
  const idStart = typeEnd + ENTRY.length;
  const id = line.slice(idStart, line.indexOf('"', idStart));
  const known = records.get(id);
  if (known !== undefined) return known;
  if (!line.startsWith(OPENED, TYPE.length) || !ENTRY_ID.test(id)) return null;
  const record = new EntryIndex(id, texts);
  records.set(id, record);
  return record;
}
