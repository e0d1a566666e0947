/** Files that the person at the PC chose in a native dialog; their paths never get to the page. */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Translate } from '@shared/i18n';
import { readText, ReadError, type ReadProblem } from '../services/read-text';

/** A file as it was read. */
export interface OpenedFile {
  /** Its name without the folders. */
  readonly name: string;
  readonly text: string;
}

/** A file that cannot be used, and why; words under `dialogs.file.<problem>`. */
export class FileProblem extends Error {
  constructor(
    readonly problem: ReadProblem | 'unwritable',
    readonly file: string,
    /** The system's error code, e.g. `EACCES`. */
    readonly code: string,
  ) {
    super(`${problem}: ${file} ${code}`);
    this.name = 'FileProblem';
  }
}

/** The reason in words, with what to do. */
export function fileProblemText({ problem, file, code }: FileProblem, t: Translate): string {
  return t(`dialogs.file.${problem}`, { name: file, code });
}

/**
 * Reads a UTF-8 text.
 *
 * @throws FileProblem
 */
export async function openText(path: string): Promise<OpenedFile> {
  const name = basename(path);
  try {
    return { name, text: await readText(path) };
  } catch (error) {
    if (error instanceof ReadError) throw new FileProblem(error.problem, name, error.code);
    throw error;
  }
}

/**
 * Writes a file whole or not at all. A link at that place is replaced, not followed.
 *
 * @returns its name without the folders
 * @throws FileProblem
 */
export async function writeWhole(path: string, contents: string | Uint8Array): Promise<string> {
  const name = basename(path);
  const fresh = join(dirname(path), `.${name}.${randomUUID()}`);
  try {
    const handle = await open(fresh, 'wx', 0o600);
    try {
      await handle.writeFile(contents);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw new FileProblem('unwritable', name, codeOf(error));
  }
  return name;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** A name for a file that says what and when, made of nothing that a file system could take amiss. */
export function suggestedName(computer: string, at: string, extension: string): string {
  const safe = computer.replace(/[^A-Za-z0-9-]+/g, '-').slice(0, 63);
  return `kms-doctor-${safe}-${at.slice(0, 10)}.${extension}`;
}
