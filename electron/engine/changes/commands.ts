/**
 * Commands as an administrator would type them: displayed, copied and journaled, but never run. Interpolated values
 * have been validated by their parameter's schema, so they need no quoting beyond what's done here.
 */
import { isIPv6, type Endpoint } from '@shared/names';

const SYSTEM32 = '%SystemRoot%\\System32';

/** Returns an slmgr command line, in the form that Microsoft's article uses. */
export const slmgr = (...options: readonly string[]): string =>
  ['cscript //nologo', `${SYSTEM32}\\slmgr.vbs`, ...options].join(' ');

/** Returns a command line for a program in System32. */
export const system32 = (program: string, ...options: readonly string[]): string =>
  [`${SYSTEM32}\\${program}`, ...options].join(' ');

/** Quotes a string for PowerShell, which also accepts typographic quotes as single quotes; each one is doubled. */
export const quoted = (text: string): string =>
  `'${text.replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;

/** Formats a host as slmgr and Windows do: an IPv6 address in brackets. */
export const bracketIPv6 = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

/** Formats a host and port for slmgr; the host may already be in brackets. */
export const hostAndPort = (host: string, port: number | null): string =>
  port === null ? host : `${host}:${port}`;

/** Removes the brackets from a host in Windows' format. */
export const stripBrackets = (host: string): Endpoint['host'] => host.replace(/^\[(.*)\]$/, '$1');

/** Formats a duration in seconds as a PowerShell TimeSpan. */
export function timeSpan(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const clock = new Date(seconds * 1000).toISOString().slice('1970-01-01T'.length, -'.000Z'.length);
  return days > 0 ? `${days}.${clock}` : clock;
}
