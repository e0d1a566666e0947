/**
 * The window's end of a repair session: owns the pipe, has Windows start the elevated helper when the first request
 * needs it, and sends one request at a time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Language } from '@shared/i18n';
import type { ApplyOutcome, Unfinished } from '@shared/ipc';
import type { FixProgress } from '@shared/plan';
import { redact } from '@shared/redaction';
import type { TreatmentProgress } from '@shared/treatment';
import { processExists } from '@engine/journal/owner';
import type { LaunchResult } from './launch';
import {
  type ReplyHandler,
  type ChangeRequest,
  type ClientLimits,
  CLIENT_LIMITS,
  SessionUnavailableError,
  type PeerConnection,
  PipeListener,
  createRefusal,
} from './peer';
import { FROM_WINDOW, type SessionMessage } from './protocol';
import { pipePath, newToken, type Token } from './token';
import type { Changes } from './fix-handler';

/** Options of {@link createElevationClient}. */
export interface ElevationClientOptions {
  /** Starts the elevated process with the token; resolves once Windows has accepted or denied it. */
  readonly launch: (token: Token) => Promise<LaunchResult>;
  /** Returns the localized reason this program must not be elevated; null if it may be. */
  readonly objection?: () => Promise<string | null>;
  readonly language: () => Language;
  readonly log: (line: string) => void;
  /** Path of the pipe; by default derived from the token. */
  readonly place?: (token: Token) => string;
  readonly limits?: Partial<ClientLimits>;
}

/** Callbacks of a treatment in the elevated helper. */
interface RemoteTreatmentCallbacks {
  readonly progress: (step: TreatmentProgress) => void;
  /** Ends the treatment before its next step. */
  readonly stop?: AbortSignal | undefined;
}

/** Makes changes through the elevated helper. One request at a time. */
export interface ElevationClient extends Changes<
  { readonly progress: (step: FixProgress) => void },
  RemoteTreatmentCallbacks
> {
  /** Ends the session, if there is one. */
  close(): void;
}

/** Creates a client. Nothing is started before the first request. */
export function createElevationClient(options: ElevationClientOptions): ElevationClient {
  const client = new Client(options);
  return {
    apply: (fix, parameters, digest, { progress }) =>
      client.request({ type: 'apply', fix, parameters, digest }, ofFix(progress)),
    undo: (entry, { progress }) => client.request({ type: 'undo', entry }, ofFix(progress)),
    applyTreatment: ({ digest, kmsHosts }, callbacks) =>
      client.request(
        { type: 'treat', digest, kmsHosts: [...kmsHosts] },
        ofTreatment(callbacks, (message) =>
          message.type === 'treatment-outcome' ? message : 'refuse',
        ),
      ),
    undoTreatment: (treatment, { progress }) =>
      client.request(
        { type: 'undo-treatment', treatment },
        ofTreatment({ progress }, (message) =>
          message.type === 'treatment-undone' ? message : 'refuse',
        ),
      ),
    close: () => {
      client.close();
    },
  };
}

/** Handles the replies to a fix request. */
const ofFix = (progress: (step: FixProgress) => void): ReplyHandler<ApplyOutcome> => ({
  progress,
  read: (message) => {
    if (message.type !== 'progress') return message.type === 'outcome' ? message : 'refuse';
    progress(message.step);
    return null;
  },
});

/** Handles the replies to a treatment request, including progress. */
const ofTreatment = <Reply>(
  { progress, stop }: RemoteTreatmentCallbacks,
  reply: (message: SessionMessage) => { readonly outcome: Reply } | 'refuse',
): ReplyHandler<Reply> => ({
  progress,
  stop,
  read: (message) => {
    if (message.type !== 'treatment-progress') return reply(message);
    progress(message.step);
    return null;
  },
});

/** The session of a client: started by the first request, and again if it has ended. */
class Client {
  private line: PeerConnection | null = null;
  private listener: PipeListener | null = null;
  private busy = false;
  /** Number of `close` calls, used to cancel a session that is being started. */
  private closes = 0;

  constructor(private readonly options: ElevationClientOptions) {}

  close(): void {
    this.closes += 1;
    this.listener?.abandon();
    this.line?.close();
    this.line = null;
  }

  /** Sends a request, and starts the session if necessary. */
  async request<Reply>(
    fixRequest: ChangeRequest,
    answering: ReplyHandler<Reply>,
  ): Promise<Reply | Unfinished> {
    const language = this.options.language();
    if (this.busy) return createRefusal('repair.busy')(language);
    // Don't ask for elevation for a request that the session would reject.
    if (!FROM_WINDOW.safeParse({ ...fixRequest, request: 1 }).success) {
      return createRefusal('repair.notTaken')(language);
    }
    this.busy = true;
    try {
      const line =
        this.line?.alive === true ? this.line : await this.begin(language, answering.progress);
      return await line.ask(fixRequest, language, answering);
    } catch (error) {
      if (error instanceof SessionUnavailableError) return error.outcome(language);
      throw error;
    } finally {
      this.busy = false;
    }
  }

  private async begin(
    language: Language,
    progress: (step: Extract<FixProgress, { type: 'asking' }>) => void,
  ): Promise<PeerConnection> {
    const at = this.closes;
    const goOn = (): void => {
      if (this.closes !== at) throw new SessionUnavailableError(createRefusal('repair.lost'));
    };
    const objection = (await this.options.objection?.()) ?? null;
    if (objection !== null) {
      throw new SessionUnavailableError(() => ({ outcome: 'refused', message: objection }));
    }
    goOn();
    const token = newToken();
    const limits = { ...CLIENT_LIMITS, ...this.options.limits };
    const log = (text: string): void => {
      this.options.log(redact(text));
    };
    const listener = new PipeListener(token, limits, log);
    this.listener = listener;
    try {
      await listener.open(this.options.place?.(token) ?? pipePath(token));
      goOn();
      progress({ type: 'asking', who: 'windows' });
      const launched = this.options.launch(token);
      const line = await Promise.race([listener.peer, withoutPeer(launched, limits.arrival)]);
      // From here on, closing the line also ends the handshake.
      this.line = line;
      await line.handshake(token, language, limits.ready);
      progress({ type: 'asking', who: 'session' });
      return line;
    } finally {
      this.listener = null;
      listener.close();
    }
  }
}

/** Rejects once it's certain that no peer will connect; never resolves. */
async function withoutPeer(launching: Promise<LaunchResult>, arrivalMs: number): Promise<never> {
  const launched = await launching;
  if (launched.outcome === 'declined') {
    throw new SessionUnavailableError(() => ({ outcome: 'declined', by: 'uac' }));
  }
  if (launched.outcome === 'failed') {
    throw new SessionUnavailableError(
      createRefusal('repair.launchFailed', { detail: launched.detail }),
    );
  }
  await gone(launched.process ?? null, arrivalMs);
  throw new SessionUnavailableError(createRefusal('repair.noArrival'));
}

/** Milliseconds between checks whether the process still exists. */
const LOOK_MS = 500;

/** Waits until a process has exited, up to a limit. Then waits once more, for its last message to arrive. */
async function gone(started: number | null, longestMs: number): Promise<void> {
  const until = Date.now() + longestMs;
  for (;;) {
    const left = until - Date.now();
    if (left <= 0) return;
    const ended = started !== null && !processExists(started);
    await sleep(Math.min(LOOK_MS, left), undefined, { ref: false });
    if (ended) return;
  }
}
