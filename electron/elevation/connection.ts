/**
 * One end of a repair session's pipe: whole, well-formed messages of the table reach its owner, and everything
 * else ends the connection with a reason in the log. The reason never holds what was sent.
 */
import type { Duplex } from 'node:stream';
import type { z } from 'zod';
import { FrameReader, Malformed, encodeFrame, type FrameFault } from './frames';

/** Why an end refuses its peer. */
export type Refusal =
  | FrameFault
  /** A message began and did not end in time, or not at all. */
  | 'half-frame'
  /** JSON that is none of the messages. */
  | 'schema'
  /** A message at a time when it is not due. */
  | 'order'
  /** The peer is of another version. */
  | 'version'
  /** The peer does not know the token. */
  | 'proof'
  /** The peer does not say who it is. */
  | 'late';

/** How a connection ended: refused by this end, left by the other, or closed by this end without a grudge. */
export type ConnectionEnd =
  { readonly by: 'refusal'; readonly refusal: Refusal } | { readonly by: 'peer' | 'us' };

/** What an end is made with. */
export interface ConnectionOptions<Message> {
  readonly schema: z.ZodType<Message>;
  /** Bytes of the longest message that is taken. */
  readonly longest: number;
  /** Milliseconds that a message may take from its first byte to its last. */
  readonly frameMs: number;
  readonly onMessage: (message: Message) => void;
  /** Takes a line about a refusal. */
  readonly log: (line: string) => void;
}

/** A whole message is written at once, so its end is never far behind its beginning. */
export const FRAME_MS = 2_000;

/** One end of a connection. */
export class Connection<Message> {
  /** Resolves, once, when nothing can come any more. */
  readonly ended: Promise<ConnectionEnd>;
  private settle: (ending: ConnectionEnd) => void = () => undefined;
  private isOver = false;
  private readonly reader: FrameReader;
  private frameTimer: NodeJS.Timeout | null = null;

  constructor(
    private readonly stream: Duplex,
    private readonly options: ConnectionOptions<Message>,
  ) {
    this.reader = new FrameReader(options.longest);
    this.ended = new Promise((resolve) => {
      this.settle = resolve;
    });
    stream.on('data', this.onData);
    stream.once('end', this.onEnd);
    stream.once('close', this.onEnd);
    // Whatever became of the pipe, it is over; `close` follows and tells.
    stream.on('error', () => undefined);
  }

  /** Whether it is over. */
  get over(): boolean {
    return this.isOver;
  }

  /** Says something; nothing happens when the connection is over. */
  send(message: object): void {
    if (this.isOver || this.stream.destroyed || !this.stream.writable) return;
    const frame = encodeFrame(message);
    this.stream.write(frame, () => {
      frame.fill(0);
    });
  }

  /** Ends the connection because of what the peer did. */
  refuse(refusal: Refusal, detail = ''): void {
    if (this.isOver) return;
    this.options.log(`Refused the other side: ${refusal}${detail === '' ? '' : ` (${detail})`}`);
    this.finish({ by: 'refusal', refusal });
  }

  /** Ends the connection once what was said has gone out. */
  close(): void {
    if (this.isOver) return;
    this.stream.end();
    this.finish({ by: 'us' });
  }

  private readonly onData = (chunk: Buffer): void => {
    try {
      for (const json of this.reader.push(chunk)) {
        const parsed = this.options.schema.safeParse(json);
        if (parsed.success) this.options.onMessage(parsed.data);
        else this.refuse('schema', parsed.error.issues[0]?.code);
        // What follows a message that ended the connection is not looked at.
        if (this.isOver) return;
        this.stopTimer();
      }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.refuse(error.fault);
      return;
    }
    this.watchFrame();
  };

  private readonly onEnd = (): void => {
    if (this.reader.partial) this.refuse('half-frame');
    else this.finish({ by: 'peer' });
  };

  /** A frame that is under way has its own time; bytes that trickle in do not lengthen it. */
  private watchFrame(): void {
    if (!this.reader.partial) {
      this.stopTimer();
      return;
    }
    this.frameTimer ??= setTimeout(() => {
      this.refuse('half-frame');
    }, this.options.frameMs);
  }

  private stopTimer(): void {
    if (this.frameTimer !== null) clearTimeout(this.frameTimer);
    this.frameTimer = null;
  }

  private finish(ending: ConnectionEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    this.stopTimer();
    this.reader.wipe();
    this.stream.off('data', this.onData);
    this.stream.off('end', this.onEnd);
    this.stream.off('close', this.onEnd);
    if (ending.by !== 'us') this.stream.destroy();
    else {
      // The peer may go on talking to nobody; a pipe that it does not close is closed for it.
      this.stream.resume();
      setTimeout(() => this.stream.destroy(), LINGER_MS).unref();
    }
    this.settle(ending);
  }
}

/** Milliseconds that the last message has to go out. */
const LINGER_MS = 1_000;
