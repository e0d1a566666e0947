/**
 * Commands as an administrator types them: shown, copied and journaled, never run. What fills them in has passed
 * the schema of its parameter, so nothing in them needs more quoting than is written here.
 */
import { isAddress, type Endpoint } from '@shared/names';

const SYSTEM32 = '%SystemRoot%\\System32';

/** A line of slmgr in the article's form. */
export const slmgr = (...options: readonly string[]): string =>
  ['cscript //nologo', `${SYSTEM32}\\slmgr.vbs`, ...options].join(' ');

/** A line of a program in System32. */
export const system32 = (program: string, ...options: readonly string[]): string =>
  [`${SYSTEM32}\\${program}`, ...options].join(' ');

/** A text for PowerShell, which takes typographic quotes for single ones, too; each is doubled. */
export const quoted = (text: string): string =>
  `'${text.replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;

/** A host as slmgr and Windows write it: an IPv6 address in brackets. */
export const asWindowsKeepsIt = (host: string): string =>
  isAddress(host) && host.includes(':') ? `[${host}]` : host;

/** Host and port as slmgr takes them; the host may be in brackets already. */
export const hostAndPort = (host: string, port: number | null): string =>
  port === null ? host : `${host}:${port}`;

/** An endpoint of Windows' own form without brackets. */
export const withoutBrackets = (host: string): Endpoint['host'] => host.replace(/^\[(.*)\]$/, '$1');

/** A duration as PowerShell's TimeSpan, from seconds. */
export function timeSpan(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  const clock = [(seconds % 86_400) / 3600, (seconds % 3600) / 60, seconds % 60]
    .map((value) => two(Math.floor(value)))
    .join(':');
  return days > 0 ? `${days}.${clock}` : clock;
}
