/** Detects the rights of this process without starting another one. */
import { opendirSync } from 'node:fs';
import { join } from 'node:path';
import { findSystemPaths } from '../computer/windows/system-paths';

/**
 * Whether this process appears to have administrator rights: it can list the folder of the registry hives, which
 * Windows allows only for administrators and SYSTEM, and not for an administrator's unelevated processes. Good enough
 * to separate two windows; never used to decide what may be changed.
 */
export function isProbablyElevated(
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
