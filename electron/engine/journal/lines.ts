/**
 * Lines of the journal. Each line starts with its type and the ID of its entry, so that the entry's state can be
 * determined without parsing the line, and ends with a checksum. Lines written by KMS Doctor 1.0 have no checksum.
 */
import { hash } from 'node:crypto';
import { FIX_RESULTS } from '@shared/fix-results';
import { entryLines, type EntryEvent, type EntryState, type StoredStart } from './journal-schema';

/** A journal entry with all of its events. */
export interface JournalEntry extends StoredStart {
  readonly entry: string;
  readonly state: EntryState;
  readonly events: readonly EntryEvent[];
}

/** A journal entry with details that haven't been parsed yet. */
export interface EntryRecord {
  readonly entry: string;
  readonly state: EntryState;
  /** Number of lines. */
  readonly lines: number;
  /** Whether it's a step of the treatment, according to its first line. */
  isStepOf(treatment: string): boolean;
  /** Parses the entry; returns null if a line was altered or has contents that no fix could have written. */
  details(): JournalEntry | null;
}

const TYPE = '{"type":"';
const ENTRY = '","entry":"';
const STATE = '","state":"';

const OPENED = 'entry-opened"';
const CLOSED = 'entry-closed"';
const UNDONE = 'entry-undone"';

/** Possible starts of a line, used to find one line inside another. */
const LINE_STARTS = [`${TYPE}entry-`, `${TYPE}change-`];

const ENTRY_ID = /^[A-Za-z0-9-]{1,64}$/;

const SUM = ',"sum":"';
const SUM_DIGITS = 8;
/** Length of the checksum property, including the brace that closes the line. */
const TAIL = SUM.length + SUM_DIGITS + '"}'.length;

/** Serializes a line, without the newline. The checksum covers everything before it. */
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

/** The locations of an entry's lines. Most entries are never parsed. */
class EntryIndex implements EntryRecord {
  state: EntryState = 'open';
  /** Text index, start and end of each line, flattened. */
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
    return this.line(0).includes(`"treatment":${JSON.stringify(treatment)}`);
  }

  distrust(): void {
    this.isBelieved = false;
  }

  details(): JournalEntry | null {
    if (!this.isBelieved) return null;
    const stored = Array.from({ length: this.lines }, (_, index): unknown =>
      JSON.parse(this.line(index)),
    );
    const parsed = entryLines.safeParse(stored);
    if (!parsed.success) return null;
    const [opening, ...events] = parsed.data;
    return { ...opening, entry: this.entry, state: this.state, events };
  }

  private line(index: number): string {
    const [text = 0, start = 0, end = 0] = this.places.slice(3 * index, 3 * index + 3);
    return this.texts[text]?.slice(start, end) ?? '';
  }
}

/**
 * Finds the entries in the contents of a journal's files, without parsing them.
 *
 * @returns the entries, newest first, and the number of lines that are damaged or don't belong to an entry
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
        // A killed process may leave a partial line, with a line of another process directly after it.
        const inside = Math.max(...LINE_STARTS.map((lineStart) => line.lastIndexOf(lineStart)));
        const rest = line.slice(Math.max(inside, 1));
        if (!isWhole(rest)) {
          // A truncated line was never acted on. An altered line means that its entry can't be trusted.
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

/** Returns the entry that a line belongs to, creating it if the line opens one; null if there is none. */
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
