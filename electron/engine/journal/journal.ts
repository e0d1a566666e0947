/**
 * The journal: what was changed, on which computer, what had been there before, and how it ended.
 *
 * One JSON object a line, appended by a single write and synced to the disk before anything is done that the
 * line announces: whatever ends the process, the former values are on the disk. Several processes may append at
 * once; a last line that was cut off by a power loss is passed over.
 */
import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, stat, type FileHandle } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, posix, win32 } from 'node:path';
import type { Message } from '@shared/message';
import { redactDeep } from '@shared/redaction';
import type { EntryEvent, EntryStart, EntryState } from './entry';
import { parseEntryEvent, parseEntryStart } from './journal-schema';

/** An entry with all that followed. */
export interface JournalEntry extends EntryStart {
  readonly entry: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly state: EntryState;
  readonly events: readonly EntryEvent[];
}

/** An entry whose details are not parsed yet. */
export interface EntryRecord {
  readonly entry: string;
  readonly state: EntryState;
  /** Parses the rest; null when its first line is damaged, or a line tells of what no fix does. */
  details(): JournalEntry | null;
}

/** Why a journal cannot be kept; with the problems of a folder that is not safe, see `electron/elevation`. */
export type JournalProblem =
  | 'cut-short'
  | 'denied'
  | 'disk-full'
  | 'failed'
  | 'in-use'
  | 'link'
  | 'network'
  | 'not-a-file'
  | 'not-a-folder'
  | 'read-only'
  | 'removable'
  | 'unreadable'
  | 'writable';

/** The journal cannot be kept; nothing may be changed then. */
export class JournalUnusable extends Error {
  constructor(
    readonly path: string,
    readonly problem: JournalProblem,
    /** What the system calls it; empty where there is nothing more to say. */
    readonly detail = '',
  ) {
    super(`${path}: ${problem} ${detail}`.trimEnd());
    this.name = 'JournalUnusable';
  }

  /** The reason, to stand in brackets in a sentence. */
  get reason(): Message {
    return { key: `journal.problems.${this.problem}`, params: { detail: this.detail } };
  }
}

/** What the codes of the system mean here. */
const PROBLEMS: ReadonlyMap<string | undefined, JournalProblem> = new Map([
  ['EACCES', 'denied'],
  ['EBUSY', 'in-use'],
  ['EDQUOT', 'disk-full'],
  ['EEXIST', 'not-a-folder'],
  ['EISDIR', 'not-a-file'],
  ['ENOSPC', 'disk-full'],
  ['ENOTDIR', 'not-a-folder'],
  ['EPERM', 'denied'],
  ['EROFS', 'read-only'],
]);

const CURRENT = 'journal.jsonl';
/** Files that were put aside, in the order of their names. */
const ARCHIVE = /^journal-\d{8}T\d{9}-[0-9a-f]{8}\.jsonl$/;
/** Size at which a new file is begun, in bytes. */
const FULL_FILE = 32 * 1024 * 1024;

/** How every line begins: enough to know whose it is and how that entry stands, without parsing it. */
const TYPE = '{"type":"';
const ENTRY = '","entry":"';
const STATE = '","state":"';

const OPENED = 'entry-opened"';
const CLOSED = 'entry-closed"';
const UNDONE = 'entry-undone"';

const ENTRY_ID = /^[A-Za-z0-9-]{1,64}$/;

const STATES: readonly string[] = [
  'verified',
  'applied',
  'unverified',
  'rolled-back',
  'failed',
] satisfies EntryState[];

/** The lines of an entry, where they stand: most are never looked at. */
class EntryIndex implements EntryRecord {
  state: EntryState = 'open';
  /** Index of the file, start and end of each line. */
  private readonly places: number[] = [];

  constructor(
    readonly entry: string,
    private readonly files: readonly string[],
  ) {}

  add(file: number, start: number, end: number): void {
    this.places.push(file, start, end);
  }

  details(): JournalEntry | null {
    const [first, ...rest] = this.parsed();
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

  private parsed(): unknown[] {
    const values: unknown[] = [];
    for (let index = 0; index < this.places.length; index += 3) {
      const [file = 0, start = 0, end = 0] = this.places.slice(index, index + 3);
      try {
        values.push(JSON.parse(this.files[file]?.slice(start, end) ?? ''));
      } catch {
        // A line that was cut off was never acted upon. Without its first one nothing is known of an entry.
        if (index === 0) return [];
      }
    }
    return values;
  }
}

/** The journal in a data directory. */
export class Journal {
  constructor(
    /** The data directory; made when the first entry is written. */
    readonly directory: string,
    private readonly fullFile = FULL_FILE,
    /** Looks whether the directory may be used for changes. @throws JournalUnusable */
    private readonly assertSafe: () => Promise<void> = async () => undefined,
  ) {}

  /** Must have passed before anything is written, or taken back by what stands here. @throws JournalUnusable */
  async check(): Promise<void> {
    await this.assertSafe();
  }

  /**
   * Writes the start of an entry.
   *
   * @returns its id, which sorts by the millisecond; what began within the same one, {@link entries} tells apart
   * @throws JournalUnusable
   */
  async begin(opening: EntryStart): Promise<string> {
    await this.check();
    await this.prepare();
    const now = new Date();
    const entry = newId(now);
    await this.append({ type: 'entry-opened', entry, at: now.toISOString(), ...opening });
    return entry;
  }

  /** Writes what became of a change or of the whole. @throws JournalUnusable */
  async note(entry: string, event: EntryEvent): Promise<void> {
    // What Windows said and what a simulated PC remembers of itself may have a whole product key in it.
    const { type, ...rest } = redactDeep(event);
    const state = 'state' in rest ? { state: rest.state } : {};
    await this.append({ type, entry, ...state, at: new Date().toISOString(), ...rest });
  }

  /** Every entry, newest first. @throws JournalUnusable when there is a journal that cannot be read */
  async entries(): Promise<EntryRecord[]> {
    const files: string[] = [];
    const records = new Map<string, EntryIndex>();
    for (const file of await this.files()) {
      const path = join(this.directory, file);
      files.push(await textOf(path));
      collect(files, records);
    }
    return [...records.values()].reverse();
  }

  /** An entry by its id; null when there is none. @throws JournalUnusable */
  async find(entry: string): Promise<EntryRecord | null> {
    const records = await this.entries();
    return records.find((record) => record.entry === entry) ?? null;
  }

  private async files(): Promise<string[]> {
    const names = await readdir(this.directory).catch((error: unknown): string[] => {
      if (isMissing(error)) return [];
      throw unusable(this.directory, error);
    });
    const old = names.filter((name) => ARCHIVE.test(name)).sort();
    return names.includes(CURRENT) ? [...old, CURRENT] : old;
  }

  private async prepare(): Promise<void> {
    try {
      await mkdir(this.directory, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw unusable(this.directory, error);
    }
    const path = join(this.directory, CURRENT);
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    if (size < this.fullFile) return;
    // A clock that was set back must not put this file before the others.
    const last = (await this.files()).filter((name) => ARCHIVE.test(name)).at(-1);
    const earliest = last === undefined ? 0 : timeOf(last.slice('journal-'.length)) + 1;
    const aside = `journal-${newId(new Date(Math.max(Date.now(), earliest)))}.jsonl`;
    // Another process may have been quicker, or hold the file open: then this one goes on being used.
    await rename(path, join(this.directory, aside)).catch(() => undefined);
  }

  private async append(line: object): Promise<void> {
    const path = join(this.directory, CURRENT);
    let file: FileHandle | undefined;
    try {
      file = await open(path, constants.O_CREAT | constants.O_APPEND | constants.O_RDWR, 0o600);
      const { size } = await wholeFile(file, path);
      const last = Buffer.alloc(1);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      // A line that was cut off stays by itself.
      const gap = size > 0 && last.toString() !== '\n' ? '\n' : '';
      const bytes = Buffer.from(`${gap}${JSON.stringify(line)}\n`);
      const { bytesWritten } = await file.write(bytes);
      if (bytesWritten !== bytes.length) throw new JournalUnusable(path, 'cut-short');
      await file.sync();
      if (size === 0) await syncDirectory(this.directory);
    } catch (error) {
      throw unusable(path, error);
    } finally {
      await file?.close();
    }
  }
}

/**
 * Where journal and backups are kept unless the person says otherwise: on Windows a folder for all users, so
 * that the elevated side and the window see the same one.
 */
export function defaultDataDirectory(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): string {
  if (platform === 'win32') {
    const named = env['ProgramData'] ?? '';
    // The variable is the user's to set; only a plain absolute path is followed.
    const base = /^[A-Za-z]:\\[^<>:"|?*/\p{C}]+$/u.test(named) ? named : 'C:\\ProgramData';
    return win32.join(base, 'KMS Doctor');
  }
  const state = env['XDG_STATE_HOME'] ?? '';
  return posix.join(
    posix.isAbsolute(state) ? state : posix.join(homedir(), '.local', 'state'),
    'kms-doctor',
  );
}

/** Refuses a data directory that is a link elsewhere or no directory. @throws JournalUnusable */
export async function checkDataDirectory(directory: string): Promise<void> {
  const found = await lstat(directory).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw unusable(directory, error);
  });
  if (found !== null && !found.isDirectory()) {
    throw new JournalUnusable(directory, found.isSymbolicLink() ? 'link' : 'not-a-folder');
  }
}

/** Sorts by the millisecond; the tail keeps apart what began within the same one. */
function newId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:.Z]/g, '');
  return `${stamp}-${randomBytes(4).toString('hex')}`;
}

/** The time in an id, in milliseconds of the epoch. */
function timeOf(id: string): number {
  return Date.parse(
    id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3}).*$/s, '$1-$2-$3T$4:$5:$6.$7Z'),
  );
}

/** Goes through the lines of the last file without parsing them; those of an entry mostly follow one another. */
function collect(files: readonly string[], records: Map<string, EntryIndex>): void {
  const file = files.length - 1;
  const text = files[file] ?? '';
  let record: EntryIndex | undefined;
  let next = 0;
  for (;;) {
    const start = next;
    const end = text.indexOf('\n', start);
    // Without its newline a line is not known to be whole.
    if (end < 0) return;
    next = end + 1;
    if (!text.startsWith(TYPE, start) || text[end - 1] !== '}') continue;
    const typeStart = start + TYPE.length;
    const typeEnd = text.indexOf('"', typeStart);
    if (!text.startsWith(ENTRY, typeEnd)) continue;
    const idStart = typeEnd + ENTRY.length;
    if (record === undefined || !text.startsWith(`${record.entry}"`, idStart)) {
      const id = text.slice(idStart, text.indexOf('"', idStart));
      record = records.get(id);
      if (record === undefined) {
        // An entry begins with its opening; whatever else there is of one without it says nothing.
        if (!text.startsWith(OPENED, typeStart) || !ENTRY_ID.test(id)) continue;
        record = new EntryIndex(id, files);
        records.set(id, record);
      }
    }
    record.add(file, start, end);
    if (text.startsWith(UNDONE, typeStart)) record.state = 'undone';
    else if (text.startsWith(CLOSED, typeStart)) {
      const stateStart = idStart + record.entry.length + STATE.length;
      const state = text.slice(stateStart, text.indexOf('"', stateStart));
      if (STATES.includes(state)) record.state = state as EntryState;
    }
  }
}

/** Makes a new file's name outlive a power loss; Windows does so by itself. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The text of a file; nothing where it was taken away meanwhile. @throws JournalUnusable */
async function textOf(path: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDONLY | NONBLOCKING);
    await wholeFile(file, path);
    return (await file.readFile()).toString();
  } catch (error) {
    if (isMissing(error)) return '';
    throw unusable(path, error);
  } finally {
    await file?.close();
  }
}

/** A pipe without a writer is opened as well, and told from a file then. Windows has no such flag. */
const NONBLOCKING = (constants.O_NONBLOCK as number | undefined) ?? 0;

/** What the system knows of a file. A device or a pipe could be read for good. @throws JournalUnusable */
async function wholeFile(file: FileHandle, path: string): Promise<Stats> {
  const found = await file.stat();
  if (!found.isFile()) throw new JournalUnusable(path, 'not-a-file');
  return found;
}

const isMissing = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';

function unusable(path: string, error: unknown): JournalUnusable {
  if (error instanceof JournalUnusable) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new JournalUnusable(path, PROBLEMS.get(code) ?? 'failed', code ?? message);
}
