/** The KMS hosts that a journal speaks of, for the computer that a command looks at. */
import type { Endpoint } from '@shared/names';
import type { Computer } from '@engine/computer';
import { hostsOfJournal } from '../services/journal-hosts';
import { openJournal } from './open-journal';
import type { TargetOptions } from './options';

/**
 * Those that changes of this computer brought to work before. A simulated PC, and another one that sent its facts, have
 * names that others may have, so only a journal that was named along with it speaks of it.
 *
 * @returns none where the journal cannot be read
 */
export async function journalHosts(
  { scenario, facts, dataDir }: TargetOptions & { readonly dataDir: string | null },
  computer: Computer,
  signal: AbortSignal,
): Promise<readonly Endpoint[]> {
  if ((scenario !== null || facts !== null) && dataDir === null) return [];
  return hostsOfJournal(openJournal(dataDir, computer.target), computer, signal);
}
