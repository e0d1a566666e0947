/** Decodes text in the encodings Windows writes, whole or line by line, within size limits. */

/** Maximum number of bytes of a file that's read whole, and of a line. */
export const MAX_DOCUMENT_LENGTH = 16 * 1024 * 1024;

/** Chunks of a text. */
export type Chunks = AsyncIterable<string> | Iterable<string>;

/** A line of text. */
export interface Line {
  /** Without the line ending; null if it's longer than {@link MAX_DOCUMENT_LENGTH} characters. */
  readonly text: string | null;
  /** Line number, counted from 1. */
  readonly line: number;
}

/**
 * Decodes UTF-8 or UTF-16, detected from the byte order mark or the position of zero bytes. Text in any other encoding
 * gets replacement characters: facts lines are ASCII, and other text is at most used for names.
 */
export function wholeText(bytes: Buffer): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** Decodes a stream like {@link wholeText}. */
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
 * Decodes UTF-8 bytes as one character per byte, which takes a third of the time, and makes parsing take two thirds.
 * {@link decodeLatin1Text} restores the strings. Returns null for any other encoding.
 */
export function latin1Text(bytes: Buffer): string | null {
  if (encodingOf(bytes) !== 'utf-8') return null;
  const start = bytes.subarray(0, 3).equals(BOM) ? BOM.length : 0;
  return bytes.toString('latin1', start);
}

const BOM = Buffer.from('\ufeff');

/** Decodes a string from {@link latin1Text}. */
export function decodeLatin1Text(text: string): string {
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

/** Splits text into lines. */
export async function* linesOf(chunks: Chunks): AsyncGenerator<Line> {
  let line = 1;
  let rest = '';
  let isTooLong = false;
  for await (const chunk of chunks) {
    const parts = chunk.split('\n');
    for (const [index, part] of parts.entries()) {
      if (isTooLong || rest.length + part.length > MAX_DOCUMENT_LENGTH) {
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
