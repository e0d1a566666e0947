/**
 * One echo request by the system's own ping. On Unix its exit code tells; on Windows that is 0 for errors as well, so
 * what it printed decides, by signs that no language changes.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Unreadable, type PingAnswer } from '@engine/computer';
import { withDeadline, msSince } from '@engine/deadline';
import { PING_LIMIT_MS } from './limits';
import { hasReply } from './ping-output';
import { errorCode } from './socket-error';

/** How long ping itself waits for the echo; leaves it time to end by itself. */
const ECHO_WAIT_S = 2;

/** Pieces of output that are kept: one echo is a few lines. */
const MOST_CHUNKS = 64;

/** Where the ping program stands on Unix. */
const UNIX_PINGS = ['/bin/ping', '/usr/bin/ping'];

/** Where Windows stands; null when the environment names what cannot be it, since a program is started from there. */
export function windowsDirectory(): string | null {
  const root = process.env.SystemRoot ?? '';
  return /^[A-Z]:\\Windows$/i.test(root) ? root : null;
}

/** A ping program, and what goes before its arguments; the latter is for the stand-ins of tests. */
export interface PingProgram {
  readonly file: string;
  readonly before?: readonly string[];
}

/** The places where the ping program may be, absolute. */
export function pingPrograms(): readonly PingProgram[] {
  if (process.platform !== 'win32') return UNIX_PINGS.map((file) => ({ file }));
  const root = windowsDirectory();
  return root === null ? [] : [{ file: `${root}\\System32\\ping.exe` }];
}

function commandFor(address: string): { args: string[]; env: NodeJS.ProcessEnv; cwd: string } {
  const root = process.platform === 'win32' ? windowsDirectory() : null;
  return root === null
    ? // -n: without it some versions ask DNS for the name of the address, and DNS may be what is broken.
      {
        args: ['-n', '-c', '1', '-W', String(ECHO_WAIT_S), address],
        env: { LC_ALL: 'C' },
        cwd: '/',
      }
    : {
        args: ['-n', '1', '-w', String(ECHO_WAIT_S * 1_000), address],
        env: { SystemRoot: root, windir: root, PATH: `${root}\\System32` },
        cwd: `${root}\\System32`,
      };
}

/**
 * Pings an address once.
 *
 * @param programs where ping may stand; the first that can be run is taken
 * @returns whether an answer came; that none came proves nothing
 * @throws Unreadable where there is no ping, it may not be run, fails in itself, prints nothing, has no IPv6 to send
 *   by, or does not end within {@link PING_LIMIT_MS}; the signal's reason when aborted
 */
export async function ping(
  address: string,
  signal: AbortSignal,
  programs: readonly PingProgram[] = pingPrograms(),
): Promise<PingAnswer> {
  signal.throwIfAborted();
  if (isIP(address) === 0) throw new Unreadable('check-failed', 'ping', 'not-an-ip-address');
  const program = programs.find(({ file }) => canBeRun(file));
  if (program === undefined) throw new Unreadable('tool-missing', 'ping');
  const { args, env, cwd } = commandFor(address);
  const start = performance.now();
  return withDeadline<PingAnswer>(
    { ms: PING_LIMIT_MS, signal },
    (settle, fail) => {
      const child = spawn(program.file, [...(program.before ?? []), ...args], {
        cwd,
        env,
        shell: false,
        stdio: ['ignore', 'pipe', 'ignore'],
        windowsHide: true,
      });
      const printed: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => {
        if (printed.length < MOST_CHUNKS) printed.push(chunk);
      });
      child.on('error', (error) => {
        const denied = ['EACCES', 'EPERM'].includes(errorCode(error));
        fail(new Unreadable(denied ? 'access-denied' : 'tool-failed', 'ping', errorCode(error)));
      });
      child.on('close', (code) => {
        // What never ran is closed as well.
        if (child.pid === undefined) return;
        const settled = (replied: boolean) => {
          settle({ replied, ms: msSince(start) });
        };
        // Neither an answer nor its absence: no right to send, no route, an address family that is not there.
        if (code !== 0 && code !== 1) {
          const reason = isIP(address) === 6 && !hasIPv6() ? 'no-ipv6' : 'tool-failed';
          fail(new Unreadable(reason, 'ping', code === null ? null : `exit ${code}`));
        } else if (process.platform !== 'win32') settled(code === 0);
        else if (printed.length === 0) fail(new Unreadable('garbled-answer', 'ping'));
        else settled(code === 0 && hasReply(Buffer.concat(printed), address));
      });
      return () => {
        child.kill('SIGKILL');
      };
    },
    () => {
      throw new Unreadable('timed-out', 'ping');
    },
  );
}

function hasIPv6(): boolean {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return addresses.some(({ family }) => family === 'IPv6');
}

function canBeRun(program: string): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
