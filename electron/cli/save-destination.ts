/** Where `--save` is to write: looked at before there is anything to lose. */
import { open, rm, stat } from 'node:fs/promises';
import { draftBeside } from '../computer/scenario/save';
import { usageError } from './options';

/**
 * Makes sure, before anything is done for it, that a file can be put there, by putting one there: what a folder's
 * mode or attributes say is not what lets files into it, least of all on Windows, where access lists do.
 *
 * @throws UsageError
 */
export async function checkDestination(file: string): Promise<void> {
  try {
    const draft = draftBeside(file);
    await (await open(draft, 'wx')).close();
    await rm(draft);
  } catch (error) {
    usageError('saveFolder', { file, code: codeOf(error) });
  }
  const isFolder = await stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) usageError('saveIsFolder', { file });
}

/** The system's code of an error, e.g. `EACCES`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
