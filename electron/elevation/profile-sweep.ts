/**
 * Deletes the profiles of earlier repair sessions: a session that was killed leaves its profile, and Chromium may keep
 * a file open until the very end.
 *
 * Every user can create folders in the parent folder, so a name proves nothing. A folder is deleted with administrator
 * rights only if it and all its contents are owned by administrators and contain no links.
 */
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { processExists } from '@engine/journal/owner';
import { isOwnedByAdministrators } from './folder-safety';
import type { RunScript } from './launch';

/** Prefix of this process's profile folder; six unpredictable characters follow. */
export const profilePrefix = (process: number): string => `kms-doctor-repair-${process}-`;

const PROFILE = /^kms-doctor-repair-([1-9]\d{0,9})-[A-Za-z0-9]{6}$/;

/**
 * Deletes old profiles below a folder. Those that can't be deleted are left for the next session.
 *
 * @param base absolute path of the parent folder of the profiles
 * @returns the names of the deleted folders
 */
export async function sweepProfiles(base: string, runScript: RunScript): Promise<string[]> {
  const swept: string[] = [];
  for (const name of await readdir(base).catch(() => [])) {
    const owner = PROFILE.exec(name)?.[1];
    if (owner === undefined || processExists(Number(owner))) continue;
    const folder = join(base, name);
    try {
      // For lstat, a link, junction or other reparse point isn't a directory.
      if (!(await lstat(folder)).isDirectory()) continue;
      if (!(await isOwnedByAdministrators(folder, runScript))) continue;
      await rm(folder, { recursive: true });
      swept.push(name);
    } catch {
      // Still in use, or already deleted.
    }
  }
  return swept;
}
