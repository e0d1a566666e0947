/** Checks the destinations of `--save` and `--html` before any work is done. */
import { open, rm } from 'node:fs/promises';
import { temporaryPathFor, isFolder, isReplaceable, systemCode } from '@engine/files';
import { usageError } from './options';

/**
 * Verifies that a file can be created at the destination by creating a temporary one. A folder's mode or attributes
 * aren't reliable, especially on Windows, where access control lists decide.
 *
 * @param example sample file name for the error message
 * @throws UsageError
 */
export async function checkDestination(
  file: string,
  option = '--save',
  example = 'case.json',
): Promise<void> {
  try {
    const draft = temporaryPathFor(file);
    await (await open(draft, 'wx')).close();
    await rm(draft);
  } catch (error) {
    usageError('saveFolder', { option, file, code: systemCode(error) });
  }
  if (await isFolder(file)) usageError('saveIsFolder', { option, file, example });
  if (!(await isReplaceable(file))) usageError('saveIsNoFile', { option, file });
}
