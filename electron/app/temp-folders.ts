/** Folders for data that doesn't outlive the program: the journals of simulated PCs. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { log } from './log';

/**
 * Deletes the folders of earlier runs. A folder that another program keeps open, as virus scanners on Windows do, stays
 * until the next start: that must not keep the window from opening.
 */
export function clearTempFolders(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    log.error(`Failed to delete the temporary files in ${folder}`, error);
  }
}

/** Creates a new folder below `folder`. */
export function createTempFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return mkdtempSync(join(folder, 'pc-'));
}
