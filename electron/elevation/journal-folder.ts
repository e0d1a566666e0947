/**
 * The journal's folder on Windows. The installer makes it, for administrators and SYSTEM to write and for users to
 * read. The elevated side looks before it uses it: in a folder of somebody else's making the journal could be a
 * link to any file of the PC, and undo would replay what a user wrote.
 */
import { defaultDataDirectory, Journal, JournalUnusable } from '@engine/journal/journal';
import { checkFolder, type FolderProblem } from './folder-safety';
import { scriptRunner, type RunScript } from './launch';

/**
 * Rights of the folder: owner Administrators; nothing inherited from above; full control for SYSTEM and
 * Administrators, reading for Users, all of it for what is inside too. build/ makes the installer use the same.
 */
export const JOURNAL_FOLDER_SDDL =
  'O:BAG:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)';

/**
 * Makes the folder where it is missing, and looks at it.
 *
 * @returns what speaks against using it; null when nothing does
 */
export function prepareJournalFolder(
  directory: string,
  runScript: RunScript = scriptRunner(),
): Promise<FolderProblem | null> {
  return checkFolder(directory, JOURNAL_FOLDER_SDDL, runScript);
}

/**
 * The journal in that folder for a process that may hold administrator rights by itself: with them it is neither
 * written nor taken back from before the folder was looked at, as the elevated side of a repair session does.
 *
 * @param isElevated asked at the first change
 */
export function usualJournal(
  isElevated: () => Promise<boolean>,
  directory: string = defaultDataDirectory(),
  runScript?: RunScript,
): Journal {
  let looked: Promise<void> | null = null;
  const look = async (): Promise<void> => {
    if (!(await isElevated())) return;
    const problem = await prepareJournalFolder(directory, runScript);
    if (problem === null) return;
    const { code, path, detail } = problem;
    throw new JournalUnusable(path, code, detail);
  };
  // Nobody but administrators can change a folder that was found good.
  return new Journal(directory, undefined, () => (looked ??= look()));
}
