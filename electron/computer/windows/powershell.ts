/**
 * Windows PowerShell as somebody who answers questions: one process that lives as long as it is being asked,
 * each question a line of JSON in, each answer a line of JSON out, in the order in which they are known.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { Unreadable } from '@engine/computer';
import { redact } from '@shared/redaction';
import { bounded } from '../network/bounded';
import { cleanEnvironment, type Places } from './programs';
import { startFailure } from './run-program';
import { RANK, type StartQueue } from './start-queue';

/** What can be asked: each is a script of the same name in scripts/. */
export type Question =
  | 'computer'
  | 'events'
  | 'flush-dns-cache'
  | 'install-product-key'
  | 'installation-id'
  | 'licensing-call'
  | 'licensing-products'
  | 'licensing-service'
  | 'network-category'
  | 'network-settings'
  | 'resolve'
  | 'service'
  | 'set-firewall-rule'
  | 'set-suffix-search-list'
  | 'srv-record';

/** What a question is about, as plain JSON. */
export type Parameters = Readonly<Record<string, unknown>>;

/** Windows' own account of why a question failed; none of its parts is localised but `message`. */
export interface ScriptError {
  /** .NET types of the exception and those inside it. */
  readonly types: readonly string[];
  /** FullyQualifiedErrorId, e.g. `HRESULT 0x80041010,Microsoft.Management…`. */
  readonly errorId: string;
  /** `MessageId=…`, `NativeErrorCode=…`, `HResult=…` of the same exceptions. */
  readonly codes: readonly string[];
  /** What it was about, e.g. the name of a missing command. */
  readonly target: string;
  readonly message: string;
}

/** A script threw. */
export class ScriptFailed extends Error {
  constructor(readonly script: ScriptError) {
    super(script.errorId);
    this.name = 'ScriptFailed';
  }
}

/** How long a process without questions is kept: a diagnosis asks again while answers come in. */
const IDLE_MS = 20_000;

/** … and one in which a question was given up, which still works on it. */
const IDLE_AFTER_GIVING_UP_MS = 2_000;

/** Characters of one answer. */
const LINE_LIMIT = 1_000_000;

/** Characters of what it said that are kept. */
const SAID_LIMIT = 300;

const NAME = 'powershell.exe';

interface Asked {
  readonly settle: (value: readonly unknown[]) => void;
  readonly fail: (error: Error) => void;
}

interface Session {
  /** Null until its turn to be started has come. */
  child: ChildProcess | null;
  /** What is written to it then. */
  outbox: string;
  readonly waiting: Map<number, Asked>;
  buffer: string;
  /** What came that was no answer. */
  noise: string;
  gaveUp: boolean;
  idle: NodeJS.Timeout | null;
}

/** One Windows PowerShell. It is started by the first question and again by one that comes after its end. */
export class PowerShell {
  private session: Session | null = null;
  private lastId = 0;

  constructor(
    private readonly places: Places,
    private readonly queue: StartQueue,
  ) {}

  /**
   * Asks a question.
   *
   * @param parameters go over standard input and nowhere else
   * @param limitMs from now to the answer, the start of the process included
   * @returns what the script put out
   * @throws ScriptFailed; Unreadable where there was no answer; the signal's reason when aborted
   */
  ask(
    question: Question,
    parameters: Parameters,
    { signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number },
  ): Promise<readonly unknown[]> {
    const id = (this.lastId += 1);
    let session: Session;
    return bounded<readonly unknown[]>(
      { ms: limitMs, signal },
      (settle, fail) => {
        session = this.session ??= this.begin();
        keepAlive(session, true);
        session.waiting.set(id, { settle, fail });
        const line = JSON.stringify({ id, ask: question, with: parameters });
        // Windows PowerShell reads UTF-8 here, but pure ASCII is beyond doubt.
        send(session, `${asciiJson(line)}\n`);
        return () => {
          if (session.waiting.delete(id)) session.gaveUp = true;
          if (session.waiting.size === 0) this.rest(session);
        };
      },
      () => {
        const { noise } = session;
        throw noise === ''
          ? new Unreadable('timed-out', NAME, question)
          : new Unreadable('garbled-answer', NAME, said(noise));
      },
    );
  }

  /** Ends the process, if there is one; who still waits is told that it ended. */
  close(): void {
    this.session?.child?.kill('SIGKILL');
  }

  private begin(): Session {
    const session: Session = {
      child: null,
      outbox: '',
      waiting: new Map(),
      buffer: '',
      noise: '',
      gaveUp: false,
      idle: null,
    };
    void this.queue.turn(RANK.slow).then(() => {
      if (session.waiting.size === 0) {
        this.end(session, new Unreadable('cancelled', NAME));
        return;
      }
      try {
        session.child = this.start(session);
        session.child.stdin?.write(session.outbox);
      } catch (error) {
        this.end(session, startFailure(NAME, error));
      }
    });
    return session;
  }

  private start(session: Session): ChildProcess {
    const { programs, scripts, modules, system32 } = this.places;
    const { file, before = [] } = programs[NAME];
    const script = `${scripts}${scripts.includes('\\') ? '\\' : '/'}serve.ps1`;
    const child = spawn(
      file,
      [
        ...before,
        '-NoProfile',
        '-NonInteractive',
        ...['-ExecutionPolicy', 'Bypass'],
        ...['-File', script],
        ...['-ModulePath', modules],
      ],
      {
        cwd: system32,
        env: cleanEnvironment(this.places),
        shell: false,
        stdio: ['pipe', 'pipe', 'pipe'],
        windowsHide: true,
      },
    );
    const kill = () => {
      child.kill('SIGKILL');
    };
    process.once('exit', kill);
    let problem: Unreadable | null = null;
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      this.read(session, text);
    });
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => {
      session.noise = (session.noise + text).slice(-SAID_LIMIT);
    });
    // What it did not read is told by its end.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => {
      problem = startFailure(NAME, error);
      if (child.pid === undefined) this.end(session, problem);
    });
    child.on('close', (code) => {
      process.removeListener('exit', kill);
      this.end(session, problem ?? endOf(session, code));
    });
    return child;
  }

  private read(session: Session, text: string): void {
    session.buffer += text;
    const lines = session.buffer.split('\n');
    session.buffer = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') this.take(session, line);
    if (session.buffer.length > LINE_LIMIT) {
      this.end(session, new Unreadable('garbled-answer', NAME, 'too-much-output'));
      session.child?.kill('SIGKILL');
    }
  }

  private take(session: Session, line: string): void {
    const answer = parseLine(line);
    if (answer === null) {
      session.noise = (session.noise + line).slice(0, SAID_LIMIT);
      return;
    }
    if ('stopped' in answer) {
      this.end(session, new Unreadable('access-denied', NAME, answer.stopped));
      return;
    }
    const asked = session.waiting.get(answer.id);
    if (asked === undefined) return;
    session.waiting.delete(answer.id);
    if ('value' in answer) asked.settle(answer.value);
    else asked.fail(new ScriptFailed(answer.error));
    if (session.waiting.size === 0) this.rest(session);
  }

  /** Nobody waits: the process may stay for a while, but keeps nothing from ending. */
  private rest(session: Session): void {
    if (session.child === null || session.child.exitCode !== null) return;
    keepAlive(session, false);
    session.idle = setTimeout(
      () => {
        if (this.session === session) this.session = null;
        session.child?.kill('SIGKILL');
      },
      session.gaveUp ? IDLE_AFTER_GIVING_UP_MS : IDLE_MS,
    ).unref();
  }

  private end(session: Session, reason: Unreadable): void {
    if (this.session === session) this.session = null;
    if (session.idle !== null) clearTimeout(session.idle);
    const waiting = [...session.waiting.values()];
    session.waiting.clear();
    for (const { fail } of waiting) fail(reason);
  }
}

function send(session: Session, line: string): void {
  if (session.child === null) session.outbox += line;
  else session.child.stdin?.write(line);
}

function keepAlive(session: Session, wanted: boolean): void {
  if (session.idle !== null) clearTimeout(session.idle);
  session.idle = null;
  const { child } = session;
  if (child === null) return;
  for (const part of [child, child.stdin, child.stdout, child.stderr]) {
    if (part instanceof Socket || part === child) part[wanted ? 'ref' : 'unref']();
  }
}

/** What the end of the process says of the questions that it left open. */
function endOf(session: Session, code: number | null): Unreadable {
  const rest = session.noise + session.buffer;
  const exit = code === null ? 'killed' : `exit ${code >>> 0}`;
  return session.buffer !== '' || (rest !== '' && code === 0)
    ? new Unreadable('garbled-answer', NAME, said(`${exit}: ${rest}`))
    : new Unreadable('tool-failed', NAME, said(rest === '' ? exit : `${exit}: ${rest}`));
}

/** The beginning of a text on one line, product keys masked. */
export function said(text: string): string {
  return redact(text).replace(/\s+/g, ' ').trim().slice(0, SAID_LIMIT);
}

type Line =
  | { readonly id: number; readonly value: readonly unknown[] }
  | { readonly id: number; readonly error: ScriptError }
  | { readonly stopped: string };

function parseLine(line: string): Line | null {
  let json: unknown;
  try {
    // Windows PowerShell can put a byte order mark before what it prints first.
    json = JSON.parse(line.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
  if (typeof json !== 'object' || json === null) return null;
  if ('stopped' in json) return { stopped: String(json.stopped) };
  if (!('id' in json) || typeof json.id !== 'number') return null;
  if ('value' in json) return { id: json.id, value: listOf(json.value) };
  if ('error' in json && typeof json.error === 'object' && json.error !== null) {
    return { id: json.id, error: toScriptError(json.error) };
  }
  return null;
}

function toScriptError(error: object): ScriptError {
  const text = (name: string): string => {
    const value: unknown = (error as Record<string, unknown>)[name];
    return typeof value === 'string' ? redact(value) : '';
  };
  const texts = (name: string): string[] =>
    listOf((error as Record<string, unknown>)[name]).map(String);
  return {
    types: texts('types'),
    errorId: text('errorId'),
    codes: texts('codes'),
    target: text('target'),
    message: text('message'),
  };
}

/**
 * What Windows PowerShell makes of a list: an array, but null for an empty one in some places, the element
 * itself for one with one, and `{ value, Count }` for one that passed a pipeline.
 */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value === null || value === undefined) return [];
  if (typeof value === 'object' && 'Count' in value && 'value' in value) return listOf(value.value);
  return [value];
}

function asciiJson(json: string): string {
  return json.replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
