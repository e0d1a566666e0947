/** Time to open a long journal. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '@engine/journal/journal';
import type { EntryStart } from '@engine/journal/journal-schema';
import { figure, timed, type Figure } from './measure';

const ENTRIES = 100_000;

/** Time in ms to open a journal of 100,000 entries. */
export async function journalOpenMs100k(rounds: number): Promise<Figure> {
  const directory = await mkdtemp(join(tmpdir(), 'kms-doctor-bench-'));
  try {
    const model = new Journal(directory);
    const opening: EntryStart = {
      fix: 'flush-dns-cache',
      target: 'scenario:PC-042',
      computer: 'PC-042',
      parameters: {},
      changes: [{ kind: 'dns-cache-flush' }],
      before: [null],
    };
    const entry = await model.begin(opening);
    await model.note(entry, { type: 'entry-closed', state: 'applied' });
    const lines: string[] = [];
    for (let index = 0; index < ENTRIES; index += 1) {
      const id = `20261122T090000000-${index.toString(16).padStart(8, '0')}`;
      const at = '2026-11-22T09:00:00.000Z';
      lines.push(
        JSON.stringify({ type: 'entry-opened', entry: id, at, ...opening }),
        JSON.stringify({ type: 'entry-closed', entry: id, state: 'applied', at }),
      );
    }
    await writeFile(
      join(directory, 'journal-20261122T090000000-00000000.jsonl'),
      `${lines.join('\n')}\n`,
    );
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      times.push(
        await timed(async () => {
          const found = await new Journal(directory).entries();
          if (found.length < ENTRIES) throw new Error(`only ${found.length} entries were found`);
        }),
      );
    }
    return figure(times);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
