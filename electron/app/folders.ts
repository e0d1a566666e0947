/** Where the program keeps its own files. */
import { join } from 'node:path';
import { app } from 'electron';

/** The folders of this start. */
export interface Folders {
  /** What is bundled with the program: `main`, `preload`, `renderer`. */
  readonly preload: string;
  readonly page: string;
  readonly pageList: string;
  readonly logs: string;
  readonly settings: string;
  /** What does not outlive the program. */
  readonly scratch: string;
}

/**
 * Settles the folders, everything below one folder when one was named.
 *
 * @param bundle folder of the built main bundle
 */
export function settleFolders(bundle: string, dataDir: string | null): Folders {
  if (dataDir !== null) {
    app.setPath('userData', join(dataDir, 'profile'));
    app.setAppLogsPath(join(dataDir, 'logs'));
  }
  return {
    preload: join(bundle, '..', 'preload', 'preload.cjs'),
    page: join(bundle, '..', 'renderer'),
    pageList: join(bundle, '..', 'renderer', 'files.json'),
    logs: app.getPath('logs'),
    settings: join(app.getPath('userData'), 'settings.json'),
    scratch: join(app.getPath('userData'), 'simulated'),
  };
}
