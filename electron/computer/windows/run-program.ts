/** Runs one program of Windows to its end, with nothing around it that it did not need. */
import { spawn, type ChildProcess } from 'node:child_process';
import { Unreadable } from '@engine/computer';
import { withDeadline } from '@engine/deadline';
import { errorCode } from '../network/socket-error';
import type { Program } from './system-paths';

/** Bytes that a program may print; what prints more is not answering our question. */
export const OUTPUT_LIMIT = 1_000_000;

/**
 * Why a program could not be started this time: a virus scanner holds it, the system lacks something for a
 * moment. Policy looks the same (UNKNOWN), and says the same again.
 */
const TRANSIENT: ReadonlySet<string> = new Set(['EAGAIN', 'EBUSY', 'ETXTBSY', 'UNKNOWN']);

/** Milliseconds until it is tried once more. */
const PAUSE_MS = 200;

/** How a program is run. */
export interface RunHow {
  readonly signal?: AbortSignal;
  /** Milliseconds. */
  readonly limitMs: number;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Bytes that it may print; {@link OUTPUT_LIMIT} unless its answer is larger. */
  readonly outputLimit?: number;
  /** What it reads from its standard input; without it, there is none. */
  readonly input?: string;
}

/** How a program ended. */
export interface RunEnd {
  /** Unsigned, as Windows keeps it: a failed HRESULT is above 0x80000000. */
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/**
 * Runs a program by argv, without a shell. One that could not be started for what may pass is tried once more;
 * one that ran is never run again.
 *
 * @param name what the program is called in reasons
 * @throws Unreadable `tool-missing`, `access-denied`, `tool-failed`, `timed-out`, or `garbled-answer` where it
 *   prints more than its limit; the signal's reason when aborted
 */
export function runProgram(
  name: string,
  program: Program,
  args: readonly string[],
  { signal, limitMs, ...how }: RunHow,
): Promise<RunEnd> {
  if (args.some(hasControlCharacter)) {
    return Promise.reject(new Unreadable('check-failed', name, 'control-character'));
  }
  return withDeadline<RunEnd>(
    { ms: limitMs, signal },
    (settle, fail) => {
      let child: ChildProcess | null = null;
      let pause: NodeJS.Timeout | undefined;
      const begin = (unstarted: (error: unknown) => void): void => {
        child = start(name, program, args, how, { settle, fail, unstarted });
      };
      const giveUp = (error: unknown): void => {
        fail(startFailure(name, error));
      };
      begin((error) => {
        if (!TRANSIENT.has(errorCode(error))) giveUp(error);
        else pause = setTimeout(begin, PAUSE_MS, giveUp);
      });
      return () => {
        clearTimeout(pause);
        child?.kill('SIGKILL');
      };
    },
    () => {
      throw new Unreadable('timed-out', name);
    },
  );
}

/** Who hears what becomes of a program; `unstarted` of one that did not come to run at all. */
interface Hearers {
  readonly settle: (end: RunEnd) => void;
  readonly fail: (error: Unreadable) => void;
  readonly unstarted: (error: unknown) => void;
}

function start(
  name: string,
  { file, before = [] }: Program,
  args: readonly string[],
  { cwd, env, outputLimit = OUTPUT_LIMIT, input }: Omit<RunHow, 'signal' | 'limitMs'>,
  { settle, fail, unstarted }: Hearers,
): ChildProcess | null {
  let child: ChildProcess;
  try {
    child = spawn(file, [...before, ...args], {
      cwd,
      env,
      shell: false,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
  } catch (error) {
    unstarted(error);
    return null;
  }
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let printed = 0;
  const collect = (chunks: Buffer[]) => (chunk: Buffer) => {
    printed += chunk.length;
    if (printed > outputLimit) fail(new Unreadable('garbled-answer', name, 'too-much-output'));
    else chunks.push(chunk);
  };
  child.stdout?.on('data', collect(stdout));
  child.stderr?.on('data', collect(stderr));
  child.on('error', (error) => {
    if (child.pid === undefined) unstarted(error);
    else fail(startFailure(name, error));
  });
  child.on('close', (code) => {
    // What never ran is closed as well.
    if (child.pid === undefined) return;
    if (code === null) fail(new Unreadable('tool-failed', name, 'killed'));
    else {
      const [out, err] = [Buffer.concat(stdout), Buffer.concat(stderr)];
      settle({ exitCode: code >>> 0, stdout: out, stderr: err });
    }
  });
  // What it did not read is told by its end.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  return child;
}

/** Why a program could not be started, as a reason. */
export function startFailure(name: string, error: unknown): Unreadable {
  const code = errorCode(error);
  if (code === 'ENOENT') return new Unreadable('tool-missing', name, code);
  // UNKNOWN is what Node makes of a program that policy forbids (ERROR_ACCESS_DISABLED_BY_POLICY).
  const denied = ['EACCES', 'EPERM', 'UNKNOWN'].includes(code);
  return new Unreadable(denied ? 'access-denied' : 'tool-failed', name, code);
}

function hasControlCharacter(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  return /[\u0000-\u001f\u007f]/.test(text);
}
