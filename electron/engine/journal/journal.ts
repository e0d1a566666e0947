/**
 * The journal records what was changed, on which computer, the previous values, and the outcome.
 *
 * It has one JSON object per line. Each line is appended with a single write and flushed to disk before the action that
 * it announces, so that the previous values are on disk even if the process is killed. Several processes may append
 * concurrently. A full file is never renamed: its successor has the next number, so that all processes choose the same
 * one and the lines of an entry always stay in the order in which they were written.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, posix, win32 } from 'node:path';
import type { KeyPart, Message } from '@shared/message';
import { redactDeep } from '@shared/redaction';
import { makeFolder, syncFolder, systemCode } from '../files';
import type { EntryEvent, EntryStart } from './journal-schema';
import { indexEntries, toLine, type EntryRecord } from './lines';
import { THIS_PROCESS } from './owner';

/**
 * Why a journal can't be used, as named in the locale files. Includes the problems of an unsafe directory, see
 * `electron/elevation`.
 */
export type JournalProblem = KeyPart<'journal.problems.'>;

/** Thrown if the journal can't be used; nothing may be changed then. */
export class JournalUnusable extends Error {
  constructor(
    readonly path: string,
    readonly problem: JournalProblem,
    /** The system's error code or message; empty if there is none. */
    readonly detail = '',
  ) {
    super(`${path}: ${problem} ${detail}`.trimEnd());
    this.name = 'JournalUnusable';
  }

  /** The reason, worded for use in parentheses within a sentence. */
  get reason(): Message {
    return { key: `journal.problems.${this.problem}`, params: { detail: this.detail } };
  }
}

/** System error codes by the problem they indicate. */
const PROBLEMS: ReadonlyMap<string | undefined, JournalProblem> = new Map([
  ['EACCES', 'denied'],
  ['EBUSY', 'in-use'],
  ['EDQUOT', 'disk-full'],
  ['EEXIST', 'not-a-folder'],
  ['EISDIR', 'not-a-file'],
  ['ELOOP', 'link'],
  ['ENOSPC', 'disk-full'],
  ['ENOTDIR', 'not-a-folder'],
  ['EPERM', 'denied'],
  ['EROFS', 'read-only'],
]);

const FIRST_FILE = 'journal.jsonl';
/** Successors of a full file: `journal-2.jsonl` and so on. */
const SUCCESSOR = /^journal-([1-9]\d{0,8})\.jsonl$/;
/** Full files archived by KMS Doctor 1.0; they precede the first file. */
const ARCHIVE = /^journal-\d{8}T\d{9}-[0-9a-f]{8}\.jsonl$/;
/** Size in bytes at which a new file is started. */
const FULL_FILE = 32 * 1024 * 1024;

/** The journal in a data directory. */
export class Journal {
  constructor(
    /** The data directory; created when the first entry is written. */
    readonly directory: string,
    private readonly fullFile = FULL_FILE,
    /** Verifies that the journal is safe to use, before writing to it or undoing from it. @throws JournalUnusable */
    readonly check: () => Promise<void> = async () => undefined,
  ) {}

  /**
   * Writes the start of an entry.
   *
   * @returns its ID, which sorts by millisecond; for entries of the same millisecond, {@link entries} has the order
   * @throws JournalUnusable
   */
  async begin(opening: EntryStart): Promise<string> {
    await this.check();
    await makeFolder(this.directory).catch((error: unknown) => {
      throw unusable(this.directory, error);
    });
    const last = await this.lastFile();
    const size = await stat(join(this.directory, last)).then(
      (found) => found.size,
      () => 0,
    );
    const file = size < this.fullFile ? last : `journal-${numberOf(last) + 1}.jsonl`;
    const now = new Date();
    const entry = newJournalId(now);
    const at = now.toISOString();
    // A product key may have been set as host. The IDs that undo relies on may look like a key, so don't redact them.
    const line = { ...opening, before: redactDeep(opening.before) };
    await this.append(file, { type: 'entry-opened', entry, at, owner: THIS_PROCESS, ...line });
    return entry;
  }

  /** Writes an event of a change or of the whole entry. @throws JournalUnusable */
  async note(entry: string, event: EntryEvent): Promise<void> {
    // Output from Windows and the memory of a simulated PC may contain a full product key.
    const { type, ...rest } = redactDeep(event);
    const state = 'state' in rest ? { state: rest.state } : {};
    const line = { type, entry, ...state, at: new Date().toISOString(), ...rest };
    await this.append(await this.lastFile(), line);
  }

  /**
   * Returns all entries, newest first, and the number of unreadable lines.
   *
   * @throws JournalUnusable if there is a journal that can't be read
   */
  async read(): Promise<{ readonly entries: EntryRecord[]; readonly unreadable: number }> {
    const texts: string[] = [];
    // Read the newest file first, so that everything that precedes its lines has already been written.
    for (const file of (await this.files()).reverse()) {
      texts.unshift(await textOf(join(this.directory, file)));
    }
    return indexEntries(texts);
  }

  /** Returns all entries, newest first. @throws JournalUnusable */
  async entries(): Promise<EntryRecord[]> {
    return (await this.read()).entries;
  }

  /** Returns an entry by its ID; null if there is none. @throws JournalUnusable */
  async find(entry: string): Promise<EntryRecord | null> {
    const records = await this.entries();
    return records.find((record) => record.entry === entry) ?? null;
  }

  /** Returns the steps of a treatment, newest first. @throws JournalUnusable */
  async stepsOf(treatment: string): Promise<EntryRecord[]> {
    const records = await this.entries();
    return records.filter((record) => record.isStepOf(treatment));
  }

  /** Returns the names of the files, oldest first. */
  private async files(): Promise<string[]> {
    const names = await readdir(this.directory).catch(ifMissing<string[]>(this.directory, []));
    // Archives have no number, so they come first, by the time in their names.
    return names
      .filter((name) => ARCHIVE.test(name) || numberOf(name) > 0)
      .sort((one, other) => numberOf(one) - numberOf(other) || (one < other ? -1 : 1));
  }

  private async lastFile(): Promise<string> {
    const last = (await this.files()).at(-1);
    return last === undefined || ARCHIVE.test(last) ? FIRST_FILE : last;
  }

  private async append(name: string, content: object): Promise<void> {
    const path = join(this.directory, name);
    const flags = constants.O_CREAT | constants.O_APPEND | constants.O_RDWR;
    const write = async (file: FileHandle, size: number): Promise<void> => {
      const last = Buffer.alloc(1);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      // Keep a truncated line separate from the new one.
      const gap = size > 0 && last.toString() !== '\n' ? '\n' : '';
      const bytes = Buffer.from(`${gap}${toLine(content)}\n`);
      const { bytesWritten } = await file.write(bytes);
      if (bytesWritten !== bytes.length) throw new JournalUnusable(path, 'cut-short');
      await file.sync();
      if (size === 0) await syncFolder(this.directory);
    };
    await withFile(path, flags, write).catch((error: unknown) => {
      throw unusable(path, error);
    });
  }
}

/** Returns the sequence number of a file; 0 if it isn't a journal file. */
const numberOf = (name: string): number =>
  name === FIRST_FILE ? 1 : Number(SUCCESSOR.exec(name)?.[1] ?? 0);

/**
 * Returns the default directory for the journal and backups. On Windows it's shared by all users, so that the elevated
 * process and the window use the same one.
 */
export function defaultDataDirectory(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): string {
  if (platform === 'win32') {
    const named = env['ProgramData'] ?? '';
    // The user controls this variable, so accept only a plain absolute path.
    const base = /^[A-Za-z]:\\[^<>:"|?*/\p{C}]+$/u.test(named) ? named : 'C:\\ProgramData';
    return win32.join(base, 'KMS Doctor');
  }
  const state = env['XDG_STATE_HOME'] ?? '';
  return posix.join(
    posix.isAbsolute(state) ? state : posix.join(homedir(), '.local', 'state'),
    'kms-doctor',
  );
}

/** Rejects a data directory that is a link or isn't a directory. @throws JournalUnusable */
export async function checkDataDirectory(directory: string): Promise<void> {
  const found = await lstat(directory).catch(ifMissing(directory, null));
  if (found !== null && !found.isDirectory()) {
    throw new JournalUnusable(directory, found.isSymbolicLink() ? 'link' : 'not-a-folder');
  }
}

/** Returns a new ID. It sorts by millisecond; a random suffix keeps IDs of the same millisecond unique. */
export function newJournalId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:.Z]/g, '');
  return `${stamp}-${randomBytes(4).toString('hex')}`;
}

/** Returns the contents of a file; empty if it has since been deleted. @throws JournalUnusable */
const textOf = (path: string): Promise<string> =>
  // Decoding the whole file at once is faster than reading it with an encoding.
  withFile(path, constants.O_RDONLY, async (file) => (await file.readFile()).toString()).catch(
    ifMissing(path, ''),
  );

/**
 * Flags for opening a path that another user may have replaced. A pipe without a writer opens without blocking and is
 * then rejected because it isn't a file; a link that was just created isn't followed. Windows doesn't have these flags.
 */
const GUARDED = ['O_NONBLOCK', 'O_NOFOLLOW'].reduce(
  (flags, name) => flags | ((constants as Readonly<Record<string, number>>)[name] ?? 0),
  0,
);

/**
 * Opens a file, and closes it after use. Rejects a link, which could point to any file on the PC, and devices and pipes,
 * which could be read indefinitely.
 *
 * @throws JournalUnusable or the file system's error
 */
async function withFile<T>(
  path: string,
  flags: number,
  use: (file: FileHandle, size: number) => Promise<T>,
): Promise<T> {
  const standing = await lstat(path).catch(ifMissing(path, null));
  if (standing?.isSymbolicLink() === true) throw new JournalUnusable(path, 'link');
  const file = await open(path, flags | GUARDED, 0o600);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new JournalUnusable(path, 'not-a-file');
    return await use(file, found.size);
  } finally {
    await file.close();
  }
}

/** For `catch`: returns the fallback if there's nothing at the path. @throws JournalUnusable for any other error */
const ifMissing =
  <T>(path: string, fallback: T) =>
  (error: unknown): T => {
    if (systemCode(error) === 'ENOENT') return fallback;
    throw unusable(path, error);
  };

function unusable(path: string, error: unknown): JournalUnusable {
  if (error instanceof JournalUnusable) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new JournalUnusable(path, PROBLEMS.get(code) ?? 'failed', code ?? message);
}
