/**
 * The elevated side's own profile. Chromium writes and reads in its profile's folder with this process's rights,
 * and the usual one is the user's: what a user's programs put there must not be read with an administrator's.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { app } from 'electron';
import { findSystemPaths } from '../computer/windows/system-paths';
import { profilePrefix } from '../elevation/profile-sweep';

/**
 * Where such profiles stand. Where the user's own temporary files are, the user says; Windows' folder nobody but
 * administrators can list.
 */
export const profileBase = (): string =>
  process.platform === 'win32' ? `${findSystemPaths().root}\\Temp` : tmpdir();

/**
 * Keeps everything of this process in a folder that goes away with it. Must run before `ready`, and before any
 * path is asked for: asking makes some of them.
 */
export function useTemporaryProfile(): void {
  const folder = mkdtempSync(join(profileBase(), profilePrefix(process.pid)));
  for (const name of ['userData', 'sessionData', 'crashDumps'] as const) app.setPath(name, folder);
  app.setAppLogsPath(join(folder, 'logs'));
  process.on('exit', () => {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Chromium may hold a file to its last moment. Nothing of the PC or the person stands in it, and the next
      // session takes it away.
    }
  });
}
