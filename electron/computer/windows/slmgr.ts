/**
 * `slmgr.vbs`, which is what the article and every administrator use. It is run by argv, and nothing that it
 * prints is judged: its text is localised, and it can fail with exit code 0. A product key never goes this way.
 */
import { ChangeRefused, Unreadable } from '@engine/computer';
import { isHostName, isIPv4, isIPv6 } from '@shared/names';
import { findErrorCode } from '@shared/error-codes';
import type { WindowsHost } from './windows-host';
import { excerpt } from './powershell';
import type { SystemPaths } from './system-paths';
import { refused } from './refusals';
import { RegistryReader } from './registry-reader';
import { PRIORITY } from './process-queue';

/** An attempt to activate waits for every host in turn. */
const LIMIT_MS = 120_000;

/** What is asked of slmgr: the option, and at most two words. */
export type SlmgrCall = readonly [
  option: SlmgrOption,
  value?: string,
  productId?: string | undefined,
];

/** The options that are used. */
type SlmgrOption =
  | '-act-type'
  | '-ato'
  | '-atp'
  | '-ckms'
  | '-ckms-domain'
  | '-cdns'
  | '-sdns'
  | '-skms'
  | '-skms-domain';

/** How slmgr ended. */
export interface SlmgrEnd {
  /** 0, or the HRESULT, unsigned. */
  readonly code: number;
  /** What it printed, product keys masked: for people. */
  readonly said: string;
}

/**
 * Runs slmgr.
 *
 * @returns null when VBScript cannot run here, or the script is not there
 * @throws ChangeRefused `timed-out`; the signal's reason when aborted
 */
export async function runSlmgr(
  windowsHost: WindowsHost,
  paths: SystemPaths,
  call: SlmgrCall,
  signal: AbortSignal,
): Promise<SlmgrEnd | null> {
  const [runs, there] = await Promise.all([
    canRunVbscript(windowsHost, paths, signal).catch(() => {
      signal.throwIfAborted();
      return true;
    }),
    windowsHost.has(paths.slmgr),
  ]);
  if (!runs || !there) return null;
  const args = ['//Nologo', paths.slmgr, ...call.filter((word) => word !== undefined)];
  try {
    const end = await windowsHost.run('cscript.exe', args, { signal, limitMs: LIMIT_MS });
    // 1 is cscript's own, where it has no engine for the script or may not run it; slmgr gives it only to calls that
    // it does not understand, and those above it does.
    return end.exitCode === 1
      ? null
      : { code: end.exitCode, said: excerpt(`${end.stdout}\n${end.stderr}`) };
  } catch (error) {
    const impossible =
      error instanceof Unreadable && ['tool-missing', 'access-denied'].includes(error.reason);
    if (impossible) return null;
    return refused(error);
  }
}

/** The refusal in how slmgr ended; null where it says that all is well, which proves nothing. */
export function slmgrRefusal({ code, said: words }: SlmgrEnd): ChangeRefused | null {
  if (code === 0) return null;
  const denied = code === 0x80070005 || code === 0xc004f025;
  return new ChangeRefused(
    denied ? 'access-denied' : 'tool-failed',
    code > 0xffff ? code : (findErrorCode(words)?.code ?? null),
    words,
  );
}

/**
 * The word after `-skms`: `host`, `host:port`, `[v6]:port`, or `:port` for an empty host.
 *
 * @param host as Windows keeps it, an IPv6 address in brackets
 * @throws ChangeRefused for what slmgr would read as something else
 */
export function kmsHostWord(host: string, port: number | null): string {
  const bare = /^\[(.*)\]$/.exec(host)?.[1];
  const known = bare === undefined ? isName(host) || host === '' : isIPv6(bare);
  const portFits = port === null || (Number.isInteger(port) && port >= 1 && port <= 65_535);
  if (!known || !portFits || (host === '' && port === null)) {
    throw new ChangeRefused('not-supported-here', null, 'host');
  }
  return port === null ? host : `${host}:${port}`;
}

/** The word after `-skms-domain`. */
export function domainWord(domain: string): string {
  if (!isHostName(domain)) throw new ChangeRefused('not-supported-here', null, 'domain');
  return domain;
}

/** An activation id. @throws ChangeRefused for anything else */
export function idWord(id: string): string {
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id)) return id;
  throw new ChangeRefused('not-supported-here', null, 'id');
}

/** Names of computers may have letters of any script; none begins as an option does. */
function isName(host: string): boolean {
  return isHostName(host) || isIPv4(host) || /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,252}$/u.test(host);
}

const WSH_KEYS = [
  'HKLM\\SOFTWARE\\Microsoft\\Windows Script Host\\Settings',
  'HKCU\\SOFTWARE\\Microsoft\\Windows Script Host\\Settings',
];

/**
 * Whether VBScript can run: its engine is a part of Windows that can be taken out
 * (https://devblogs.microsoft.com/microsoft365dev/?p=24682), and Windows Script Host can be switched off.
 *
 * @throws Unreadable when the registry cannot be read
 */
export async function canRunVbscript(
  windowsHost: WindowsHost,
  { system32, programs }: SystemPaths,
  signal: AbortSignal,
): Promise<boolean> {
  const reader = new RegistryReader(windowsHost, PRIORITY.other);
  const files = [`${system32}\\vbscript.dll`, programs['cscript.exe'].file];
  const [there, switches] = await Promise.all([
    Promise.all(files.map((file) => windowsHost.has(file))),
    Promise.all(WSH_KEYS.map((key) => reader.value(key, 'Enabled', signal))),
  ]);
  // The value may be a number or a text.
  const switchedOff = switches.some((enabled) => enabled !== null && Number(enabled.value) === 0);
  return there.every(Boolean) && !switchedOff;
}
