/** Text from streams: in the encodings that Windows writes, whole or line by line, and never more than is allowed. */

/** Bytes of a file that is read whole, and of a line. */
export const LARGEST = 16 * 1024 * 1024;

/** The pieces of a text. */
export type Chunks = AsyncIterable<string> | Iterable<string>;

/** A line of a text. */
export interface Line {
  /** Without its end; null where it is longer than {@link LARGEST} characters. */
  readonly text: string | null;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * The text of octets in UTF-8 or UTF-16, as their byte order mark or the zeros in them tell. What is in no such encoding
 * becomes replacement characters: facts lines are ASCII, and the rest of a file is good for names at most.
 */
export function wholeText(bytes: Buffer): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** The text of a stream, as {@link wholeText} has it. */
export async function* textOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null;
  let head = Buffer.alloc(0);
  for await (const chunk of bytes) {
    if (decoder === null) {
      head = Buffer.concat([head, chunk]);
      if (head.length < 4) continue;
      decoder = new TextDecoder(encodingOf(head));
      yield decoder.decode(head, { stream: true });
    } else {
      yield decoder.decode(chunk, { stream: true });
    }
  }
  yield decoder === null ? head.toString('utf8') : decoder.decode();
}

/**
 * The text of octets in UTF-8, each octet as one character, which is found in a third of the time and parsed in two
 * thirds; {@link decoded} makes its parts readable. Null where the octets are in another encoding.
 */
export function octetText(bytes: Buffer): string | null {
  if (encodingOf(bytes) !== 'utf-8') return null;
  const start = bytes.subarray(0, 3).equals(BOM) ? BOM.length : 0;
  return bytes.toString('latin1', start);
}

const BOM = Buffer.from('\ufeff');

/** The text of which {@link octetText} has each octet as a character. */
export function decoded(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'latin1').toString('utf8');
}

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

function encodingOf(head: Buffer): string {
  const [first, second, third, fourth] = head;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (second === 0 && fourth === 0 && first !== 0) return 'utf-16le';
  if (first === 0 && third === 0 && second !== 0) return 'utf-16be';
  return 'utf-8';
}

/** The lines of a text. */
export async function* linesOf(chunks: Chunks): AsyncGenerator<Line> {
  let line = 1;
  let rest = '';
  let isTooLong = false;
  for await (const chunk of chunks) {
    const parts = chunk.split('\n');
    for (const [index, part] of parts.entries()) {
      if (isTooLong || rest.length + part.length > LARGEST) {
        isTooLong = true;
        rest = '';
      } else {
        rest += part;
      }
      if (index === parts.length - 1) break;
      yield { text: isTooLong ? null : rest.replace(/\r$/, ''), line };
      line += 1;
      rest = '';
      isTooLong = false;
    }
  }
  if (isTooLong || rest !== '') yield { text: isTooLong ? null : rest, line };
}
