/** The files that paths name: folders are gone through, and what has no end or leads back is refused. */
import { close, constants, createReadStream, fstat, open, read } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { systemCode } from '@engine/files';
import { message } from '@shared/message';
import { unreadable, type FleetInput } from './input';

/** The path that stands for standard input. */
export const STDIN = '-';

/** A file to read, or why there is none. */
export type FoundFile = { readonly file: string } | Extract<FleetInput, { kind: 'problem' }>;

/** The files of paths, those of folders with all that is below them. */
export async function* filesIn(paths: readonly string[]): AsyncGenerator<FoundFile> {
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

// Without the file handles of `node:fs/promises`, which cost more than the reading of a report.
const [opens, stats, reads, closes] = [open, fstat, read, close].map((call) => promisify(call)) as [
  typeof open.__promisify__,
  typeof fstat.__promisify__,
  typeof read.__promisify__,
  typeof close.__promisify__,
];

/** The octets of a file, whole where it is small. @throws the file system's error; `null` for what is no file */
export async function bytesOf(
  file: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array> | Buffer | null> {
  // A pipe that nobody writes to would otherwise hold the opening up; Windows has no such flag.
  const flags = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);
  const fd = await opens(literal(file), flags);
  let isHandedOn = false;
  try {
    const found = await stats(fd);
    if (!found.isFile()) return null;
    const { size } = found;
    isHandedOn = size === 0 || size > SMALL;
    // The stream closes it.
    if (isHandedOn) return createReadStream('', { fd, signal });
    const buffer = Buffer.allocUnsafe(size);
    let length = 0;
    while (length < size) {
      const { bytesRead } = await reads(fd, buffer, length, size - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    if (!isHandedOn) await closes(fd);
  }
}

/** A path that Windows takes as it is: `CON.json` is a file there and not the console. */
const literal = (file: string): string => path.toNamespacedPath(path.resolve(file));
