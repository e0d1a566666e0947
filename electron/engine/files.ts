/** Files and folders that are there whole or not at all. */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Puts contents in the place of whatever stands at the path, so that a reader, or a power failure, finds the old file
 * or the new one, never half. A link at that place is replaced, not followed.
 *
 * @param mode of the new file, as far as the process's mask lets it
 * @throws the file system's error; the old file is then untouched
 */
export async function replaceFile(
  path: string,
  contents: string | Uint8Array | Iterable<string>,
  mode: number,
): Promise<void> {
  if (!(await isReplaceable(path)))
    throw Object.assign(new Error(`Not a file: ${path}`), NOT_A_FILE);
  const draft = draftBeside(path);
  try {
    const file = await open(draft, 'wx', mode);
    try {
      await writeFile(file, contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

const NOT_A_FILE = { code: 'ENOTSUP' };

/** Whether a file may take the place of what is there: nothing, a file, or a link; no device, pipe, or socket. */
export async function isReplaceable(path: string): Promise<boolean> {
  const standing = await lstat(path).catch(() => null);
  return (
    standing === null || standing.isFile() || standing.isSymbolicLink() || standing.isDirectory()
  );
}

/** A name beside a file for what is to take its place. */
export function draftBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}

/** Makes a new file's name outlive a power loss. Windows has no such call for folders, and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a folder and those above it that are missing, one by one: Node's own `recursive` never ends below `/proc`.
 * Where the folder's own path is of no use, none above it is made.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeOne(folder);
  } catch (error) {
    const parent = dirname(folder);
    if (systemCode(error) !== 'ENOENT' || parent === folder) throw error;
    await makeFolder(parent);
    await makeOne(folder);
  }
}

const makeOne = (folder: string): Promise<void> =>
  mkdir(folder, { mode: 0o700 }).catch(async (error: unknown) => {
    // Another process may have made it meanwhile.
    if (!(await isFolder(folder))) throw error;
  });

/** Whether there is a folder, or a link to one. */
export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** The system's code of an error, e.g. `EACCES`. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
