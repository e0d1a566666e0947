/** Writes entries to a journal; several of these do so at the same time. Arguments: data directory, how many. */
import { Journal } from '@engine/journal/journal';

const [directory = '', count = '0'] = process.argv.slice(2);

async function main(): Promise<void> {
  const journal = new Journal(directory);
  for (let index = 0; index < Number(count); index += 1) {
    const entry = await journal.begin({
      fix: 'activate-now',
      target: 'scenario:PC-042',
      computer: 'PC-042',
      parameters: { text: 'x'.repeat(5000) },
      changes: [{ kind: 'activation' }],
      before: [{ status: 5 }],
    });
    await journal.note(entry, { type: 'change-started', index: 0 });
    await journal.note(entry, { type: 'entry-closed', state: 'applied' });
  }
}

await main();
