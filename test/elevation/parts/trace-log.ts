import { appendFileSync } from 'node:fs';

/**
 * Returns a function that appends events to a trace log, and kills a process, without cleanup, at
 * the given events.
 */
export function traceLog(
  file: string,
  victims: readonly { readonly pid: number; readonly at: string | null }[],
) {
  const times = new Map<string, number>();
  return (what: string, detail?: unknown): void => {
    const count = (times.get(what) ?? 0) + 1;
    times.set(what, count);
    const line = { at: Date.now(), pid: process.pid, what: `${what} ${count}`, detail };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    for (const { pid, at } of victims) if (at === line.what) process.kill(pid, 'SIGKILL');
  };
}
