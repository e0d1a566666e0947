/** Where the program keeps its own files. */
import { join } from 'node:path';
import { app } from 'electron';

/** The folders of this start. */
export interface AppPaths {
  /** What is bundled with the program: `main`, `preload`, `renderer`. */
  readonly preload: string;
  readonly page: string;
  readonly pageList: string;
  readonly logs: string;
  readonly settings: string;
  /** What does not outlive the program. */
  readonly tempFolders: string;
}

/**
 * Settles the folders, everything below one folder when one was named. With administrator rights the profile is
 * one of its own: two processes cannot share one, and Electron knows by its profile whether the program is open,
 * so that "Run as administrator" opens a window instead of bringing forward one that has fewer rights.
 *
 * @param bundle folder of the built main bundle
 */
export function resolvePaths(bundle: string, dataDir: string | null, elevated: boolean): AppPaths {
  if (dataDir !== null) {
    app.setPath('userData', join(dataDir, 'profile'));
    app.setAppLogsPath(join(dataDir, 'logs'));
  }
  // The person's choices hold in both.
  const settings = join(app.getPath('userData'), 'settings.json');
  if (elevated) app.setPath('userData', join(app.getPath('userData'), 'elevated'));
  return {
    preload: join(bundle, '..', 'preload', 'preload.cjs'),
    page: join(bundle, '..', 'renderer'),
    pageList: join(bundle, '..', 'renderer', 'files.json'),
    logs: app.getPath('logs'),
    settings,
    tempFolders: join(app.getPath('userData'), 'simulated'),
  };
}
