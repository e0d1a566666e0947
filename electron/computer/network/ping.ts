/**
 * Sends one echo request with the system's ping. On Unix the exit code is conclusive. On Windows it's 0 for errors
 * too, so the output decides, by markers that are the same in every language.
 */
import { accessSync, constants } from 'node:fs';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Unreadable, type PingAnswer } from '@engine/computer';
import { runProgram, type Program } from '../run-program';
import { PING_LIMIT_MS } from './limits';
import { hasReply } from './ping-output';

/** How long ping itself waits for the echo; short enough for it to exit by itself. */
const ECHO_WAIT_S = 2;

/** Paths of ping on Unix. */
const UNIX_PINGS = ['/bin/ping', '/usr/bin/ping'];

/** Returns the Windows directory; null if the environment's value is implausible, since a program is run from it. */
export function windowsDirectory(): string | null {
  const root = process.env.SystemRoot ?? '';
  return /^[A-Z]:\\Windows$/i.test(root) ? root : null;
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
 * @throws Unreadable if ping is missing, can't be run or is blocked by policy, fails, prints nothing or too much, has no
 *   IPv6 to send from, or doesn't exit within {@link PING_LIMIT_MS}; the signal's reason when aborted
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
  const { args, cwd, env } = commandFor(address);
  const options = { signal, limitMs: PING_LIMIT_MS, cwd, env };
  const { exitCode, stdout, ms } = await runProgram('ping', program, args, options);
  // Neither a reply nor a missing one: no permission to send, no route, or an unsupported address family.
  if (exitCode > 1) {
    const reason = isIP(address) === 6 && !hasIPv6() ? 'no-ipv6' : 'tool-failed';
    throw new Unreadable(reason, 'ping', `exit ${exitCode}`);
  }
  if (process.platform !== 'win32') return { replied: exitCode === 0, ms };
  if (stdout.length === 0) throw new Unreadable('garbled-answer', 'ping');
  return { replied: exitCode === 0 && hasReply(stdout, address), ms };
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
