/** What a failure inside Windows PowerShell means: told by codes and types, never by localised text. */
import { ChangeRefused, Unreadable } from '@engine/computer';
import { formatErrorCode } from '@shared/error-codes';
import { excerpt, type ScriptError } from './powershell';

const TOOL = 'powershell.exe';

/**
 * Windows, WMI and WinRM say "access denied" in these ways. STATUS_ACCESS_DENIED (0xC0000022) is none of them: the
 * licensing service gives it to administrators as well, where the permissions of its own store are broken.
 */
const DENIED = new Set([0x80070005, 0x80041003, 0x80338043]);

/**
 * WMI refuses what it was asked before anything looks at the PC: invalid class, query, query type, property,
 * method and namespace (https://learn.microsoft.com/windows/win32/wmisdk/wmi-error-constants).
 */
const UNSUPPORTED = new Set([
  0x80041010, 0x80041017, 0x80041018, 0x80041031, 0x8004102e, 0x8004100e,
]);

/** ERROR_SERVICE_DISABLED: the licensing service cannot be started to answer. */
const SERVICE_DISABLED = 0x80070422;

/** WBEM_E_TIMED_OUT and ERROR_TIMEOUT. */
const TIMED_OUT = new Set([0x80041069, 0x800705b4]);

/**
 * The HRESULT that an error carries, unsigned: of WMI in its ids, of Win32 as `WIN32 5` or `Windows System Error 5`,
 * of .NET where nothing better is there; null where there is none.
 */
function hresultOf({ errorId, codes, message }: ScriptError): number | null {
  for (const text of [errorId, ...codes.filter((code) => code.startsWith('MessageId='))]) {
    const hex = /0x([0-9a-f]{8})\b/i.exec(text)?.[1];
    if (hex !== undefined) return Number.parseInt(hex, 16);
    const win32 = /\b(?:WIN32|Windows System Error) (\d{1,5})\b/.exec(text)?.[1];
    if (win32 !== undefined) return (0x80070000 | Number(win32)) >>> 0;
  }
  for (const code of codes) {
    const value = /^HResult=(-?\d+)$/.exec(code)?.[1];
    // 0x8013xxxx are .NET's own and say only which class was thrown.
    if (value !== undefined && !isDotNets(Number(value) >>> 0)) return Number(value) >>> 0;
  }
  const last = /0x([0-9a-f]{8})\b/i.exec(message)?.[1];
  return last === undefined ? null : Number.parseInt(last, 16);
}

function isDotNets(code: number): boolean {
  return code >>> 16 === 0x8013 || code === 0 || code === 0x80004005;
}

/** What was missing: the name of a command or module; null where nothing was. */
function missing({ errorId, types, target }: ScriptError): string | null {
  const commandIsMissing =
    errorId.startsWith('CommandNotFoundException') ||
    errorId.startsWith('CouldNotAutoloadMatchingModule') ||
    types.includes('System.Management.Automation.CommandNotFoundException');
  return commandIsMissing ? target : null;
}

/** A policy (execution policy, AppLocker) did not let a script run. */
function isForbidden({ types }: ScriptError): boolean {
  return types.includes('System.Management.Automation.PSSecurityException');
}

function isDenied(error: ScriptError): boolean {
  const code = hresultOf(error);
  return (
    (code !== null && DENIED.has(code)) ||
    error.types.includes('System.UnauthorizedAccessException') ||
    error.types.includes('System.Security.SecurityException') ||
    error.codes.includes('NativeErrorCode=AccessDenied')
  );
}

/** Whether this program asked for what this Windows does not have: a class, a column, a parameter of a command. */
function isUnsupported(error: ScriptError): boolean {
  const code = hresultOf(error);
  return (
    (code !== null && UNSUPPORTED.has(code)) ||
    error.types.some((type) => /\.ParameterBinding\w*Exception$/.test(type))
  );
}

/** A failed question as the reason why a fact is not known. */
export function asUnreadable(error: ScriptError): Unreadable {
  const code = hresultOf(error);
  const words = excerpt(
    [code === null ? '' : formatErrorCode(code), error.errorId, error.message].join(' '),
  );
  const command = missing(error);
  if (command !== null) return new Unreadable('tool-missing', TOOL, excerpt(command));
  if (isForbidden(error)) return new Unreadable('script-policy', TOOL, words);
  if (isDenied(error)) return new Unreadable('access-denied', TOOL, words);
  if (isUnsupported(error)) return new Unreadable('unsupported-query', TOOL, words);
  if (code === SERVICE_DISABLED) return new Unreadable('service-disabled', TOOL, words);
  if (code !== null && TIMED_OUT.has(code)) return new Unreadable('timed-out', TOOL, words);
  return new Unreadable('tool-failed', TOOL, words);
}

/** A failed change. */
export function asRefusal(error: ScriptError): ChangeRefused {
  const code = hresultOf(error);
  const command = missing(error);
  if (command !== null) return new ChangeRefused('tool-missing', null, excerpt(command));
  const words = excerpt(error.message);
  if (isForbidden(error)) return new ChangeRefused('script-policy', null, words);
  if (isDenied(error)) return new ChangeRefused('access-denied', code, words);
  return new ChangeRefused('tool-failed', code, words);
}
