/**
 * The journal: what was changed, on which computer, what had been there before, and how it ended.
 *
 * One JSON object a line, appended by a single write and synced to the disk before anything is done that the
 * line announces: whatever ends the process, the former values are on the disk. Several processes may append at
 * once. A full file is never renamed: its successor has the next number, and whoever finds it full makes the
 * same one, so that the lines of an entry always stand in the order in which they were written.
 */
import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, posix, win32 } from 'node:path';
import type { Message } from '@shared/message';
import { redactDeep } from '@shared/redaction';
import { makeFolder, syncFolder } from '../files';
import type { EntryEvent, EntryStart } from './journal-schema';
import { indexEntries, toLine, type EntryRecord } from './lines';
import { THIS_PROCESS } from './owner';

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
  ['ELOOP', 'link'],
  ['ENOSPC', 'disk-full'],
  ['ENOTDIR', 'not-a-folder'],
  ['EPERM', 'denied'],
  ['EROFS', 'read-only'],
]);

const FIRST_FILE = 'journal.jsonl';
/** The successors of a full file: `journal-2.jsonl` and so on. */
const SUCCESSOR = /^journal-([1-9]\d{0,8})\.jsonl$/;
/** Full files of KMS Doctor 1.0, which put them aside before the first one. */
const ARCHIVE = /^journal-\d{8}T\d{9}-[0-9a-f]{8}\.jsonl$/;
/** Size at which the next file is begun, in bytes. */
const FULL_FILE = 32 * 1024 * 1024;

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
    // Somebody may have set a key as a host. Ids, which undo goes by, may look like one and stay.
    const line = { ...opening, before: redactDeep(opening.before) };
    await this.append(file, { type: 'entry-opened', entry, at, owner: THIS_PROCESS, ...line });
    return entry;
  }

  /** Writes what became of a change or of the whole. @throws JournalUnusable */
  async note(entry: string, event: EntryEvent): Promise<void> {
    // What Windows said and what a simulated PC remembers of itself may have a whole product key in it.
    const { type, ...rest } = redactDeep(event);
    const state = 'state' in rest ? { state: rest.state } : {};
    const line = { type, entry, ...state, at: new Date().toISOString(), ...rest };
    await this.append(await this.lastFile(), line);
  }

  /**
   * Every entry, newest first, and how many lines could not be read.
   *
   * @throws JournalUnusable when there is a journal that cannot be read
   */
  async read(): Promise<{ readonly entries: EntryRecord[]; readonly unreadable: number }> {
    const texts: string[] = [];
    // The newest file first: whatever it is seen to hold, what comes before it was written by then.
    for (const file of (await this.files()).reverse()) {
      texts.unshift(await textOf(join(this.directory, file)));
    }
    return indexEntries(texts);
  }

  /** Every entry, newest first. @throws JournalUnusable */
  async entries(): Promise<EntryRecord[]> {
    return (await this.read()).entries;
  }

  /** An entry by its id; null when there is none. @throws JournalUnusable */
  async find(entry: string): Promise<EntryRecord | null> {
    const records = await this.entries();
    return records.find((record) => record.entry === entry) ?? null;
  }

  /** The steps of a treatment, last first. @throws JournalUnusable */
  async stepsOf(treatment: string): Promise<EntryRecord[]> {
    const records = await this.entries();
    return records.filter((record) => record.isStepOf(treatment));
  }

  /** In the order in which they were begun. */
  private async files(): Promise<string[]> {
    const names = await readdir(this.directory).catch((error: unknown): string[] => {
      if (isMissing(error)) return [];
      throw unusable(this.directory, error);
    });
    return [
      ...names.filter((name) => ARCHIVE.test(name)).sort(),
      ...names
        .filter((name) => numberOf(name) > 0)
        .sort((one, other) => numberOf(one) - numberOf(other)),
    ];
  }

  private async lastFile(): Promise<string> {
    const last = (await this.files()).at(-1);
    return last === undefined || ARCHIVE.test(last) ? FIRST_FILE : last;
  }

  private async append(name: string, content: object): Promise<void> {
    const path = join(this.directory, name);
    let file: FileHandle | undefined;
    try {
      await refuseLink(path);
      const flags = constants.O_CREAT | constants.O_APPEND | constants.O_RDWR;
      file = await open(path, flags | GUARDED, 0o600);
      const { size } = await wholeFile(file, path);
      const last = Buffer.alloc(1);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      // A line that was cut off stays by itself.
      const gap = size > 0 && last.toString() !== '\n' ? '\n' : '';
      const bytes = Buffer.from(`${gap}${toLine(content)}\n`);
      const { bytesWritten } = await file.write(bytes);
      if (bytesWritten !== bytes.length) throw new JournalUnusable(path, 'cut-short');
      await file.sync();
      if (size === 0) await syncFolder(this.directory);
    } catch (error) {
      throw unusable(path, error);
    } finally {
      await file?.close();
    }
  }
}

/** The place of a file in the order; 0 for what is none of ours. */
const numberOf = (name: string): number =>
  name === FIRST_FILE ? 1 : Number(SUCCESSOR.exec(name)?.[1] ?? 0);

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

/** A new id. It sorts by the millisecond; the tail keeps apart what began within the same one. */
export function newJournalId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:.Z]/g, '');
  return `${stamp}-${randomBytes(4).toString('hex')}`;
}

/** The text of a file; nothing where it was taken away meanwhile. @throws JournalUnusable */
async function textOf(path: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    await refuseLink(path);
    file = await open(path, constants.O_RDONLY | GUARDED);
    await wholeFile(file, path);
    return (await file.readFile()).toString();
  } catch (error) {
    if (isMissing(error)) return '';
    throw unusable(path, error);
  } finally {
    await file?.close();
  }
}

/**
 * A pipe without a writer is opened as well, and told from a file then; a link that somebody has just put there is not.
 * Windows has no such flags.
 */
const GUARDED = ['O_NONBLOCK', 'O_NOFOLLOW'].reduce(
  (flags, name) => flags | ((constants as Readonly<Record<string, number>>)[name] ?? 0),
  0,
);

/** A link could lead to any file of the PC. @throws JournalUnusable */
async function refuseLink(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (found?.isSymbolicLink() === true) throw new JournalUnusable(path, 'link');
}

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
