/**
 * Windows PowerShell as a server for questions: one process that lives as long as there are questions. Each question is
 * a line of JSON in, each answer a line of JSON out, in order of completion. Questions are written only once the
 * process is ready, so if a policy ends it earlier, none has run.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { Unreadable } from '@engine/computer';
import { asciiJson } from '@shared/printable';
import { withDeadline } from '@engine/deadline';
import { excerpt, serverLine, type Question } from './answers';
import {
  argumentsOf,
  CONSTRAINED,
  CONSTRAINED_EXIT,
  isForbidden,
  MODULES_VARIABLE,
  preludeOf,
  type ScriptMode,
} from './script-modes';
import { cleanEnvironment, type SystemPaths } from './system-paths';
import { startFailure } from '../run-program';
import { ScriptFailed } from './script-error';
import { PRIORITY, type ProcessQueue } from './process-queue';

/** Parameters of a question, as plain JSON; a `productKey` is passed separately. */
export type Parameters = Readonly<Record<string, unknown>>;

/** How long an idle process is kept, since a diagnosis asks more questions as answers arrive. */
const IDLE_MS = 20_000;

/** How long an idle process is kept after a question was abandoned, since it's still working on that question. */
const IDLE_AFTER_GIVING_UP_MS = 2_000;

/** Maximum number of characters in an answer. */
const LINE_LIMIT = 1_000_000;

/** Maximum number of characters of stray output to keep. */
const NOISE_LIMIT = 2_000;

/** A line of printable ASCII that isn't JSON, which is how a secret is passed to the server. */
const SECRET = /^[!-z][ -~]*$/;

const NAME = 'powershell.exe';

interface PendingQuestion {
  /** Text to write to the process. */
  readonly line: string;
  readonly settle: (value: readonly unknown[]) => void;
  readonly fail: (error: Error) => void;
}

class Session {
  /** Null while it waits for its turn to start. */
  child: ChildProcess | null = null;
  /** Whether it accepts questions. */
  ready = false;
  readonly waiting = new Map<number, PendingQuestion>();
  buffer = '';
  /** Output that isn't an answer. */
  strayOutput = '';
  timedOut = false;
  idle: NodeJS.Timeout | undefined;

  constructor(public way: ScriptMode) {}
}

/** A Windows PowerShell process. It's started by the first question, and again by the next one after it has ended. */
export class PowerShell {
  private session: Session | null = null;
  private lastId = 0;
  /** `text` once policy has blocked files. */
  private way: ScriptMode = 'file';

  constructor(
    private readonly paths: SystemPaths,
    private readonly queue: ProcessQueue,
  ) {}

  /**
   * Asks a question.
   *
   * @param parameters passed over standard input and nowhere else; the product key not even as JSON, which PowerShell
   *   may have to log
   * @param limitMs timeout for the answer, including the start of the process
   * @returns the script's output
   * @throws ScriptFailed; Unreadable if there was no answer; the signal's reason when aborted
   */
  ask(
    question: Question,
    parameters: Parameters,
    { signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number },
  ): Promise<readonly unknown[]> {
    const id = (this.lastId += 1);
    const { productKey: secret, ...idle } = parameters;
    if (secret !== undefined && !(typeof secret === 'string' && SECRET.test(secret))) {
      return Promise.reject(new Unreadable('check-failed', NAME, 'secret'));
    }
    // Windows PowerShell reads UTF-8 here, but pure ASCII is the safest.
    const json = asciiJson(JSON.stringify({ id, ask: question, with: idle }));
    const line = secret === undefined ? `${json}\n` : `${secret}\n${json}\n`;
    let session: Session;
    return withDeadline<readonly unknown[]>(
      { ms: limitMs, signal },
      (settle, fail) => {
        session = this.session ??= this.launch(new Session(this.way));
        keepAlive(session, true);
        session.waiting.set(id, { line, settle, fail });
        if (session.ready) session.child?.stdin?.write(line);
        return () => {
          if (session.waiting.delete(id)) session.timedOut = true;
          if (session.waiting.size === 0) this.rest(session);
        };
      },
      () => {
        const { strayOutput } = session;
        throw strayOutput === ''
          ? new Unreadable('timed-out', NAME, question)
          : new Unreadable('garbled-answer', NAME, excerpt(strayOutput));
      },
    );
  }

  /** Ends the process, if there is one; pending questions fail. */
  close(): void {
    this.session?.child?.kill('SIGKILL');
  }

  private launch(session: Session): Session {
    void this.queue.turn(PRIORITY.slow).then(() => {
      if (session.waiting.size === 0) {
        this.end(session, new Unreadable('cancelled', NAME));
        return;
      }
      try {
        const prelude = preludeOf(session.way, this.paths.scripts);
        session.child = this.start(session);
        session.child.stdin?.write(prelude);
      } catch (error) {
        this.end(session, startFailure(NAME, error));
      }
    });
    return session;
  }

  private start(session: Session): ChildProcess {
    const { programs, scripts, modules, system32 } = this.paths;
    const { file, before = [] } = programs[NAME];
    const child = spawn(file, [...before, ...argumentsOf(session.way, scripts)], {
      cwd: system32,
      env: { ...cleanEnvironment(this.paths), [MODULES_VARIABLE]: modules },
      shell: false,
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
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
      session.strayOutput = (session.strayOutput + text).slice(-NOISE_LIMIT);
    });
    // Ignored: if it doesn't read its input, its exit code explains why.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => {
      problem = startFailure(NAME, error);
      if (child.pid === undefined) this.end(session, problem);
    });
    child.on('close', (code) => {
      process.removeListener('exit', kill);
      const { way, ready, strayOutput } = session;
      const isForbiddenFile = way === 'file' && !ready && isForbidden(strayOutput);
      if (this.session === session && isForbiddenFile) this.goOnAsText(session);
      else this.end(session, problem ?? endOf(session, code));
    });
    return child;
  }

  /** Sends the same questions to a new process, since the previous one has received none of them. */
  private goOnAsText(session: Session): void {
    this.way = 'text';
    Object.assign(session, { way: this.way, child: null, buffer: '', strayOutput: '' });
    this.launch(session);
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

  private take(session: Session, text: string): void {
    const answer = parseLine(text);
    if (answer === null) {
      session.strayOutput = (session.strayOutput + text).slice(0, NOISE_LIMIT);
      return;
    }
    if ('ready' in answer) {
      session.ready = true;
      for (const { line } of session.waiting.values()) session.child?.stdin?.write(line);
      return;
    }
    const asked = session.waiting.get(answer.id);
    if (asked === undefined) return;
    session.waiting.delete(answer.id);
    if ('value' in answer) asked.settle(answer.value);
    else asked.fail(new ScriptFailed(answer.error));
    if (session.waiting.size === 0) this.rest(session);
  }

  /** No question is pending: keeps the process for a while, without keeping the program from exiting. */
  private rest(session: Session): void {
    if (session.child === null || session.child.exitCode !== null) return;
    keepAlive(session, false);
    session.idle = setTimeout(
      () => {
        if (this.session === session) this.session = null;
        session.child?.kill('SIGKILL');
      },
      session.timedOut ? IDLE_AFTER_GIVING_UP_MS : IDLE_MS,
    ).unref();
  }

  private end(session: Session, reason: Unreadable): void {
    if (this.session === session) this.session = null;
    clearTimeout(session.idle);
    const waiting = [...session.waiting.values()];
    session.waiting.clear();
    for (const { fail } of waiting) fail(reason);
  }
}

function keepAlive(session: Session, wanted: boolean): void {
  clearTimeout(session.idle);
  session.idle = undefined;
  const { child } = session;
  if (child === null) return;
  for (const part of [child, child.stdin, child.stdout, child.stderr]) {
    if (part instanceof Socket || part === child) part[wanted ? 'ref' : 'unref']();
  }
}

/** Returns the error for the questions that were pending when the process ended. */
function endOf(session: Session, code: number | null): Unreadable {
  const { buffer, strayOutput, ready, way } = session;
  const rest = strayOutput + buffer;
  const exit = code === null ? 'killed' : `exit ${code >>> 0}`;
  const words = excerpt(rest === '' ? exit : `${exit}: ${rest}`);
  if (!ready) {
    const constrained = code === CONSTRAINED_EXIT;
    // Text is used only if policy has blocked files.
    if (way === 'text') {
      const last = constrained ? CONSTRAINED : words;
      return new Unreadable('script-policy', NAME, `UnauthorizedAccess, ${last}`);
    }
    if (constrained) return new Unreadable('access-denied', NAME, CONSTRAINED);
  }
  return buffer !== '' || (rest !== '' && code === 0)
    ? new Unreadable('garbled-answer', NAME, words)
    : new Unreadable('tool-failed', NAME, words);
}

function parseLine(line: string) {
  let json: unknown;
  try {
    // Windows PowerShell may print a byte order mark first.
    json = JSON.parse(line.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
  return serverLine.safeParse(json).data ?? null;
}
