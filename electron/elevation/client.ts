/**
 * The window's end of a repair session: owns the pipe, has Windows start the elevated helper when the first request
 * needs it, and sends one request at a time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Language } from '@shared/i18n';
import type { Asking } from '@shared/plan';
import { redact } from '@shared/redaction';
import { within } from '@engine/deadline';
import { processExists } from '@engine/journal/owner';
import type { LaunchResult } from './launch';
import {
  type ClientLimits,
  CLIENT_LIMITS,
  SessionUnavailableError,
  type PeerConnection,
  PipeListener,
  createRefusal,
  sessionUnavailable,
} from './peer';
import { CHANGES } from './protocol';
import { pipePath, newToken, type Token } from './token';
import type { PerformOperation } from './operations';

/** Options of {@link ElevationClient}. */
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

/**
 * Makes changes through the elevated helper, one request at a time. The helper is started by the first request, and by
 * the next one after it has ended.
 */
export class ElevationClient {
  private line: PeerConnection | null = null;
  /** Cancels the session that is being started. */
  private starting: AbortController | null = null;
  private busy = false;
  private lastRequest = 0;

  constructor(private readonly options: ElevationClientOptions) {}

  /** Ends the session, if there is one. */
  close(): void {
    this.starting?.abort(sessionUnavailable('repair.lost'));
    this.line?.close();
    this.line = null;
  }

  /** Sends a request, and starts the session if necessary. */
  readonly change: PerformOperation = async (kind, asked, callbacks) => {
    const language = this.options.language();
    if (this.busy) return createRefusal('repair.busy')(language);
    this.lastRequest += 1;
    const message = CHANGES.safeParse({ ...asked, type: kind, request: this.lastRequest });
    // Don't ask for elevation for a request that the session would reject.
    if (!message.success) return createRefusal('repair.notTaken')(language);
    this.busy = true;
    try {
      const line =
        this.line?.alive === true ? this.line : await this.begin(language, callbacks.progress);
      return await line.ask(kind, message.data, language, callbacks);
    } catch (error) {
      if (error instanceof SessionUnavailableError) return error.outcome(language);
      throw error;
    } finally {
      this.busy = false;
    }
  };

  private async begin(
    language: Language,
    progress: (step: Asking) => void,
  ): Promise<PeerConnection> {
    this.starting = new AbortController();
    const { signal } = this.starting;
    const token = newToken();
    const limits = { ...CLIENT_LIMITS, ...this.options.limits };
    const log = (text: string): void => {
      this.options.log(redact(text));
    };
    const listener = new PipeListener(token, limits, log);
    try {
      const objection = (await this.options.objection?.()) ?? null;
      if (objection !== null) {
        throw new SessionUnavailableError(() => ({ outcome: 'refused', message: objection }));
      }
      signal.throwIfAborted();
      await listener.open(this.options.place?.(token) ?? pipePath(token));
      signal.throwIfAborted();
      progress({ type: 'asking', who: 'windows' });
      const line = await within({ signal }, () =>
        Promise.race([listener.peer, withoutPeer(this.options.launch(token), limits.arrival)]),
      );
      // From here on, closing the line also ends the handshake.
      this.line = line;
      await line.handshake(token, language, limits.ready);
      progress({ type: 'asking', who: 'session' });
      return line;
    } finally {
      listener.close();
      this.starting = null;
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
    throw sessionUnavailable('repair.launchFailed', { detail: launched.detail });
  }
  await gone(launched.process ?? null, arrivalMs);
  throw sessionUnavailable('repair.noArrival');
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
