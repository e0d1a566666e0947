/** Replays the recorded answers of a PC (`diagnose --record`). */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Unreadable } from '@engine/computer';
import type { RawAnswer } from '../../electron/computer/windows/recording';
import { ScriptFailed } from '../../electron/computer/windows/script-error';
import type { WindowsHost } from '../../electron/computer/windows/windows-host';

/** Returns the PC recorded in a folder. Queries that weren't recorded are unreadable, with the reason `not-reached`. */
export function replayed(folder: string): WindowsHost {
  const answers = new Map<string, RawAnswer[]>();
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.json')) continue;
    const raw = JSON.parse(readFileSync(join(folder, name), 'utf8')) as RawAnswer;
    const key = JSON.stringify(raw.asked);
    answers.set(key, [...(answers.get(key) ?? []), raw]);
  }
  const take = (asked: readonly unknown[]): unknown => {
    const known = answers.get(JSON.stringify(asked)) ?? [];
    // The last answer is kept, for later queries.
    const raw = known.length > 1 ? known.shift() : known[0];
    if (raw === undefined) throw new Unreadable('not-reached', String(asked[1] ?? asked[0]));
    if (raw.threw !== undefined) throw new ScriptFailed(raw.threw);
    if (raw.failed !== undefined) {
      const { reason, tool, said } = raw.failed;
      throw new Unreadable(reason, tool, said);
    }
    return raw.value;
  };
  const answered = async <T>(asked: readonly unknown[]): Promise<T> => take(asked) as T;
  return {
    run: (tool, args) => answered(['run', tool, args]),
    query: (question, parameters) => answered(['ask', question, parameters]),
    time: (server) => answered(['time', server]),
    has: (file) => answered(['has', file]),
    host: () => take(['host']) as ReturnType<WindowsHost['host']>,
  };
}
