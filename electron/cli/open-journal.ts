import { resolve } from 'node:path';
import type { Computer } from '@engine/computer';
import { checkDataDirectory, defaultDataDirectory, Journal } from '@engine/journal/journal';
import { defaultJournal } from '../elevation/journal-folder';

/** Timeout of the elevation query, which usually takes 100 ms. */
const LIMIT_MS = 10_000;

/**
 * Opens the journal of a data directory. With administrator rights, changes of this PC require a directory that only
 * administrators can write to.
 *
 * @param dataDir null for the default directory
 * @param target the computer whose changes are recorded
 * @throws JournalUnusable
 */
export async function openJournal(
  dataDir: string | null,
  target: Computer['target'] = 'this-pc',
): Promise<Journal> {
  if (dataDir !== null && target !== 'this-pc') return new Journal(dataDir);
  const directory = dataDir === null ? defaultDataDirectory() : resolve(dataDir);
  if (dataDir === null) await checkDataDirectory(directory);
  return defaultJournal(hasAdministratorRights, directory);
}

/** Whether this process is elevated. If that can't be determined, it's assumed to be. */
async function hasAdministratorRights(): Promise<boolean> {
  if (process.platform !== 'win32') return false;
  const { ownElevation } = await import('../computer/windows/this-process');
  return ownElevation(AbortSignal.timeout(LIMIT_MS)).catch(() => true);
}
