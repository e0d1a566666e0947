/**
 * Whether this program may be started with administrator rights: not where users can write, or any program of
 * theirs could put itself, or a library, in its place and wait for the person to say yes.
 */
import { win32 } from 'node:path';
import { checkFolder, type FolderProblem } from './folder-safety';
import { scriptRunner, type RunScript } from './launch';

/**
 * Looks at the folder that a program runs from.
 *
 * @returns what speaks against elevating it; null when nothing does
 */
export function checkProgramFolder(
  program: string = process.execPath,
  runScript: RunScript = scriptRunner(),
): Promise<FolderProblem | null> {
  return checkFolder(win32.dirname(program), null, runScript);
}
