/**
 * Messages on a pipe: the length of what follows in four bytes, most significant first, then JSON in UTF-8. The
 * length is judged before anything is kept, so nobody can make the other side hold more than one message.
 */
import { RESERVED_NAMES } from '@shared/reserved-names';

/** Bytes of the length. */
const HEADER = 4;

/** What is wrong with bytes that should be a message. */
export type FrameFault = 'empty' | 'oversized' | 'not-utf8' | 'not-json' | 'reserved-name';

/** Bytes that are no message. */
export class Malformed extends Error {
  constructor(readonly fault: FrameFault) {
    super(fault);
    this.name = 'Malformed';
  }
}

/** A message as it goes over the pipe. */
export function encodeFrame(message: object): Buffer {
  const payload = Buffer.from(JSON.stringify(message));
  const frame = Buffer.alloc(HEADER + payload.length);
  frame.writeUInt32BE(payload.length);
  payload.copy(frame, HEADER);
  payload.fill(0);
  return frame;
}

/** Puts messages together from what arrives. What it has read it wipes: a product key may have been in it. */
export class FrameReader {
  private readonly chunks: Buffer[] = [];
  private held = 0;
  private expected: number | null = null;

  /** @param limit bytes of the longest message that is taken */
  constructor(private readonly limit: number) {}

  /** Whether a message has begun and not ended. */
  get partial(): boolean {
    return this.held > 0 || this.expected !== null;
  }

  /**
   * Takes what arrived; it is wiped.
   *
   * @returns the messages that are complete now, each as parsed JSON, in order
   * @throws Malformed
   */
  *push(chunk: Buffer): Generator<unknown, void> {
    this.chunks.push(chunk);
    this.held += chunk.length;
    for (;;) {
      if (this.expected === null) {
        if (this.held < HEADER) return;
        this.expected = this.judge(this.take(HEADER).readUInt32BE());
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

  /** Forgets what was begun. */
  wipe(): void {
    for (const chunk of this.chunks) chunk.fill(0);
    this.chunks.length = 0;
    this.held = 0;
    this.expected = null;
  }

  private judge(length: number): number {
    if (length === 0) throw new Malformed('empty');
    if (length > this.limit) throw new Malformed('oversized');
    return length;
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
    // Nesting beyond the depth of the stack ends here too.
    throw error instanceof Malformed ? error : new Malformed('not-json');
  }
}
