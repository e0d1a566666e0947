/**
 * The elevated helper's own profile. Chromium reads and writes its profile with this process's rights, and the default
 * profile belongs to the user: files that the user's programs put there must not be read with administrator rights.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { app } from 'electron';
import { findSystemPaths } from '../computer/windows/system-paths';
import { profilePrefix } from '../elevation/profile-sweep';

/**
 * Parent folder of these profiles. The user controls the location of their own temporary files; only administrators can
 * list the Windows temporary folder.
 */
export const profileBase = (): string =>
  process.platform === 'win32' ? `${findSystemPaths().root}\\Temp` : tmpdir();

/**
 * Uses a profile that is deleted when the process exits. Must run before `ready`, and before any path is queried:
 * querying creates some folders.
 */
export function useTemporaryProfile(): void {
  const folder = mkdtempSync(join(profileBase(), profilePrefix(process.pid)));
  for (const name of ['userData', 'sessionData', 'crashDumps'] as const) app.setPath(name, folder);
  app.setAppLogsPath(join(folder, 'logs'));
  process.on('exit', () => {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Chromium may keep a file open until the very end. The folder has no data of the PC or the user, and the next
      // session deletes it.
    }
  });
}
