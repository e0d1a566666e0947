/** Chooses the folder where child processes put temporary files. */
import { opendirSync } from 'node:fs';
import { errorCode } from '../socket-error';

/** A folder on a drive of this PC, in a form that needs no quoting; neither a share nor a device. */
const PLAIN_FOLDER = /^[A-Z]:(?:\\[^\\/:*?"<>|%;\p{Cc}]+)+$/iu;

/** Maximum path length; not every program supports longer paths. */
const MAX_LENGTH = 200;

/**
 * Returns the user's own folder for a process without administrator rights: to security software, scripts that a
 * standard user runs from Windows' own folder look like an attempt to bypass its rules. Returns Windows' own folder for
 * a process with administrator rights: programs without them could plant files in the user's folder that an elevated
 * program would then load.
 *
 * Standard users can write to Windows' own folder, but not list it. If listing fails for any other reason, Windows' own
 * folder is used, which is the safe choice.
 *
 * @param root e.g. `C:\\Windows`
 */
export function temporaryFolder(
  root: string,
  environment: NodeJS.ProcessEnv = process.env,
  list: (folder: string) => void = listFolder,
): string {
  const windows = `${root}\\Temp`;
  const own = environment['TEMP'] ?? '';
  const fits = PLAIN_FOLDER.test(own) && !own.includes('..') && own.length <= MAX_LENGTH;
  return fits && isDenied(windows, list) ? own : windows;
}

function isDenied(folder: string, list: (folder: string) => void): boolean {
  try {
    list(folder);
    return false;
  } catch (error) {
    return ['EPERM', 'EACCES'].includes(errorCode(error));
  }
}

function listFolder(folder: string): void {
  const entries = opendirSync(folder);
  try {
    entries.readSync();
  } finally {
    entries.closeSync();
  }
}
