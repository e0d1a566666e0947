/**
 * Takes away the profiles of earlier repair sessions: one that was killed left its own, and Chromium may hold a
 * file of it to its last moment.
 *
 * They stand where every user can make folders, so a name proves nothing: a folder is taken away with an
 * administrator's rights only where it and all that is in it is an administrator's own and leads nowhere else.
 */
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { processExists } from '@engine/journal/owner';
import { isAdministratorsOwn } from './folder-safety';
import type { RunScript } from './launch';

/** How the name of this process's profile begins; six characters that nobody can guess follow. */
export const profilePrefix = (process: number): string => `kms-doctor-repair-${process}-`;

const PROFILE = /^kms-doctor-repair-([1-9]\d{0,9})-[A-Za-z0-9]{6}$/;

/**
 * Sweeps a folder. What cannot be taken away stays until the next time.
 *
 * @param base absolute path of the folder that profiles are made in
 * @returns the names of those that are gone
 */
export async function sweepProfiles(base: string, runScript: RunScript): Promise<string[]> {
  const swept: string[] = [];
  for (const name of await readdir(base).catch(() => [])) {
    const owner = PROFILE.exec(name)?.[1];
    if (owner === undefined || processExists(Number(owner))) continue;
    const folder = join(base, name);
    try {
      // A link, a junction or another reparse point is no directory to lstat.
      if (!(await lstat(folder)).isDirectory()) continue;
      if (!(await isAdministratorsOwn(folder, runScript))) continue;
      await rm(folder, { recursive: true });
      swept.push(name);
    } catch {
      // Still held, or gone by itself: nothing waits for it.
    }
  }
  return swept;
}
