/** The process that owns a journal entry. While it's running, the entry hasn't been interrupted. */
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { StoredStart } from './journal-schema';

/** A process, identified by its ID and start time (ISO 8601, UTC), since process IDs are reused. */
type Owner = NonNullable<StoredStart['owner']>;

/** This process. */
export const THIS_PROCESS: Owner = {
  pid: process.pid,
  startedAt: new Date(performance.timeOrigin).toISOString(),
};

/** Tolerated difference, in milliseconds, between the start times reported by a process and by the system. */
const TOLERANCE_MS = 5000;
/** Clock ticks per second in process start times on every Linux build: proc_pid_stat(5), sysconf(_SC_CLK_TCK). */
const TICKS_PER_SECOND = 100;

/** Whether a process exists. One that can't be signaled because it has more privileges also exists. */
export function processExists(pid: number): boolean {
  try {
    // Signal 0 only tests whether a signal could be sent.
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * Whether a process is still running. On Windows, reading its start time would require launching another process, so
 * only the ID is compared after checking that it didn't start before the last boot.
 */
export function isRunning({ pid, startedAt }: Owner): boolean {
  const bootedAt = Date.now() - uptime() * 1000;
  if (Date.parse(startedAt) < bootedAt - TOLERANCE_MS) return false;
  if (!processExists(pid)) return false;
  if (process.platform !== 'linux') return true;
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return false;
  }
  // The name, in parentheses, may contain anything. The first field after it is field 3; the start time is field 22.
  const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  const systemTold = bootedAt + (ticks / TICKS_PER_SECOND) * 1000;
  return Math.abs(systemTold - Date.parse(startedAt)) < TOLERANCE_MS;
}
