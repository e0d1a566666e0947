/** Paths of the program's own files and data. */
import { join } from 'node:path';
import { app } from 'electron';

/** The paths used in this run. */
export type AppPaths = ReturnType<typeof resolvePaths>;

/**
 * Resolves the paths, all of them below one folder if the command line names one. An elevated process gets a separate
 * profile: two processes can't share one, and Electron's single-instance lock belongs to the profile. "Run as
 * administrator" therefore opens a new window instead of focusing one with fewer rights.
 *
 * @param bundle folder of the main bundle
 */
export function resolvePaths(bundle: string, dataDir: string | null, elevated: boolean) {
  if (dataDir !== null) {
    app.setPath('userData', join(dataDir, 'profile'));
    app.setAppLogsPath(join(dataDir, 'logs'));
  }
  // Both profiles share the user's settings.
  const settings = join(app.getPath('userData'), 'settings.json');
  if (elevated) app.setPath('userData', join(app.getPath('userData'), 'elevated'));
  return {
    // Built files: the preload script, the page's folder, and the list of its files.
    preload: join(bundle, '..', 'preload', 'preload.cjs'),
    page: join(bundle, '..', 'renderer'),
    pageList: join(bundle, '..', 'renderer', 'files.json'),
    logs: app.getPath('logs'),
    settings,
    /** Parent of temporary folders, deleted at the next start. */
    tempFolders: join(app.getPath('userData'), 'simulated'),
  };
}
