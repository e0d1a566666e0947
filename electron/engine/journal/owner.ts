/** The process that writes an entry: one that still runs has not been interrupted. */
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** A process. Ids are given again; the id and the time of the start together name one. */
export interface Owner {
  readonly pid: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/** This process. */
export const THIS_PROCESS: Owner = {
  pid: process.pid,
  startedAt: new Date(performance.timeOrigin).toISOString(),
};

/** Milliseconds by which the start of a process may be told differently, by itself and by the system. */
const TOLERANCE_MS = 5000;
/** Units in which Linux tells a start, in all of its builds: proc_pid_stat(5), sysconf(_SC_CLK_TCK). */
const TICKS_PER_SECOND = 100;

/** Whether there is such a process. One with more rights than ours may not be touched, and so is there. */
export function processExists(pid: number): boolean {
  try {
    // Signal 0 is none: it is only looked whether one could be sent.
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Whether that process still runs. Windows tells no start without a process of its own: there, the id decides. */
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
  // The name, in parentheses, may hold anything; the start is field 22, the first one behind the name field 3.
  const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  const systemTold = bootedAt + (ticks / TICKS_PER_SECOND) * 1000;
  return Math.abs(systemTold - Date.parse(startedAt)) < TOLERANCE_MS;
}
