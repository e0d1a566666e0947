/** Where the programs that are run may put their temporary files. */
import { opendirSync } from 'node:fs';
import { errorCode } from '../network/socket-error';

/** A folder on a drive of this PC, in a form that needs no quotes; neither a share nor a device. */
const PLAIN_FOLDER = /^[A-Z]:(?:\\[^\\/:*?"<>|%;\p{Cc}]+)+$/iu;

/** A path may be longer, but not for every program. */
const MOST_CHARACTERS = 200;

/**
 * The user's own folder for a process without administrator rights: scripts that an ordinary user runs from Windows'
 * own look to security software like a way around its rules. Windows' own for a process with such rights: into the
 * user's, programs without rights can put what an elevated one would then load.
 *
 * Ordinary users can write to Windows' own folder, but not list it. Where that cannot be told from anything else
 * that went wrong, the safe one is taken.
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
  const fits = PLAIN_FOLDER.test(own) && !own.includes('..') && own.length <= MOST_CHARACTERS;
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
