/**
 * The window's end of the pipe of a repair session.
 *
 * Any process of this user can connect to the pipe, and others can try. A peer is sent nothing until it has proved that
 * it knows the token, and the first one that does is the only one accepted.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { translator, type Language } from '@shared/i18n';
import type { Unfinished } from '@shared/ipc';
import type { MessageKey } from '@shared/message';
import { within } from '@engine/deadline';
import { Connection, FRAME_TIMEOUT_MS } from './connection';
import type { OperationCallbacks, OperationKind, ReplyTo } from './operations';
import {
  FROM_SESSION,
  MAX_MESSAGE_TO_WINDOW,
  PROTOCOL_VERSION,
  REPLIES,
  type ChangeMessage,
  type SessionMessage,
  type WindowMessage,
} from './protocol';
import { proofOf, verifyProof, type Token } from './token';

/** Timeouts of the window, in milliseconds. */
export const CLIENT_LIMITS = {
  /** For the started process to connect. Windows may scan an unknown program for a long time before running it. */
  arrival: 60_000,
  /** For a peer to prove that it knows the token. */
  proof: 2_000,
  /** For the session to become ready. */
  ready: 60_000,
  frame: FRAME_TIMEOUT_MS,
};
/** Timeouts like {@link CLIENT_LIMITS}. */
export type ClientLimits = Readonly<typeof CLIENT_LIMITS>;

/** Maximum number of unauthenticated peers. */
const MAX_UNAUTHENTICATED_PEERS = 8;

/** Thrown if a session can't be started or was lost; the message is localized when the request returns. */
export class SessionUnavailableError extends Error {
  constructor(readonly outcome: (language: Language) => Unfinished) {
    super('no repair session');
  }
}

/** Creates a refusal in the language of the request. */
export const createRefusal =
  (key: MessageKey, params: Readonly<Record<string, string>> = {}) =>
  (language: Language): Unfinished => ({
    outcome: 'refused',
    message: translator(language)(key, params),
    ...(WITHOUT_SESSION.has(key) && { restart: true }),
  });

/** Creates the error for a session that can't be started or was lost. */
export const sessionUnavailable = (
  key: MessageKey,
  params?: Readonly<Record<string, string>>,
): SessionUnavailableError => new SessionUnavailableError(createRefusal(key, params));

/** Failures of the repair session that don't occur if the program is started as an administrator. */
const WITHOUT_SESSION: ReadonlySet<MessageKey> = new Set<MessageKey>([
  'repair.launchFailed',
  'repair.noArrival',
  'repair.notTaken',
  'repair.refusals.not-elevated',
]);

/** The pipe before a peer is authenticated. */
export class PipeListener {
  readonly peer: Promise<PeerConnection>;
  private settle: (line: PeerConnection) => void = () => undefined;
  private fail: (error: SessionUnavailableError) => void = () => undefined;
  private readonly server: Server;
  private readonly unauthenticatedPeers = new Set<Socket>();

  constructor(
    private readonly token: Token,
    private readonly limits: ClientLimits,
    private readonly log: (text: string) => void,
  ) {
    this.peer = new Promise((resolve, reject) => {
      this.settle = resolve;
      this.fail = reject;
    });
    // If the pipe fails to open, nothing awaits the peer.
    this.peer.catch(() => undefined);
    this.server = createServer((socket) => {
      this.accept(socket);
    });
    this.server.maxConnections = MAX_UNAUTHENTICATED_PEERS;
  }

  async open(place: string): Promise<void> {
    await once(this.server.listen(place), 'listening');
    this.server.on('error', (error) => {
      this.log(`The pipe failed: ${error.message}`);
    });
  }

  /** Rejects all further peers. The authenticated one stays connected. */
  close(): void {
    this.server.close();
    for (const socket of this.unauthenticatedPeers) socket.destroy();
  }

  private accept(socket: Socket): void {
    if (!this.server.listening) {
      socket.destroy();
      return;
    }
    this.unauthenticatedPeers.add(socket);
    socket.once('close', () => this.unauthenticatedPeers.delete(socket));
    const line = new PeerConnection(socket, this.token, this.limits, this.log, (isSameVersion) => {
      if (isSameVersion) {
        this.unauthenticatedPeers.delete(socket);
        this.settle(line);
        this.close();
      } else this.fail(sessionUnavailable('repair.anotherVersion'));
    });
  }
}

/** The connection to one peer. */
export class PeerConnection {
  /** Language of the session; set by {@link handshake}. */
  private language: Language | null = null;
  private readonly connection: Connection<SessionMessage, WindowMessage>;
  private hear: (message: SessionMessage) => void;

  /** @param onProven called once the peer has proved that it knows the token */
  constructor(
    socket: Socket,
    token: Token,
    { proof, frame }: ClientLimits,
    log: (text: string) => void,
    onProven: (isSameVersion: boolean) => void,
  ) {
    const timer = setTimeout(() => {
      this.connection.refuse('late');
    }, proof);
    this.hear = (message) => {
      if (message.type !== 'here') this.connection.refuse('order', message.type);
      else if (!verifyProof(token, 'session', message.proof)) this.connection.refuse('proof');
      else if (message.version !== PROTOCOL_VERSION) {
        onProven(false);
        this.connection.refuse('version', String(message.version));
      } else {
        clearTimeout(timer);
        this.hear = this.nothingIsDue;
        onProven(true);
      }
    };
    this.connection = new Connection(socket, {
      schema: FROM_SESSION,
      longest: MAX_MESSAGE_TO_WINDOW,
      frameMs: frame,
      log,
      onMessage: (message) => {
        this.hear(message);
      },
    });
    void this.connection.ended.then(() => {
      clearTimeout(timer);
    });
  }

  /** Whether it can take requests. */
  get alive(): boolean {
    return !this.connection.over;
  }

  /** Authenticates the window and waits until the session is ready. @throws SessionUnavailableError */
  async handshake(token: Token, language: Language, readyMs: number): Promise<void> {
    const proof = proofOf(token, 'window');
    const hello = { type: 'hello', version: PROTOCOL_VERSION, proof, language } as const;
    try {
      const ready = await within(
        { ms: readyMs },
        () => this.exchange(hello, (message) => (message.type === 'ready' ? message : 'refuse')),
        () => {
          throw sessionUnavailable('repair.noArrival');
        },
      );
      if (ready.refusal !== null) {
        const { code, detail } = ready.refusal;
        throw sessionUnavailable(`repair.refusals.${code}`, { detail });
      }
      this.language = language;
    } catch (error) {
      this.connection.close();
      throw error;
    }
  }

  /** Sends a request and waits for its result. @throws SessionUnavailableError if the session is lost before that */
  async ask<Kind extends OperationKind>(
    kind: Kind,
    asked: ChangeMessage,
    language: Language,
    { progress, stop }: OperationCallbacks<Kind>,
  ): Promise<ReplyTo<Kind>> {
    const { request } = asked;
    if (language !== this.language) this.connection.send({ type: 'speak', language });
    this.language = language;
    const sendStop = (): void => {
      this.connection.send({ type: 'stop', request });
    };
    const { step, outcome } = REPLIES[kind];
    const reply = this.exchange(asked, (message) => {
      if (!('request' in message) || message.request !== request) return 'refuse';
      if (message.type === 'outcome') {
        return this.connection.validate(outcome, message.outcome) ?? null;
      }
      const valid = this.connection.validate(step, message.step);
      if (valid !== undefined) progress(valid);
      return null;
    });
    if (stop?.aborted === true) sendStop();
    stop?.addEventListener('abort', sendStop);
    try {
      return await reply;
    } finally {
      stop?.removeEventListener('abort', sendStop);
    }
  }

  close(): void {
    this.connection.close();
  }

  /**
   * Sends a message and waits for the reply.
   *
   * @param read returns the reply in a message, null if it isn't the last one, or `refuse` if it's unexpected
   */
  private exchange<Answer>(
    message: WindowMessage,
    read: (message: SessionMessage) => Answer | 'refuse' | null,
  ): Promise<Answer> {
    const answer = new Promise<Answer>((resolve) => {
      this.hear = (heard) => {
        const found = read(heard);
        if (found === 'refuse') this.connection.refuse('order', heard.type);
        else if (found !== null) {
          this.hear = this.nothingIsDue;
          resolve(found);
        }
      };
    });
    const lost = this.connection.ended.then(() => {
      throw sessionUnavailable('repair.lost');
    });
    this.connection.send(message);
    return Promise.race([answer, lost]);
  }

  private readonly nothingIsDue = (message: SessionMessage): void => {
    this.connection.refuse('order', message.type);
  };
}
