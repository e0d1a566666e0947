/**
 * One end of a repair session's pipe. Complete messages that match the schema are passed on; anything else closes the
 * connection and logs the reason, which never contains received data.
 */
import type { Duplex } from 'node:stream';
import type { z } from 'zod';
import { FrameReader, Malformed, encodeFrame, type FrameFault } from './frames';

/** Why a peer is rejected. */
export type Refusal =
  | FrameFault
  /** A message was incomplete at the deadline or at the end of the stream. */
  | 'half-frame'
  /** JSON that matches no message schema. */
  | 'schema'
  /** A message that isn't expected in this state. */
  | 'order'
  /** The peer has a different version. */
  | 'version'
  /** The peer doesn't know the token. */
  | 'proof'
  /** The peer didn't authenticate in time. */
  | 'late';

/** How a connection ended: this end rejected the peer, the peer left, or this end closed it normally. */
export type ConnectionEnd = 'refusal' | 'peer' | 'us';

/** Options of {@link Connection}. */
export interface ConnectionOptions<Received> {
  readonly schema: z.ZodType<Received>;
  /** Maximum length of a message, in bytes. */
  readonly longest: number;
  /** Milliseconds allowed from the first to the last byte of a message. */
  readonly frameMs: number;
  readonly onMessage: (message: Received) => void;
  /** Called with a line about each rejection. */
  readonly log: (line: string) => void;
}

/** Milliseconds allowed for a message. It's written with a single call, so it arrives without delays. */
export const FRAME_TIMEOUT_MS = 2_000;

/** One end of a connection, with the types of the messages it receives and sends. */
export class Connection<Received, Sent extends object> {
  /** Resolves once no more messages can arrive. */
  readonly ended: Promise<ConnectionEnd>;
  private settle: (ending: ConnectionEnd) => void = () => undefined;
  private isOver = false;
  private readonly reader: FrameReader;
  private frameTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly stream: Duplex,
    private readonly options: ConnectionOptions<Received>,
  ) {
    this.reader = new FrameReader(options.longest);
    this.ended = new Promise((resolve) => {
      this.settle = resolve;
    });
    stream.on('data', this.onData);
    stream.once('end', this.onEnd);
    stream.once('close', this.onEnd);
    // On any error the pipe is closed; `close` follows and is handled.
    stream.on('error', () => undefined);
  }

  /** Whether it has ended. */
  get over(): boolean {
    return this.isOver;
  }

  /** Sends a message; does nothing after the end. */
  send(message: Sent): void {
    if (this.isOver || this.stream.destroyed || !this.stream.writable) return;
    const frame = encodeFrame(message);
    this.stream.write(frame, () => {
      frame.fill(0);
    });
  }

  /** Ends the connection because of the peer's behavior. */
  refuse(refusal: Refusal, detail = ''): void {
    if (this.isOver) return;
    this.options.log(`Refused the other side: ${refusal}${detail === '' ? '' : ` (${detail})`}`);
    this.finish('refusal');
  }

  /** Ends the connection after pending messages are sent. */
  close(): void {
    if (this.isOver) return;
    this.stream.end();
    this.finish('us');
  }

  /** Returns what matches the schema; otherwise ends the connection. */
  validate<Valid>(schema: z.ZodType<Valid>, json: unknown): Valid | undefined {
    const parsed = schema.safeParse(json);
    if (!parsed.success) this.refuse('schema', parsed.error.issues[0]?.code);
    return parsed.data;
  }

  private readonly onData = (chunk: Buffer): void => {
    try {
      for (const json of this.reader.push(chunk)) {
        const message = this.validate(this.options.schema, json);
        if (message !== undefined) this.options.onMessage(message);
        // Ignore everything after a message that ended the connection.
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
    else this.finish('peer');
  };

  /** An incomplete message has a fixed deadline; trickling bytes don't extend it. */
  private watchFrame(): void {
    if (!this.reader.partial) this.stopTimer();
    else this.frameTimer ??= setTimeout(() => this.refuse('half-frame'), this.options.frameMs);
  }

  private stopTimer(): void {
    clearTimeout(this.frameTimer);
    this.frameTimer = undefined;
  }

  private finish(ending: ConnectionEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    this.stopTimer();
    this.reader.wipe();
    this.stream.off('data', this.onData);
    if (ending !== 'us') this.stream.destroy();
    else {
      // Discard what the peer still sends; if it doesn't close the pipe, it's destroyed.
      this.stream.resume();
      setTimeout(() => this.stream.destroy(), LINGER_MS).unref();
    }
    this.settle(ending);
  }
}

/** Milliseconds to send the last message. */
const LINGER_MS = 1_000;
