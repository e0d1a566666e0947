/** Interprets failures inside Windows PowerShell, by codes and types, never by localized text. */
import { ChangeRefused, Unreadable } from '@engine/computer';
import { formatErrorCode } from '@shared/error-codes';
import { excerpt, type ScriptError } from './answers';

/**
 * "Access denied" codes of Windows, WMI, and WinRM. STATUS_ACCESS_DENIED (0xC0000022) isn't included: the licensing
 * service returns it even to administrators if the permissions of its own store are broken.
 */
const DENIED = new Set([0x80070005, 0x80041003, 0x80338043]);

/**
 * WMI rejects these before it accesses anything on the PC: invalid class, query, query type, property, method, and
 * namespace (https://learn.microsoft.com/windows/win32/wmisdk/wmi-error-constants).
 */
const UNSUPPORTED = new Set([
  0x80041010, 0x80041017, 0x80041018, 0x80041031, 0x8004102e, 0x8004100e,
]);

/** ERROR_SERVICE_DISABLED: the licensing service can't be started to answer. */
const SERVICE_DISABLED = 0x80070422;

/** WBEM_E_TIMED_OUT and ERROR_TIMEOUT. */
const TIMED_OUT = new Set([0x80041069, 0x800705b4]);

/**
 * Returns the HRESULT of an error, unsigned; null if it has none. WMI has it in its IDs, Win32 as `WIN32 5` or
 * `Windows System Error 5`. The one of .NET is used if there's nothing better.
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
    // 0x8013xxxx codes are .NET's own and only identify the exception class.
    if (value !== undefined && !isDotNets(Number(value) >>> 0)) return Number(value) >>> 0;
  }
  const last = /0x([0-9a-f]{8})\b/i.exec(message)?.[1];
  return last === undefined ? null : Number.parseInt(last, 16);
}

function isDotNets(code: number): boolean {
  return code >>> 16 === 0x8013 || code === 0 || code === 0x80004005;
}

/** Returns why a question failed. */
function reasonOf({ errorId, types, codes }: ScriptError, code: number | null) {
  const isCode = (known: ReadonlySet<number>) => code !== null && known.has(code);
  if (
    errorId.startsWith('CommandNotFoundException') ||
    errorId.startsWith('CouldNotAutoloadMatchingModule') ||
    types.includes('System.Management.Automation.CommandNotFoundException')
  ) {
    return 'tool-missing';
  }
  // A policy (execution policy, AppLocker) blocked a script.
  if (types.includes('System.Management.Automation.PSSecurityException')) return 'script-policy';
  if (
    isCode(DENIED) ||
    types.includes('System.UnauthorizedAccessException') ||
    types.includes('System.Security.SecurityException') ||
    codes.includes('NativeErrorCode=AccessDenied')
  ) {
    return 'access-denied';
  }
  // This program used something that this Windows doesn't have: a class, a column, or a command parameter.
  if (isCode(UNSUPPORTED) || types.some((type) => /\.ParameterBinding\w*Exception$/.test(type))) {
    return 'unsupported-query';
  }
  if (code === SERVICE_DISABLED) return 'service-disabled';
  return isCode(TIMED_OUT) ? 'timed-out' : 'tool-failed';
}

/** Thrown if a script fails. */
export class ScriptFailed extends Unreadable {
  constructor(readonly script: ScriptError) {
    const code = hresultOf(script);
    const reason = reasonOf(script, code);
    // For a missing command or module, its name says more than the error.
    const words =
      reason === 'tool-missing'
        ? script.target
        : [code === null ? '' : formatErrorCode(code), script.errorId, script.message].join(' ');
    super(reason, 'powershell.exe', excerpt(words));
    this.name = 'ScriptFailed';
  }

  /** Returns the refusal if the script was to make a change. */
  toRefusal(): ChangeRefused {
    const { reason, script } = this;
    if (reason === 'tool-missing') return new ChangeRefused(reason, null, excerpt(script.target));
    const words = excerpt(script.message);
    if (reason === 'script-policy') return new ChangeRefused(reason, null, words);
    const refusal = reason === 'access-denied' ? reason : 'tool-failed';
    return new ChangeRefused(refusal, hresultOf(script), words);
  }
}
