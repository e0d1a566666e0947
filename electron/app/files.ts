/** Files that the user selected in a native dialog; their paths are never sent to the page. */
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Translate } from '@shared/i18n';
import { replaceFile, systemCode } from '@engine/files';
import type { OpenedText } from '../ipc/handler-context';
import { readText, ReadError, type ReadProblem } from '../services/read-text';

/** Why a file can't be used; the texts are under `dialogs.file.<problem>`. */
export class FileProblem extends Error {
  constructor(
    readonly problem: ReadProblem | 'unwritable',
    readonly file: string,
    /** The system's error code, such as `EACCES`. */
    readonly code: string,
  ) {
    super(`${problem}: ${file} ${code}`);
    this.name = 'FileProblem';
  }
}

/** Returns the localized reason, with what to do. */
export const fileProblemText = ({ problem, file, code }: FileProblem, t: Translate): string =>
  t(`dialogs.file.${problem}`, { name: file, code });

/**
 * Reads a UTF-8 text file.
 *
 * @throws FileProblem
 */
export async function openText(path: string): Promise<OpenedText> {
  const name = basename(path);
  try {
    return { name, text: await readText(path) };
  } catch (error) {
    if (error instanceof ReadError) throw new FileProblem(error.problem, name, error.code);
    throw error;
  }
}

/**
 * Reads one line of a file, counted from 1, as {@link openText} reads a whole file.
 *
 * @throws FileProblem
 */
export async function openLine(path: string, line: number): Promise<OpenedText> {
  const name = basename(path);
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
  try {
    let count = 0;
    for await (const text of lines) {
      count += 1;
      if (count === line) return { name, text };
    }
  } catch (error) {
    throw new FileProblem('unreadable', name, systemCode(error));
  } finally {
    lines.close();
  }
  throw new FileProblem('unreadable', name, 'ENOENT');
}

/**
 * Writes a file atomically. A link at the path is replaced, not followed.
 *
 * @returns the file name without the path
 * @throws FileProblem
 */
export async function writeFileAtomically(
  path: string,
  contents: string | Uint8Array | Iterable<string>,
): Promise<string> {
  const name = basename(path);
  await replaceFile(path, contents, 0o600).catch((error: unknown) => {
    throw new FileProblem('unwritable', name, systemCode(error));
  });
  return name;
}

/** Suggests a file name from the computer and the date, using only characters that every file system allows. */
export function suggestedName(computer: string, at: string, extension: string): string {
  const safe = computer.replace(/[^A-Za-z0-9-]+/g, '-').slice(0, 63);
  return `kms-doctor-${safe}-${at.slice(0, 10)}.${extension}`;
}
