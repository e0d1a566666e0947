/**
 * Sends one echo request with the system's ping. On Unix the exit code is conclusive. On Windows it's 0 for errors
 * too, so the output decides, by markers that are the same in every language.
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

/** How long ping itself waits for the echo; short enough for it to exit by itself. */
const ECHO_WAIT_S = 2;

/** Maximum number of output chunks kept; one echo is a few lines. */
const MAX_CHUNKS = 64;

/** Paths of ping on Unix. */
const UNIX_PINGS = ['/bin/ping', '/usr/bin/ping'];

/** Returns the Windows directory; null if the environment's value is implausible, since a program is run from it. */
export function windowsDirectory(): string | null {
  const root = process.env.SystemRoot ?? '';
  return /^[A-Z]:\\Windows$/i.test(root) ? root : null;
}

/** A program, and arguments to prepend, which only test doubles need. */
export interface Program {
  readonly file: string;
  readonly before?: readonly string[];
}

/** Returns the ping executables to try, as absolute paths. */
export function pingPrograms(): readonly Program[] {
  if (process.platform !== 'win32') return UNIX_PINGS.map((file) => ({ file }));
  const root = windowsDirectory();
  return root === null ? [] : [{ file: `${root}\\System32\\ping.exe` }];
}

function commandFor(address: string): { args: string[]; env: NodeJS.ProcessEnv; cwd: string } {
  const root = process.platform === 'win32' ? windowsDirectory() : null;
  return root === null
    ? // -n: without it, some versions do a reverse lookup, and DNS may be broken.
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
 * @param programs ping executables to try; the first one that can be run is used
 * @returns whether a reply came; a missing reply proves nothing
 * @throws Unreadable if ping is missing, can't be run, fails, prints nothing, has no IPv6 to send from, or doesn't
 *   exit within {@link PING_LIMIT_MS}; the signal's reason when aborted
 */
export async function ping(
  address: string,
  signal: AbortSignal,
  programs: readonly Program[] = pingPrograms(),
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
        if (printed.length < MAX_CHUNKS) printed.push(chunk);
      });
      child.on('error', (error) => {
        const denied = ['EACCES', 'EPERM'].includes(errorCode(error));
        fail(new Unreadable(denied ? 'access-denied' : 'tool-failed', 'ping', errorCode(error)));
      });
      child.on('close', (code) => {
        // 'close' is emitted even if the process never started.
        if (child.pid === undefined) return;
        const settled = (replied: boolean) => {
          settle({ replied, ms: msSince(start) });
        };
        // Neither a reply nor a missing one: no permission to send, no route, or an unsupported address family.
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
