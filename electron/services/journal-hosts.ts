/** KMS hosts that earlier changes by this program set up successfully. */
import type { Endpoint } from '@shared/names';
import type { Computer } from '@engine/computer';
import { reportFault } from '@engine/errors';
import { type Journal, JournalUnusable } from '@engine/journal/journal';
import type { JournalEntry } from '@engine/journal/lines';

/** Number of recent entries to examine. */
const LOOKED_AT = 50;

/**
 * Returns the hosts of entries after which this computer was healthy, newest first.
 *
 * @returns an empty list if the journal can't be read: the hosts are only hints
 */
export async function knownHostsFromJournal(
  journal: Journal | Promise<Journal>,
  computer: Computer,
  signal: AbortSignal,
): Promise<readonly Endpoint[]> {
  try {
    const opened = await journal;
    const [records, { id }] = await Promise.all([opened.entries(), computer.system(signal)]);
    const entries = records.slice(0, LOOKED_AT).flatMap((record) => record.details() ?? []);
    return entries
      .filter((entry) => entry.target === id && broughtHealth(entry, entries))
      .flatMap(hostOf);
  } catch (error) {
    if (!(error instanceof JournalUnusable)) reportFault(error);
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

/** Returns the host an entry directs Windows to. */
function hostOf({ fix, parameters: { host, port } }: JournalEntry): readonly Endpoint[] {
  const leads = fix === 'assign-kms-host' || fix === 'create-srv-record';
  return leads && typeof host === 'string' && typeof port === 'number' ? [{ host, port }] : [];
}
