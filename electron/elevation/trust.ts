/**
 * Checks that this program may be elevated: not from a folder that users can write to, where any of their programs
 * could replace it or a library and wait for the user to accept the prompt.
 */
import { win32 } from 'node:path';
import { checkFolder, type FolderProblem } from './folder-safety';
import { scriptRunner, type RunScript } from './launch';

/**
 * Checks the folder a program runs from.
 *
 * @returns why it must not be elevated; null if it may be
 */
export function checkProgramFolder(
  program: string = process.execPath,
  runScript: RunScript = scriptRunner(),
): Promise<FolderProblem | null> {
  return checkFolder(win32.dirname(program), null, runScript);
}
