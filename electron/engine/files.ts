/** Writing files and folders atomically. */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces whatever is at the path, so that a reader, even after a power failure, finds the old file or the new one,
 * never a partial file. A link at the path is replaced, not followed.
 *
 * @param mode permissions of the new file, subject to the process's umask
 * @throws the file system's error; the old file is then unchanged
 */
export async function replaceFile(
  path: string,
  contents: string | Uint8Array | Iterable<string>,
  mode: number,
): Promise<void> {
  if (!(await isReplaceable(path)))
    throw Object.assign(new Error(`Not a file: ${path}`), { code: 'ENOTSUP' });
  const draft = temporaryPathFor(path);
  try {
    await writeFile(draft, contents, { mode, flag: 'wx', flush: true });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/**
 * Whether a file may replace what's at the path: nothing, a file or a link, but not a device, pipe or socket. A folder
 * passes too, since renaming a file onto it fails with the system's error.
 */
export async function isReplaceable(path: string): Promise<boolean> {
  const standing = await lstat(path).catch(() => null);
  return (
    standing === null || standing.isFile() || standing.isSymbolicLink() || standing.isDirectory()
  );
}

/** Returns a temporary file name in the same folder, for the replacement of a file. */
export function temporaryPathFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}

/**
 * Flushes a folder, so that a new file's name survives a power failure. Windows has no such call, and doesn't need it.
 */
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
 * Creates a folder and its missing parents one by one, since Node's `recursive` option never returns below `/proc`. If
 * the folder's own path is unusable, no parent is created.
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
    // Another process may have created it in the meantime.
    if (!(await isFolder(folder))) throw error;
  });

/** Whether the path is a folder or a link to one. */
export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Returns an error's system code, e.g. `EACCES`. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
