/** The KMS hosts that the journal records for the computer a command targets. */
import type { Endpoint } from '@shared/names';
import type { Computer } from '@engine/computer';
import { knownHostsFromJournal } from '../services/journal-hosts';
import { openJournal } from './open-journal';
import type { TargetOptions } from './options';

/**
 * Returns the hosts that earlier changes of this computer set up successfully. A simulated PC, or one known by its
 * facts line, can share its name with another computer, so the journal is used only if `--data-dir` names one.
 *
 * @returns an empty list if the journal can't be read
 */
export async function journalHosts(
  { scenario, facts, dataDir }: TargetOptions & { readonly dataDir: string | null },
  computer: Computer,
  signal: AbortSignal,
): Promise<readonly Endpoint[]> {
  if ((scenario !== null || facts !== null) && dataDir === null) return [];
  return knownHostsFromJournal(openJournal(dataDir, computer.target), computer, signal);
}
