/** Whether this process holds administrator rights. */
import { Unreadable } from '@engine/computer';
import type { WindowsHost } from './windows-host';
import { within } from '@engine/deadline';
import type { RegistryReader } from './registry-reader';

/** reg.exe answers from memory, and others wait for the answer. */
const LIMIT_MS = 3_000;

/**
 * The registry of the account LOCAL SERVICE, which every Windows has loaded: administrators, SYSTEM and that account
 * may read it, and a member of Administrators without elevation may not. Unlike the names of groups it needs nobody
 * to be looked up, who in a domain might be asked at a controller that does not answer.
 */
const KEY = 'HKU\\S-1-5-19';

/**
 * Asks reg.exe for a key that only administrators may read.
 *
 * @throws Unreadable where it did not end in time, or neither read the key nor was denied it
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
  // It ends with 1 for whatever it could not do: only where the key is there, it was the rights that lacked.
  if (exitCode === 1 && (await within({ signal }, () => reader.isThere(KEY)))) return false;
  throw new Unreadable('tool-failed', 'reg.exe', `${KEY} exit ${exitCode}`);
}
