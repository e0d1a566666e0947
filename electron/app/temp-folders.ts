/** Folders for what does not outlive the program: the journals of simulated PCs. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { log } from './log';

/**
 * Takes away what an earlier start left. A folder that another program still holds, as a virus scanner on Windows
 * does, stays until the next start: it is no reason for not opening the window.
 */
export function clearTempFolders(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    log.error(`What was left of simulated PCs stays in ${folder}`, error);
  }
}

/** Makes a new folder below `folder`. */
export function createTempFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return mkdtempSync(join(folder, 'pc-'));
}
