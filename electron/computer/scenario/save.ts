/** Writes a changed scenario so that a reader, or a power failure, finds the old file or the new one, never half. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { ScenarioFile } from '@shared/scenario';

/**
 * Puts the document in the place of whatever stands at the path.
 *
 * @throws the file system's error; the old file is then untouched
 */
export function saveScenario(path: string, document: ScenarioFile): void {
  const folder = dirname(path);
  const draft = draftBeside(path);
  try {
    const file = openSync(draft, 'wx', 0o666);
    try {
      writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolder(folder);
}

/** A name beside a file for what is to take its place. */
export function draftBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}

/** Makes the new name survive a power failure. Windows has no such call for folders, and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
