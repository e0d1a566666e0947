/** The files that paths name: folders are gone through, and what has no end or leads back is refused. */
import { closeSync, constants, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '@engine/files';
import { message } from '@shared/message';
import { unreadable, type FleetInput } from './input';

/** The path that stands for standard input. */
export const STDIN = '-';

/** A file to read, or why there is none. */
type FoundFile = { readonly file: string } | Extract<FleetInput, { kind: 'problem' }>;

/** Every file of some paths. @throws the reason of the signal where that is aborted */
export async function listFiles(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly FoundFile[]> {
  const files: FoundFile[] = [];
  for await (const file of filesIn(paths)) {
    signal.throwIfAborted();
    files.push(file);
  }
  return files;
}

/** The files of paths, those of folders with all that is below them. */
async function* filesIn(paths: readonly string[]): AsyncGenerator<FoundFile> {
  const seen = new Set<string>();
  for (const one of paths) {
    if (one === STDIN) yield { file: one };
    else yield* filesAt(one, seen);
  }
}

/** @param seen the folders that were gone into: a link may lead back */
async function* filesAt(file: string, seen: Set<string>): AsyncGenerator<FoundFile> {
  const source = { file, line: null };
  try {
    const stats = await stat(literal(file), { bigint: true });
    if (stats.isFile()) {
      yield { file };
      return;
    }
    if (!stats.isDirectory()) {
      yield unreadable(source, message('fleet.problem.notAFile'));
      return;
    }
    const folder = `${String(stats.dev)}:${String(stats.ino)}`;
    if (seen.has(folder)) {
      yield unreadable(source, message('fleet.problem.leadsBack'));
      return;
    }
    seen.add(folder);
    for await (const entry of await opendir(literal(file))) {
      const below = path.join(file, entry.name);
      // Most are files, which are looked at when they are opened.
      if (entry.isFile()) yield { file: below };
      else yield* filesAt(below, seen);
    }
  } catch (error) {
    yield unreadable(source, message('fleet.problem.unreadable', { code: systemCode(error) }));
  }
}

/** Octets up to which a file is read in one go; a stream costs more than a report's parsing. */
const SMALL = 1024 * 1024;

/** What small files are read into, one after the other: tens of thousands of buffers take longer to clear away. */
let room: Buffer | null = null;

/**
 * The octets of a file, whole where it is small, and then only until the next file is read. A thread of its own may
 * wait for them, which costs a third of what it costs to be told when they are there.
 *
 * @throws the file system's error; `null` for what is no file
 */
export function bytesOf(
  file: string,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> | Buffer | null {
  // A pipe that nobody writes to would otherwise hold the opening up; Windows has no such flag.
  const flags = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);
  const fd = openSync(literal(file), flags);
  let isHandedOn = false;
  try {
    const found = fstatSync(fd);
    if (!found.isFile()) return null;
    const { size } = found;
    isHandedOn = size === 0 || size > SMALL;
    // The stream closes it.
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

/** A path that Windows takes as it is: `CON.json` is a file there and not the console. */
const literal = (file: string): string => path.toNamespacedPath(path.resolve(file));
