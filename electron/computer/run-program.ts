/** Runs a program to completion, in a minimal environment. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Unreadable } from '@engine/computer';
import { msSince, within } from '@engine/deadline';
import { errorCode } from './socket-error';

/** Maximum output of a program in bytes; one that prints more isn't answering our question. */
export const OUTPUT_LIMIT = 1_000_000;

/**
 * Errors that may be transient: a virus scanner is holding the program, or the system is briefly out of resources.
 * A program blocked by policy looks the same (UNKNOWN), and fails the same way on the retry.
 */
const TRANSIENT: ReadonlySet<string> = new Set(['EAGAIN', 'EBUSY', 'ETXTBSY', 'UNKNOWN']);

/** Delay before the retry, in milliseconds. */
const PAUSE_MS = 200;

/** A program, and arguments to prepend, which only test doubles need. */
export interface Program {
  readonly file: string;
  readonly before?: readonly string[];
}

/** Limits on a program. */
export interface RunLimits {
  readonly signal?: AbortSignal;
  /** Timeout in milliseconds. */
  readonly limitMs: number;
  /** Maximum output in bytes; defaults to {@link OUTPUT_LIMIT}. */
  readonly outputLimit?: number;
}

/** How a program is run. */
interface RunOptions extends RunLimits {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Standard input; omitted for none. */
  readonly input?: string;
}

/** Result of a program, with its output as bytes or decoded. */
export interface RunResult<Output = Buffer> {
  /** Unsigned, as in Windows: a failed HRESULT is above 0x80000000. */
  readonly exitCode: number;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Result of a program that was run here. */
interface TimedResult extends RunResult {
  /** Milliseconds that the program ran, without failed starts. */
  readonly ms: number;
}

/**
 * Runs a program by argv, without a shell. Retries once if it can't be started for a reason that may be transient. A
 * program that has run is never run again.
 *
 * @param name name of the program in reasons
 * @throws Unreadable `tool-missing`, `access-denied`, `tool-failed`, `timed-out`, or `garbled-answer` if it prints more
 *   than its limit; the signal's reason when aborted
 */
export function runProgram(
  name: string,
  program: Program,
  args: readonly string[],
  { signal, limitMs, ...how }: RunOptions,
): Promise<TimedResult> {
  if (args.some(hasControlCharacter)) {
    return Promise.reject(new Unreadable('check-failed', name, 'control-character'));
  }
  return within(
    { ms: limitMs, signal },
    (isOver) => {
      const run = () => runOnce(name, program, args, { ...how, signal: isOver });
      return run()
        .catch(async (error: unknown) => {
          if (!TRANSIENT.has(errorCode(error))) throw error;
          await sleep(PAUSE_MS, undefined, { signal: isOver });
          return run();
        })
        .catch((error: unknown) => {
          throw error instanceof Unreadable ? error : startFailure(name, error);
        });
    },
    () => {
      throw new Unreadable('timed-out', name);
    },
  );
}

/** Runs a program without a timeout. @throws Unreadable if it has run, otherwise the system's error */
function runOnce(
  name: string,
  { file, before = [] }: Program,
  args: readonly string[],
  { cwd, env, outputLimit = OUTPUT_LIMIT, input, signal }: Omit<RunOptions, 'limitMs'>,
): Promise<TimedResult> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(file, [...before, ...args], {
      cwd,
      env,
      shell: false,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
      signal,
      killSignal: 'SIGKILL',
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let printed = 0;
    const collect = (chunks: Buffer[]) => (chunk: Buffer) => {
      printed += chunk.length;
      if (printed > outputLimit) {
        child.kill('SIGKILL');
        reject(new Unreadable('garbled-answer', name, 'too-much-output'));
      } else chunks.push(chunk);
    };
    child.stdout?.on('data', collect(stdout));
    child.stderr?.on('data', collect(stderr));
    child.on('error', (error) => {
      reject(child.pid === undefined ? error : startFailure(name, error));
    });
    child.on('close', (code) => {
      // 'close' is emitted even if the process never started.
      if (child.pid === undefined) return;
      if (code === null) reject(new Unreadable('tool-failed', name, 'killed'));
      else {
        const [out, err] = [Buffer.concat(stdout), Buffer.concat(stderr)];
        resolve({ exitCode: code >>> 0, stdout: out, stderr: err, ms: msSince(start) });
      }
    });
    // Ignored: if it doesn't read its input, its exit code explains why.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Returns the reason why a program couldn't be started. */
export function startFailure(name: string, error: unknown): Unreadable {
  const code = errorCode(error);
  if (code === 'ENOENT') return new Unreadable('tool-missing', name, code);
  // Node reports UNKNOWN for a program that is blocked by policy (ERROR_ACCESS_DISABLED_BY_POLICY).
  const denied = ['EACCES', 'EPERM', 'UNKNOWN'].includes(code);
  return new Unreadable(denied ? 'access-denied' : 'tool-failed', name, code);
}

function hasControlCharacter(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- finds control characters
  return /[\u0000-\u001f\u007f]/.test(text);
}
