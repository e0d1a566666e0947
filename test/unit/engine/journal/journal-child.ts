/**
 * Writes journal entries from 4 concurrent loops, or from 12 if a file size is given. Several instances run
 * concurrently. Arguments: data directory, entries per loop, size at which a file is full. Prints `is` after a state is
 * on the disk, and `tries` before it attempts one.
 */
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { Journal } from '@engine/journal/journal';

const [directory = '', count = '0', fullFile] = process.argv.slice(2);
const STATES = ['applied', 'verified', 'failed'] as const;
const say = (...words: readonly string[]) => process.stdout.write(`${words.join(' ')}\n`);

async function main(): Promise<void> {
  const journal = new Journal(directory, fullFile === undefined ? undefined : Number(fullFile));
  const closed: string[] = [];
  for (let index = 0; index < Number(count); index += 1) {
    const entry = await journal.begin({
      fix: 'activate-now',
      target: 'scenario:PC-042',
      computer: 'PC-042',
      parameters: { text: 'x'.repeat(fullFile === undefined ? 5000 : 50) },
      changes: [{ kind: 'activation' }],
      before: [{ status: 5 }],
    });
    say('is', entry, 'open');
    await journal.note(entry, { type: 'change-started', index: 0 });
    const state = STATES[index % STATES.length] ?? 'applied';
    say('tries', entry, state);
    await journal.note(entry, { type: 'entry-closed', state });
    say('is', entry, state);
    closed.push(entry);
    if (index % 3 !== 2) continue;
    const [earlier = ''] = closed.splice(0, 1);
    say('tries', earlier, 'undone');
    await journal.note(earlier, { type: 'entry-undone' });
    say('is', earlier, 'undone');
  }
}

/** Delays one call in five, so that what a process knows about the files is often outdated. */
function hesitate(name: 'open' | 'readdir' | 'rename' | 'stat'): void {
  const call = files[name] as (...args: unknown[]) => Promise<unknown>;
  const slow = async (...args: unknown[]): Promise<unknown> => {
    if (Math.random() < 0.2) await wait(Math.random() * 30);
    return call(...args);
  };
  Object.assign(files, { [name]: slow });
}

if (fullFile !== undefined) {
  for (const name of ['open', 'readdir', 'rename', 'stat'] as const) hesitate(name);
  syncBuiltinESMExports();
}

// Concurrent loops, so that several find a file full at the same time.
await Promise.all(Array.from({ length: fullFile === undefined ? 4 : 12 }, main));
