/** Whether this process has administrator rights. */
import { Unreadable } from '@engine/computer';
import type { WindowsHost } from './windows-host';
import { within } from '@engine/deadline';
import type { RegistryReader } from './registry-reader';

/** reg.exe answers from memory, and other queries wait for the answer. */
const LIMIT_MS = 3_000;

/**
 * Registry hive of the LOCAL SERVICE account, which every Windows has loaded. Administrators, SYSTEM, and that account
 * can read it; a member of Administrators without elevation can't. Unlike group names, it needs no account lookup,
 * which in a domain might go to a domain controller that doesn't answer.
 */
const KEY = 'HKU\\S-1-5-19';

/**
 * Queries a registry key that only administrators can read.
 *
 * @throws Unreadable if reg.exe timed out, or neither read the key nor was denied access to it
 */
export async function isElevated(
  windowsHost: WindowsHost,
  reader: RegistryReader,
  signal: AbortSignal,
): Promise<boolean> {
  const { exitCode } = await windowsHost.run('reg.exe', ['query', KEY], {
    signal,
    limitMs: LIMIT_MS,
  });
  if (exitCode === 0) return true;
  // Exit code 1 means any failure. Only if the key exists was access to it denied.
  if (exitCode === 1 && (await within({ signal }, () => reader.isThere(KEY)))) return false;
  throw new Unreadable('tool-failed', 'reg.exe', `${KEY} exit ${exitCode}`);
}
