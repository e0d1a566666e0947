/** Whether this process holds administrator rights. */
import type { Machine } from './machine';

const LIMIT_MS = 10_000;

/**
 * The mandatory integrity levels from High upwards (https://learn.microsoft.com/windows/win32/secauthz/well-known-sids):
 * an elevated process has one, a member of Administrators without elevation has not.
 */
const HIGH = 0x3000;

/**
 * Asks `whoami /groups` and looks at SIDs alone, which no language changes.
 *
 * @throws Unreadable
 */
export async function isElevated(machine: Machine, signal: AbortSignal): Promise<boolean> {
  const args = ['/groups', '/fo', 'csv', '/nh'];
  const { stdout } = await machine.run('whoami.exe', args, { signal, limitMs: LIMIT_MS });
  return [...stdout.matchAll(/\bS-1-16-(\d+)\b/g)].some(([, level]) => Number(level) >= HIGH);
}
