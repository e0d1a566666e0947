/** The files that paths name: folders are gone through, and what has no end or leads back is refused. */
import { closeSync, constants, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '@engine/files';
import { message, type Message } from '@shared/message';
import { unreadable, type FleetInput } from './input';

/** The path that stands for standard input. */
export const STDIN = '-';

/** A file to read, or why there is none. */
type FoundFile = { readonly file: string } | Extract<FleetInput, { kind: 'problem' }>;

/** Entries of a folder that the system is asked for at once: by its default of 32, 50,000 take half a second more. */
const AT_ONCE = 1024;

/** Every file of some paths, of folders all that is below them. @throws the reason of the signal where that is aborted */
export async function listFiles(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly FoundFile[]> {
  const files: FoundFile[] = [];
  /** The folders that were gone into: a link may lead back. */
  const seen = new Set<string>();
  const look = async (file: string): Promise<void> => {
    const refuse = (problem: Message): void =>
      void files.push(unreadable({ file, line: null }, problem));
    try {
      const stats = await stat(literal(file), { bigint: true });
      if (stats.isFile()) {
        files.push({ file });
        return;
      }
      if (!stats.isDirectory()) {
        refuse(message('fleet.problem.notAFile'));
        return;
      }
      const folder = `${String(stats.dev)}:${String(stats.ino)}`;
      if (seen.has(folder)) {
        refuse(message('fleet.problem.leadsBack'));
        return;
      }
      seen.add(folder);
      for await (const entry of await opendir(literal(file), { bufferSize: AT_ONCE })) {
        signal.throwIfAborted();
        const below = path.join(file, entry.name);
        // Most are files, which are looked at when they are opened.
        if (entry.isFile()) files.push({ file: below });
        else await look(below);
      }
    } catch (error) {
      signal.throwIfAborted();
      refuse(message('fleet.problem.unreadable', { code: systemCode(error) }));
    }
  };
  for (const one of paths) {
    if (one === STDIN) files.push({ file: one });
    else await look(one);
  }
  return files;
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
