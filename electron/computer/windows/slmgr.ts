/**
 * Runs `slmgr.vbs`, the tool that Microsoft's article and every administrator use. It's run by argv, and its output
 * never decides the result: the text is localized, and it can fail with exit code 0. It's never given a product key.
 */
import { ChangeRefused, Unreadable } from '@engine/computer';
import { isGuid } from '@engine/registry-keys';
import { isHostName, isIPv4, isIPv6 } from '@shared/names';
import { findErrorCode } from '@shared/error-codes';
import { excerpt } from './answers';
import type { Context } from './context';
import { nullIfFailed, throwAsRefusal } from './refusals';

/** An activation attempt waits for each host in turn. */
const LIMIT_MS = 120_000;

/** Operations of licensing-call.ps1, by the option of slmgr that does the same. */
export const OPERATIONS = {
  '-ato': 'activate',
  '-act-type': 'set-activation-type',
  '-atp': 'deposit-confirmation-id',
  '-skms': 'set-kms-host',
  '-ckms': 'clear-kms-host',
  '-skms-domain': 'set-lookup-domain',
  '-ckms-domain': 'clear-lookup-domain',
  '-sdns': 'set-dns-publishing',
  '-cdns': 'set-dns-publishing',
} as const;

/** Arguments of slmgr: an option, its value if it takes one, and the ID of the only product that it's for, if any. */
export type SlmgrCall = readonly [option: keyof typeof OPERATIONS, ...values: string[]];

/**
 * Runs slmgr.
 *
 * @returns its output for display, with product keys masked, if it reports success, which proves nothing; null if
 *   VBScript can't run here, or the script is missing
 * @throws ChangeRefused `timed-out`, or slmgr's refusal; the signal's reason when aborted
 */
export async function runSlmgr(
  context: Pick<Context, 'windowsHost' | 'paths' | 'reader'>,
  call: SlmgrCall,
  signal: AbortSignal,
): Promise<string | null> {
  const { windowsHost, paths } = context;
  const [runs, there] = await Promise.all([
    nullIfFailed(canRunVbscript(context, signal), signal),
    windowsHost.has(paths.slmgr),
  ]);
  // If that can't be read, the attempt shows whether VBScript runs.
  if (runs === false || !there) return null;
  const end = await windowsHost
    .run('cscript.exe', ['//Nologo', paths.slmgr, ...call], { signal, limitMs: LIMIT_MS })
    .catch((error: unknown) => {
      const impossible =
        error instanceof Unreadable && ['tool-missing', 'access-denied'].includes(error.reason);
      return impossible ? null : throwAsRefusal(error);
    });
  // 1 is cscript's own exit code if it has no engine for the script or may not run it. slmgr itself returns it only for
  // invalid usage, which is ruled out here.
  if (end === null || end.exitCode === 1) return null;
  const words = excerpt(`${end.stdout}\n${end.stderr}`);
  // 0, or an HRESULT.
  const code = end.exitCode;
  if (code === 0) return words;
  const denied = code === 0x80070005 || code === 0xc004f025;
  throw new ChangeRefused(
    denied ? 'access-denied' : 'tool-failed',
    code > 0xffff ? code : (findErrorCode(words)?.code ?? null),
    words,
  );
}

/**
 * Returns the argument of `-skms`: `host`, `host:port`, `[v6]:port`, or `:port` for an empty host.
 *
 * @param host as stored by Windows, with an IPv6 address in brackets
 * @throws ChangeRefused if slmgr would misinterpret it
 */
export function kmsHostArgument(host: string, port: number | null): string {
  const bare = /^\[(.*)\]$/.exec(host)?.[1];
  const known = bare === undefined ? isName(host) || host === '' : isIPv6(bare);
  const portFits = port === null || (Number.isInteger(port) && port >= 1 && port <= 65_535);
  if (!known || !portFits || (host === '' && port === null)) {
    throw new ChangeRefused('not-supported-here', null, 'host');
  }
  return port === null ? host : `${host}:${port}`;
}

/** Returns the argument of `-skms-domain`. @throws ChangeRefused if it isn't a host name */
export function domainArgument(domain: string): string {
  if (!isHostName(domain)) throw new ChangeRefused('not-supported-here', null, 'domain');
  return domain;
}

/** Returns an activation ID as an argument. @throws ChangeRefused if it isn't one */
export function activationIdArgument(id: string): string {
  if (isGuid(id)) return id;
  throw new ChangeRefused('not-supported-here', null, 'id');
}

/** Whether this is a computer name, which may contain letters of any script but can't start like an option. */
function isName(host: string): boolean {
  return isHostName(host) || isIPv4(host) || /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,252}$/u.test(host);
}

const WSH_KEYS = [
  'HKLM\\SOFTWARE\\Microsoft\\Windows Script Host\\Settings',
  'HKCU\\SOFTWARE\\Microsoft\\Windows Script Host\\Settings',
];

/**
 * Whether VBScript can run: its engine is an optional part of Windows
 * (https://devblogs.microsoft.com/microsoft365dev/?p=24682), and Windows Script Host can be disabled.
 *
 * @throws Unreadable if the registry can't be read
 */
export async function canRunVbscript(
  { windowsHost, paths, reader }: Pick<Context, 'windowsHost' | 'paths' | 'reader'>,
  signal: AbortSignal,
): Promise<boolean> {
  const files = [`${paths.system32}\\vbscript.dll`, paths.programs['cscript.exe'].file];
  const [there, switches] = await Promise.all([
    Promise.all(files.map((file) => windowsHost.has(file))),
    Promise.all(WSH_KEYS.map((key) => reader.value(key, 'Enabled', signal))),
  ]);
  // The value may be a number or a string.
  const switchedOff = switches.some((enabled) => enabled !== null && Number(enabled.value) === 0);
  return there.every(Boolean) && !switchedOff;
}
