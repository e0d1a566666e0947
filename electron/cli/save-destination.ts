/** Where `--save` is to write: looked at before there is anything to lose. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { misuse } from './options';

/**
 * Makes sure, before anything is done for it, that a file can be put there.
 *
 * @throws UsageError
 */
export async function checkDestination(file: string): Promise<void> {
  try {
    await access(dirname(file), constants.W_OK);
  } catch (error) {
    misuse('saveFolder', { file, code: codeOf(error) });
  }
  const isFolder = await stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) misuse('saveIsFolder', { file });
}

/** The system's code of an error, e.g. `EACCES`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
