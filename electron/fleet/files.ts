/** Finds the files to read. Folders are searched recursively; special files and link cycles are rejected. */
import { closeSync, constants, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '@engine/files';
import { fleetProblem, type Problem } from './input';

/** The path that means stdin. */
export const STDIN = '-';

/** A file to read, or the reason it can't be read. */
type FoundFile = { readonly file: string } | Problem;

/** Directory entries read per system call: with the default of 32, listing 50,000 files takes half a second longer. */
const BATCH_SIZE = 1024;

/**
 * Lists the files at some paths, including all files below folders.
 *
 * @throws the signal's reason if aborted
 */
export async function listFiles(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly FoundFile[]> {
  const files: FoundFile[] = [];
  /** Visited folders, to detect link cycles. */
  const seen = new Set<string>();
  const look = async (file: string): Promise<void> => {
    const source = { file, line: null };
    try {
      const stats = await stat(literal(file), { bigint: true });
      if (stats.isFile()) {
        files.push({ file });
        return;
      }
      if (!stats.isDirectory()) {
        files.push(fleetProblem(source, 'notAFile'));
        return;
      }
      const folder = `${String(stats.dev)}:${String(stats.ino)}`;
      if (seen.has(folder)) {
        files.push(fleetProblem(source, 'leadsBack'));
        return;
      }
      seen.add(folder);
      for await (const entry of await opendir(literal(file), { bufferSize: BATCH_SIZE })) {
        signal.throwIfAborted();
        const below = path.join(file, entry.name);
        // Most entries are files, which are examined when they're opened.
        if (entry.isFile()) files.push({ file: below });
        else await look(below);
      }
    } catch (error) {
      signal.throwIfAborted();
      files.push(fleetProblem(source, 'unreadable', { code: systemCode(error) }));
    }
  };
  for (const one of paths) {
    if (one === STDIN) files.push({ file: one });
    else await look(one);
  }
  return files;
}

/** Maximum size in bytes of a file that's read in one call; opening a stream costs more than parsing a report. */
const SMALL = 1024 * 1024;

/** Reused for all small files: garbage-collecting tens of thousands of buffers takes longer. */
let room: Buffer | null = null;

/**
 * Reads a small file into a buffer that's valid only until the next call, or opens a stream for a large one. Blocking
 * is fine in a worker thread, and asynchronous reads cost three times as much.
 *
 * @throws the file system's error
 * @returns null if it isn't a regular file
 */
export function bytesOf(
  file: string,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> | Buffer | null {
  // Otherwise, opening a pipe without a writer would block; Windows has no such flag.
  const flags = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);
  const fd = openSync(literal(file), flags);
  let isHandedOn = false;
  try {
    const found = fstatSync(fd);
    if (!found.isFile()) return null;
    const { size } = found;
    isHandedOn = size === 0 || size > SMALL;
    // The stream closes the descriptor.
    if (isHandedOn) return createReadStream('', { fd, signal });
    room ??= Buffer.allocUnsafe(SMALL);
    let length = 0;
    while (length < size) {
      const count = readSync(fd, room, length, size - length, length);
      if (count === 0) break;
      length += count;
    }
    return room.subarray(0, length);
  } finally {
    if (!isHandedOn) closeSync(fd);
  }
}

/** An extended-length path, so that on Windows `CON.json` is a file and not the console. */
const literal = (file: string): string => path.toNamespacedPath(path.resolve(file));
