/**
 * The window's side of a repair session: owns the pipe, has Windows start the elevated process when the first
 * request needs it, and hands requests over one at a time.
 *
 * Any process of this user can reach the pipe, and others can try: until a peer has proved that it knows the
 * token it is told nothing, and the one that has is the only one.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { FixId } from '@shared/catalogue';
import { translator, type Language } from '@shared/i18n';
import type { MessageKey } from '@shared/message';
import type { ApplyOutcome, TreatmentReply, Unfinished } from '@shared/ipc';
import type { FixProgress } from '@shared/plan';
import { redact } from '@shared/redaction';
import type { TreatmentOutcomeView, TreatmentProgress, TreatmentUndoView } from '@shared/treatment';
import { Connection, FRAME_MS } from './connection';
import { isRunning } from './is-running';
import type { LaunchResult } from './launch';
import {
  FROM_SESSION,
  FROM_WINDOW,
  LONGEST_TO_WINDOW,
  PROTOCOL_VERSION,
  type SessionMessage,
  type WindowMessage,
} from './protocol';
import { pipePath, newToken, proofOf, proves, type Token } from './token';
import type { RawParameters } from './fix-handler';

/** How long the window waits for what. Milliseconds. */
interface ClientLimits {
  /** For a process that was started to come. */
  readonly arrival: number;
  /** For whoever comes to prove who it is. */
  readonly proof: number;
  /** For the session to be ready. */
  readonly ready: number;
  readonly frame: number;
}

const CLIENT_LIMITS: ClientLimits = {
  // Windows may look an unknown program over for a long time before it runs it.
  arrival: 60_000,
  proof: 2_000,
  ready: 60_000,
  frame: FRAME_MS,
};

/** Peers that may be at the pipe before one has proved itself. */
const MAX_UNAUTHENTICATED_PEERS = 8;

/** What a client is made with. */
export interface ElevationClientOptions {
  /** Has the elevated process started with the token; resolves when Windows has said yes or no. */
  readonly launch: (token: Token) => Promise<LaunchResult>;
  /** Why this program must not be elevated, in words; null when it may. */
  readonly objection?: () => Promise<string | null>;
  readonly language: () => Language;
  readonly log: (line: string) => void;
  /** Where the pipe is made; by default the token's own place. */
  readonly place?: (token: Token) => string;
  readonly limits?: Partial<ClientLimits>;
}

/** Makes changes through an elevated process. One request at a time. */
export interface ElevationClient {
  /** @param digest of the preview: when the session plans anything else, it does nothing */
  apply(
    fix: FixId,
    parameters: RawParameters,
    digest: string,
    progress: (step: FixProgress) => void,
  ): Promise<ApplyOutcome>;
  undo(entry: string, progress?: (step: FixProgress) => void): Promise<ApplyOutcome>;
  /**
   * @param digest of the treatment that was shown: where the session plans another one, it asks for that
   * @param stop ends it before its next step
   */
  treat(
    digest: string,
    kmsHosts: readonly string[],
    progress: (step: TreatmentProgress) => void,
    stop?: AbortSignal,
  ): Promise<TreatmentReply<TreatmentOutcomeView>>;
  undoTreatment(
    treatment: string,
    progress: (step: TreatmentProgress) => void,
  ): Promise<TreatmentReply<TreatmentUndoView>>;
  /** Ends the session, if there is one. */
  close(): void;
}

/** Makes a client. Nothing is started before the first request. */
export function createElevationClient(options: ElevationClientOptions): ElevationClient {
  return new Client(options);
}

/** A session that cannot be had or was lost; said in words where the request is answered. */
class NoElevatedHelper extends Error {
  constructor(readonly outcome: (language: Language) => Unfinished) {
    super('no repair session');
  }
}

const refusal =
  (key: MessageKey, params: Readonly<Record<string, string>> = {}) =>
  (language: Language): Unfinished => ({
    outcome: 'refused',
    message: translator(language)(key, params),
    ...(WITHOUT_SESSION.has(key) && { restart: true }),
  });

/** Why there is no session, where the program started as an administrator needs none. */
const WITHOUT_SESSION: ReadonlySet<MessageKey> = new Set<MessageKey>([
  'repair.launchFailed',
  'repair.noArrival',
  'repair.notTaken',
  'repair.refusals.not-elevated',
]);

type Without<Message, Key extends string> = Message extends unknown ? Omit<Message, Key> : never;
type ChangeRequest = Without<
  Exclude<WindowMessage, { type: 'hello' | 'speak' | 'stop' }>,
  'request'
>;

/** How a request is answered. */
interface Answering<Reply> {
  readonly progress: (step: Extract<FixProgress, { type: 'asking' }>) => void;
  /** Reads a message about the request: its reply; null for a step on the way; or `refuse`. */
  readonly read: (message: SessionMessage) => { readonly outcome: Reply } | 'refuse' | null;
  /** Asks for an end before the next step. */
  readonly stop?: AbortSignal | undefined;
}

/** The answer to a request for a fix. */
const ofFix = (progress: (step: FixProgress) => void): Answering<ApplyOutcome> => ({
  progress,
  read: (message) => {
    if (message.type === 'outcome') return message;
    if (message.type !== 'progress') return 'refuse';
    progress(message.step);
    return null;
  },
});

/** The answer to a request for a treatment, with its steps on the way. */
const ofTreatment = <Reply>(
  progress: (step: TreatmentProgress) => void,
  reply: (message: SessionMessage) => { readonly outcome: Reply } | 'refuse',
): Answering<Reply> => ({
  progress,
  read: (message) => {
    if (message.type !== 'treatment-progress') return reply(message);
    progress(message.step);
    return null;
  },
});

class Client implements ElevationClient {
  private line: PeerConnection | null = null;
  private listener: PipeListener | null = null;
  private busy = false;

  constructor(private readonly options: ElevationClientOptions) {}

  apply(
    fix: FixId,
    parameters: RawParameters,
    digest: string,
    progress: (step: FixProgress) => void,
  ): Promise<ApplyOutcome> {
    const given = parameters as Extract<ChangeRequest, { type: 'apply' }>['parameters'];
    return this.request({ type: 'apply', fix, parameters: given, digest }, ofFix(progress));
  }

  undo(entry: string, progress: (step: FixProgress) => void = () => undefined) {
    return this.request({ type: 'undo', entry }, ofFix(progress));
  }

  treat(
    digest: string,
    kmsHosts: readonly string[],
    progress: (step: TreatmentProgress) => void,
    stop?: AbortSignal,
  ) {
    const answering = ofTreatment(progress, (message) =>
      message.type === 'treatment-outcome' ? message : 'refuse',
    );
    return this.request({ type: 'treat', digest, kmsHosts: [...kmsHosts] }, { ...answering, stop });
  }

  undoTreatment(treatment: string, progress: (step: TreatmentProgress) => void) {
    const answering = ofTreatment(progress, (message) =>
      message.type === 'treatment-undone' ? message : 'refuse',
    );
    return this.request({ type: 'undo-treatment', treatment }, answering);
  }

  close(): void {
    this.listener?.abandon();
    this.line?.close();
    this.line = null;
  }

  private async request<Reply>(
    fixRequest: ChangeRequest,
    answering: Answering<Reply>,
  ): Promise<Reply | Unfinished> {
    const language = this.options.language();
    if (this.busy) return refusal('repair.busy')(language);
    // Nobody is asked for rights for a request that the other side would refuse to hear.
    if (!FROM_WINDOW.safeParse({ ...fixRequest, request: 1 }).success) {
      return refusal('repair.notTaken')(language);
    }
    this.busy = true;
    try {
      this.line =
        this.line?.alive === true ? this.line : await this.begin(language, answering.progress);
      return await this.line.ask(fixRequest, language, answering);
    } catch (error) {
      if (error instanceof NoElevatedHelper) return error.outcome(language);
      throw error;
    } finally {
      this.busy = false;
    }
  }

  private async begin(
    language: Language,
    progress: (step: Extract<FixProgress, { type: 'asking' }>) => void,
  ): Promise<PeerConnection> {
    const objection = (await this.options.objection?.()) ?? null;
    if (objection !== null) {
      throw new NoElevatedHelper(() => ({ outcome: 'refused', message: objection }));
    }
    const token = newToken();
    const limits = { ...CLIENT_LIMITS, ...this.options.limits };
    const log = (text: string): void => {
      this.options.log(redact(text));
    };
    const listener = new PipeListener(token, limits, log);
    this.listener = listener;
    try {
      await listener.open(this.options.place?.(token) ?? pipePath(token));
      progress({ type: 'asking', who: 'windows' });
      const launched = this.options.launch(token);
      const line = await Promise.race([listener.peer, withoutPeer(launched, limits.arrival)]);
      await line.handshake(token, language, limits.ready);
      progress({ type: 'asking', who: 'session' });
      return line;
    } finally {
      this.listener = null;
      listener.close();
    }
  }
}

/** Settles, by throwing, only when nobody will come. */
async function withoutPeer(launching: Promise<LaunchResult>, arrivalMs: number): Promise<never> {
  const launched = await launching;
  if (launched.outcome === 'declined') {
    throw new NoElevatedHelper(() => ({ outcome: 'declined', by: 'uac' }));
  }
  if (launched.outcome === 'failed') {
    throw new NoElevatedHelper(refusal('repair.launchFailed', { detail: launched.detail }));
  }
  await gone(launched.process ?? null, arrivalMs);
  throw new NoElevatedHelper(refusal('repair.noArrival'));
}

/** Milliseconds between looks whether the process is still there. */
const LOOK_MS = 500;

/** Waits until a process has ended, but not longer than given. What it said last has come by then. */
async function gone(started: number | null, longestMs: number): Promise<void> {
  const until = Date.now() + longestMs;
  for (;;) {
    const left = until - Date.now();
    if (left <= 0) return;
    const ended = started !== null && !isRunning(started);
    await new Promise((resolve) => setTimeout(resolve, Math.min(LOOK_MS, left)).unref());
    if (ended) return;
  }
}

/** The pipe while nobody has proved himself. */
class PipeListener {
  readonly peer: Promise<PeerConnection>;
  private settle: (line: PeerConnection) => void = () => undefined;
  private fail: (error: NoElevatedHelper) => void = () => undefined;
  private readonly server: Server;
  private readonly unauthenticatedPeers = new Set<Socket>();
  private isOpen = true;

  constructor(
    private readonly token: Token,
    private readonly limits: ClientLimits,
    private readonly log: (text: string) => void,
  ) {
    this.peer = new Promise((resolve, reject) => {
      this.settle = resolve;
      this.fail = reject;
    });
    // The pipe may fail to open, and then nobody waits for a peer.
    this.peer.catch(() => undefined);
    this.server = createServer((socket) => {
      this.accept(socket);
    });
    this.server.maxConnections = MAX_UNAUTHENTICATED_PEERS;
  }

  open(place: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(place, () => {
        this.server.off('error', reject);
        this.server.on('error', (error) => {
          this.log(`The pipe failed: ${error.message}`);
        });
        resolve();
      });
    });
  }

  /** Ends the wait for a peer. */
  abandon(): void {
    this.fail(new NoElevatedHelper(refusal('repair.lost')));
    this.close();
  }

  /** Lets nobody in any more. The one who proved himself stays. */
  close(): void {
    this.isOpen = false;
    this.server.close();
    for (const socket of this.unauthenticatedPeers) socket.destroy();
    this.unauthenticatedPeers.clear();
  }

  private accept(socket: Socket): void {
    if (!this.isOpen) {
      socket.destroy();
      return;
    }
    this.unauthenticatedPeers.add(socket);
    const line = new PeerConnection(socket, this.token, this.limits, this.log);
    void line.introduced.then((as) => {
      this.unauthenticatedPeers.delete(socket);
      if (as === 'another-version')
        this.fail(new NoElevatedHelper(refusal('repair.anotherVersion')));
      if (as !== 'session') return;
      this.settle(line);
      this.close();
    });
  }
}

/** The line to one peer. */
class PeerConnection {
  /** As whom the peer showed itself; an unauthenticated peer does not know the token, or left. */
  readonly introduced: Promise<'session' | 'another-version' | 'unauthenticated'>;
  /** In which language its session speaks; set by {@link handshake}. */
  private language: Language | null = null;
  private readonly connection: Connection<SessionMessage>;
  private hear: (message: SessionMessage) => void;
  private lastRequest = 0;

  constructor(
    socket: Socket,
    token: Token,
    { proof, frame }: ClientLimits,
    log: (text: string) => void,
  ) {
    let settle: (as: 'session' | 'another-version' | 'unauthenticated') => void = () => undefined;
    this.introduced = new Promise((resolve) => {
      settle = resolve;
    });
    const timer = setTimeout(() => {
      this.connection.refuse('late');
    }, proof);
    this.hear = (message) => {
      if (message.type !== 'here') this.connection.refuse('order', message.type);
      else if (!proves(token, 'session', message.proof)) this.connection.refuse('proof');
      else if (message.version !== PROTOCOL_VERSION) {
        settle('another-version');
        this.connection.refuse('version', String(message.version));
      } else {
        clearTimeout(timer);
        this.hear = this.nothingIsDue;
        settle('session');
      }
    };
    this.connection = new Connection(socket, {
      schema: FROM_SESSION,
      longest: LONGEST_TO_WINDOW,
      frameMs: frame,
      log,
      onMessage: (message) => {
        this.hear(message);
      },
    });
    void this.connection.ended.then(() => {
      clearTimeout(timer);
      settle('unauthenticated');
    });
  }

  /** Whether it can be asked for something. */
  get alive(): boolean {
    return !this.connection.over;
  }

  /** Says who the window is, and waits until the session is ready. @throws NoElevatedHelper */
  async handshake(token: Token, language: Language, readyMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const ready = await this.exchange(
        {
          type: 'hello',
          version: PROTOCOL_VERSION,
          proof: proofOf(token, 'window'),
          language,
        },
        (message) => (message.type === 'ready' ? message : 'refuse'),
        new Promise((_, reject) => {
          timer = setTimeout(() => {
            reject(new NoElevatedHelper(refusal('repair.noArrival')));
          }, readyMs);
        }),
      );
      if (ready.refusal !== null) {
        const { code, detail } = ready.refusal;
        throw new NoElevatedHelper(refusal(`repair.refusals.${code}`, { detail }));
      }
      this.language = language;
    } catch (error) {
      this.connection.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Hands a request over. @throws NoElevatedHelper when the session is lost before it has answered */
  async ask<Reply>(
    fixRequest: ChangeRequest,
    language: Language,
    { read, stop }: Answering<Reply>,
  ): Promise<Reply> {
    const request = (this.lastRequest += 1);
    if (language !== this.language) this.connection.send({ type: 'speak', language });
    this.language = language;
    const sendStop = (): void => {
      this.connection.send({ type: 'stop', request });
    };
    const reply = this.exchange({ ...fixRequest, request }, (message) =>
      'request' in message && message.request === request ? read(message) : 'refuse',
    );
    if (stop?.aborted === true) sendStop();
    stop?.addEventListener('abort', sendStop);
    try {
      return (await reply).outcome;
    } finally {
      stop?.removeEventListener('abort', sendStop);
    }
  }

  close(): void {
    this.connection.close();
  }

  /** Says something and listens until it is answered. */
  private exchange<Answer>(
    message: WindowMessage,
    read: (message: SessionMessage) => Answer | 'refuse' | null,
    ...others: readonly Promise<never>[]
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
      throw new NoElevatedHelper(refusal('repair.lost'));
    });
    this.connection.send(message);
    return Promise.race([answer, lost, ...others]);
  }

  private readonly nothingIsDue = (message: SessionMessage): void => {
    this.connection.refuse('order', message.type);
  };
}
