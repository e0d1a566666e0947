/**
 * Message framing: a four-byte big-endian length, followed by JSON in UTF-8. The length is validated before anything is
 * buffered, so a peer can never make the other end hold more than one message.
 */
import { RESERVED_NAMES } from '@shared/reserved-names';

/** Size of the length, in bytes. */
const HEADER = 4;

/** Why a message is malformed. */
export type FrameFault = 'empty' | 'oversized' | 'not-utf8' | 'not-json' | 'reserved-name';

/** Thrown for a malformed message. */
export class Malformed extends Error {
  constructor(readonly fault: FrameFault) {
    super(fault);
    this.name = 'Malformed';
  }
}

/** Encodes a message for the pipe. */
export function encodeFrame(message: object): Buffer {
  const payload = Buffer.from(JSON.stringify(message));
  const frame = Buffer.alloc(HEADER + payload.length);
  frame.writeUInt32BE(payload.length);
  payload.copy(frame, HEADER);
  payload.fill(0);
  return frame;
}

/** Reassembles messages from chunks. Wipes what it has read: it may contain a product key. */
export class FrameReader {
  private readonly chunks: Buffer[] = [];
  private held = 0;
  private expected: number | null = null;

  /** @param limit maximum length of a message, in bytes */
  constructor(private readonly limit: number) {}

  /** Whether a message is incomplete. */
  get partial(): boolean {
    return this.held > 0 || this.expected !== null;
  }

  /**
   * Adds a chunk, which is wiped.
   *
   * @returns the messages completed by it, parsed and in order
   * @throws Malformed
   */
  *push(chunk: Buffer): Generator<unknown, void> {
    this.chunks.push(chunk);
    this.held += chunk.length;
    for (;;) {
      if (this.expected === null) {
        if (this.held < HEADER) return;
        const length = this.take(HEADER).readUInt32BE();
        if (length === 0) throw new Malformed('empty');
        if (length > this.limit) throw new Malformed('oversized');
        this.expected = length;
      }
      if (this.held < this.expected) return;
      const payload = this.take(this.expected);
      this.expected = null;
      try {
        yield parse(payload);
      } finally {
        payload.fill(0);
      }
    }
  }

  /** Wipes incomplete data. */
  wipe(): void {
    for (const chunk of this.chunks) chunk.fill(0);
    this.chunks.length = 0;
    this.held = 0;
    this.expected = null;
  }

  private take(length: number): Buffer {
    const taken = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const [chunk] = this.chunks;
      if (chunk === undefined) break;
      const count = chunk.copy(taken, filled, 0, length - filled);
      chunk.fill(0, 0, count);
      filled += count;
      if (count === chunk.length) this.chunks.shift();
      else this.chunks[0] = chunk.subarray(count);
    }
    this.held -= filled;
    return taken;
  }
}

function parse(payload: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
  } catch {
    throw new Malformed('not-utf8');
  }
  try {
    return JSON.parse(text, (name, value: unknown) => {
      if (RESERVED_NAMES.has(name)) throw new Malformed('reserved-name');
      return value;
    });
  } catch (error) {
    // Nesting that overflows the stack also ends up here.
    throw error instanceof Malformed ? error : new Malformed('not-json');
  }
}
