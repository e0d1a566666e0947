/** KMS hosts that this program's changes brought to work before. */
import type { Endpoint } from '@shared/names';
import type { Computer } from '@engine/computer';
import type { JournalEntry } from '@engine/journal/lines';
import { openJournal } from './open-journal';
import type { TargetOptions } from './options';

/** Entries that are looked at, the newest ones. */
const LOOKED_AT = 50;

/**
 * The hosts of entries after which this very computer was healthy, the newest first. A simulated PC has the name of
 * many others, so only a journal that was named along with it speaks of it.
 *
 * @returns none where the journal cannot be read: they are a help, and nothing rests on them
 */
export async function journalHosts(
  { scenario, dataDir }: TargetOptions & { readonly dataDir: string | null },
  computer: Computer,
  signal: AbortSignal,
): Promise<readonly Endpoint[]> {
  if (scenario !== null && dataDir === null) return [];
  try {
    const journal = await openJournal(dataDir);
    const [records, { id }] = await Promise.all([journal.entries(), computer.system(signal)]);
    const entries = records.slice(0, LOOKED_AT).flatMap((record) => record.details() ?? []);
    return entries
      .filter((entry) => entry.target === id && broughtHealth(entry, entries))
      .flatMap(hostOf);
  } catch {
    return [];
  }
}

/** Whether the PC was healthy after an entry, or after a later step of the same treatment. */
function broughtHealth({ state, treatment }: JournalEntry, all: readonly JournalEntry[]): boolean {
  if (state !== 'applied') return state === 'verified';
  return (
    treatment !== undefined &&
    all.some((other) => other.treatment === treatment && other.state === 'verified')
  );
}

/** The host that an entry leads Windows to. */
function hostOf({ fix, parameters: { host, port } }: JournalEntry): readonly Endpoint[] {
  const leads = fix === 'assign-kms-host' || fix === 'create-srv-record';
  return leads && typeof host === 'string' && typeof port === 'number' ? [{ host, port }] : [];
}
