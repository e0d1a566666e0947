/** With which rights this process runs, known before anything is started to find out. */
import { opendirSync } from 'node:fs';
import { join } from 'node:path';
import { findSystemPaths } from '../computer/windows/system-paths';

/**
 * Whether this process seems to hold administrator rights: it can look into the folder of the registry's files,
 * which Windows lets administrators and SYSTEM look into and nobody else, an administrator without those rights
 * included. Good enough to keep two windows apart; what may be changed is never decided by it.
 */
export function seemsElevated(
  folder: string = join(findSystemPaths().system32, 'config'),
  platform: NodeJS.Platform = process.platform,
): boolean {
  if (platform !== 'win32') return false;
  try {
    opendirSync(folder).closeSync();
    return true;
  } catch {
    return false;
  }
}
