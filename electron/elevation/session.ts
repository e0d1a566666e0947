/**
 * The elevated helper's end of a repair session. It doesn't trust the window: it plans and validates every request
 * itself, and asks for confirmation.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { translator, type Language } from '@shared/i18n';
import type { ChangeReply, Unfinished } from '@shared/ipc';
import { redact } from '@shared/redaction';
import { within } from '@engine/deadline';
import { Connection, FRAME_TIMEOUT_MS, type ConnectionEnd } from './connection';
import {
  FROM_WINDOW,
  MAX_MESSAGE_TO_SESSION,
  PROTOCOL_VERSION,
  type ChangeMessage,
  type SentBySession,
  type WindowMessage,
} from './protocol';
import { pipePath, proofOf, verifyProof, type Token } from './token';
import type { Question, ElevatedFixHandler } from './operations';

/** Why this process must not change anything. */
export type StartupRejection = NonNullable<Extract<SentBySession, { type: 'ready' }>['refusal']>;

/** Timeouts of a session, in milliseconds. */
const SESSION_LIMITS = {
  /** For the window's first message. */
  greeting: 5_000,
  /** Time without a request after which the session ends. */
  idle: 10 * 60_000,
  /** From the first to the last byte of a message. */
  frame: FRAME_TIMEOUT_MS,
  /** For rolling back when the window is closed. Unfinished entries remain in the journal. */
  rollback: 30_000,
};
type SessionLimits = Readonly<typeof SESSION_LIMITS>;

/** Options of {@link serveSession}. */
export interface SessionOptions {
  readonly token: Token;
  /** Prepares the helper, once the window has authenticated. */
  readonly open: () => Promise<ElevatedFixHandler | StartupRejection>;
  /** Shows the native confirmation, at this process's own integrity level. Aborting the signal closes it. */
  readonly confirm: (
    question: Question,
    language: Language,
    signal: AbortSignal,
  ) => Promise<boolean>;
  /** Called with log lines, in which product keys are already masked. */
  readonly log: (line: string) => void;
  readonly limits?: Partial<SessionLimits>;
}

/** How a session ended. */
export type SessionEnd = 'window-gone' | 'idle' | 'refused' | 'objection';

/** Milliseconds to connect to the pipe: the window created it before starting this process. */
const CONNECT_MS = 5_000;

/**
 * Connects to the window that started this process.
 *
 * @throws Error if it can't be reached
 */
export async function connectToWindow(token: Token, place = pipePath(token)): Promise<Socket> {
  const socket = connect(place);
  await within(
    { ms: CONNECT_MS },
    () => once(socket, 'connect'),
    () => {
      socket.destroy();
      throw new Error('the pipe has no server');
    },
  );
  return socket;
}

/** Serves one window. Resolves once the session and its work have ended. */
export function serveSession(stream: Duplex, options: SessionOptions): Promise<SessionEnd> {
  return new Session(stream, options).ended;
}

type State =
  | { readonly is: 'greeting' | 'opening' | 'closed' }
  | { readonly is: 'working'; readonly request: number; readonly stop: AbortController }
  | { readonly is: 'idle'; readonly handler: ElevatedFixHandler };

/** Describes a request, for the log. */
function subjectOf(asked: ChangeMessage): string {
  switch (asked.type) {
    case 'apply':
      return `for ${asked.fix}`;
    case 'undo':
      return `to undo ${asked.entry}`;
    case 'treat':
      return 'for a treatment';
    case 'undo-treatment':
      return `to undo the treatment ${asked.treatment}`;
  }
}

/** Describes a result, for the log. */
function resultOf(reply: ChangeReply<object>): string {
  const isTold = reply.outcome === 'finished' && 'result' in reply.result;
  return isTold ? String(reply.result.result) : reply.outcome;
}

class Session {
  readonly ended: Promise<SessionEnd>;
  private readonly connection: Connection<WindowMessage, SentBySession>;
  private readonly limits: SessionLimits;
  private readonly gone = new AbortController();
  private state: State = { is: 'greeting' };
  private language: Language = 'en';
  private timer: NodeJS.Timeout | undefined;
  /** The current work; never rejects. */
  private work: Promise<void> = Promise.resolve();
  private end: SessionEnd = 'window-gone';

  constructor(
    stream: Duplex,
    private readonly options: SessionOptions,
  ) {
    this.limits = { ...SESSION_LIMITS, ...options.limits };
    this.connection = new Connection(stream, {
      schema: FROM_WINDOW,
      longest: MAX_MESSAGE_TO_SESSION,
      frameMs: this.limits.frame,
      onMessage: this.onMessage,
      log: this.log,
    });
    this.ended = this.connection.ended.then((ending) => this.wrapUp(ending));
    this.connection.send({
      type: 'here',
      version: PROTOCOL_VERSION,
      proof: proofOf(options.token, 'session'),
    });
    this.wait(this.limits.greeting, () => {
      this.connection.refuse('late');
    });
  }

  private readonly onMessage = (message: WindowMessage): void => {
    const { state } = this;
    switch (state.is) {
      case 'greeting':
        if (message.type === 'hello') this.greet(message);
        else this.connection.refuse('order', message.type);
        return;
      case 'idle':
        if (message.type === 'hello') this.connection.refuse('order', message.type);
        else if (message.type === 'speak') this.language = message.language;
        // A `stop` that arrives just after the end of the treatment has no effect.
        else if (message.type !== 'stop') this.work = this.carryOut(message, state.handler);
        return;
      case 'working':
        if (message.type === 'stop' && message.request === state.request) state.stop.abort();
        else this.connection.refuse('order', message.type);
        return;
      case 'opening':
      case 'closed':
        this.connection.refuse('order', message.type);
    }
  };

  private greet(hello: Extract<WindowMessage, { type: 'hello' }>): void {
    if (!verifyProof(this.options.token, 'window', hello.proof)) {
      this.connection.refuse('proof');
      return;
    }
    if (hello.version !== PROTOCOL_VERSION) {
      this.connection.refuse('version', String(hello.version));
      return;
    }
    this.state = { is: 'opening' };
    clearTimeout(this.timer);
    this.language = hello.language;
    this.work = this.open().catch((error: unknown) => {
      this.fail(error);
      this.connection.close();
    });
  }

  private async open(): Promise<void> {
    const opened = await this.options.open();
    if (this.connection.over) return;
    if ('code' in opened) {
      this.log(`Cannot make changes: ${opened.code} (${opened.detail})`);
      this.end = 'objection';
      this.connection.send({ type: 'ready', refusal: opened });
      this.connection.close();
      return;
    }
    this.connection.send({ type: 'ready', refusal: null });
    this.rest(opened);
  }

  /** Performs a request and sends the reply, also of a failure. */
  private async carryOut(asked: ChangeMessage, handler: ElevatedFixHandler): Promise<void> {
    const { language } = this;
    const { type, request } = asked;
    const stop = new AbortController();
    this.state = { is: 'working', request, stop };
    clearTimeout(this.timer);
    this.log(`Asked ${subjectOf(asked)}`);
    const outcome = await handler(type, asked, {
      language,
      signal: this.gone.signal,
      stop: stop.signal,
      confirm: (question) => this.confirm(question, language),
      progress: (step) => {
        this.connection.send({ type: 'progress', request, step });
      },
    }).catch((error: unknown): Unfinished => {
      this.fail(error);
      return { outcome: 'refused', message: translator(language)('repair.failed') };
    });
    this.log(`Ended as ${resultOf(outcome)}`);
    this.connection.send({ type: 'outcome', request, outcome });
    if (!this.connection.over) this.rest(handler);
  }

  /** Asks for confirmation; the response is ignored if the window is closed. */
  private async confirm(question: Question, language: Language): Promise<boolean> {
    const { signal } = this.gone;
    try {
      const ask = () => this.options.confirm(question, language, signal);
      return (await within({ signal }, ask)) && !signal.aborted;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  }

  private rest(handler: ElevatedFixHandler): void {
    this.state = { is: 'idle', handler };
    this.wait(this.limits.idle, () => {
      this.log('Closed after being idle');
      this.end = 'idle';
      this.connection.close();
    });
  }

  /** Starts nothing new, and waits for unfinished work to roll back. */
  private async wrapUp(ending: ConnectionEnd): Promise<SessionEnd> {
    clearTimeout(this.timer);
    this.state = { is: 'closed' };
    if (ending === 'refusal') this.end = 'refused';
    else if (ending === 'peer') this.log('The window was closed');
    this.gone.abort(new Error('the window is closed'));
    await within(
      { ms: this.limits.rollback },
      () => this.work,
      () => undefined,
    );
    return this.end;
  }

  private wait(ms: number, then: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(then, ms);
  }

  private fail(error: unknown): void {
    this.log(`Failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }

  private readonly log = (line: string): void => {
    this.options.log(redact(line));
  };
}
