/** Where `--save` and `--html` are to write: looked at before there is anything to lose. */
import { open, rm } from 'node:fs/promises';
import { draftBeside, isFolder, isReplaceable, systemCode } from '@engine/files';
import { usageError } from './options';

/**
 * Makes sure, before anything is done for it, that a file can be put there, by putting one there: what a folder's
 * mode or attributes say is not what lets files into it, least of all on Windows, where access lists do.
 *
 * @param example of a file's name, for the sentence
 * @throws UsageError
 */
export async function checkDestination(
  file: string,
  option = '--save',
  example = 'case.json',
): Promise<void> {
  try {
    const draft = draftBeside(file);
    await (await open(draft, 'wx')).close();
    await rm(draft);
  } catch (error) {
    usageError('saveFolder', { option, file, code: systemCode(error) });
  }
  if (await isFolder(file)) usageError('saveIsFolder', { option, file, example });
  if (!(await isReplaceable(file))) usageError('saveIsNoFile', { option, file });
}
