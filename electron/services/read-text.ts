/** Reads text files from any source, checking their type and size before and during reading. */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { MAX_FILE_BYTES } from '@shared/max-file-size';
import { systemCode } from '@engine/files';

/** Why a file can't be used. */
export type ReadProblem = 'tooLarge' | 'notText' | 'notAFile' | 'unreadable';

/** Thrown if a file can't be used. */
export class ReadError extends Error {
  constructor(
    readonly problem: ReadProblem,
    /** The system's error code, such as `EACCES`; empty if the system could read the file. */
    readonly code: string,
  ) {
    super(`${problem} ${code}`.trim());
    this.name = 'ReadError';
  }
}

/**
 * Reads a text file in UTF-8, or in UTF-16 with a byte order mark as written by Windows PowerShell 5.1, of at most
 * {@link MAX_FILE_BYTES} bytes. Folders, devices and pipes are rejected: some never end.
 *
 * @throws ReadError
 */
export async function readText(path: string): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    // Otherwise, opening a pipe without a writer would block; Windows has no such flag.
    handle = await open(
      path,
      constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0),
    );
    const stats = await handle.stat();
    if (!stats.isFile()) throw new ReadError('notAFile', '');
    if (stats.size > MAX_FILE_BYTES) throw new ReadError('tooLarge', '');
    // The limit applies while reading too: the file may have grown, or its reported size may be wrong.
    return await readTextFrom(handle.createReadStream({ autoClose: false }));
  } catch (error) {
    if (error instanceof ReadError) throw error;
    const hasCode = error instanceof Error && 'code' in error;
    throw new ReadError('unreadable', hasCode ? systemCode(error) : '');
  } finally {
    await handle?.close();
  }
}

/**
 * Reads text with the same encodings and limit from a stream.
 *
 * @throws ReadError
 */
export async function readTextFrom(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let read = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    read += bytes.length;
    if (read > MAX_FILE_BYTES) throw new ReadError('tooLarge', '');
    chunks.push(bytes);
  }
  return textOf(Buffer.concat(chunks));
}

function textOf(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new ReadError('notText', '');
  }
}
