/**
 * The journal's folder on Windows. The installer creates it writable for administrators and SYSTEM and readable for
 * users. The elevated helper checks it before use: in a folder that someone else created, the journal could be a link
 * to any file of the PC, and undo would replay data written by a user.
 */
import { defaultDataDirectory, Journal, JournalUnusable } from '@engine/journal/journal';
import { checkFolder, type FolderProblem } from './folder-safety';
import { scriptRunner, type RunScript } from './launch';

/**
 * Permissions of the folder: owned by Administrators; nothing inherited; full control for SYSTEM and Administrators,
 * read access for Users, inherited by its contents. build/ makes the installer use the same.
 */
export const JOURNAL_FOLDER_SDDL =
  'O:BAG:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)';

/**
 * Creates the folder if it's missing, and checks it.
 *
 * @returns why it can't be used; null if it can
 */
export function prepareJournalFolder(
  directory: string,
  runScript: RunScript = scriptRunner(),
): Promise<FolderProblem | null> {
  return checkFolder(directory, JOURNAL_FOLDER_SDDL, runScript);
}

/**
 * Returns the journal in that folder, for a process that may itself be elevated. If it is, the folder is checked before
 * the first write or undo, as the elevated helper of a repair session does.
 *
 * @param isElevated called at the first change
 */
export function defaultJournal(
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
  // Cached, because only administrators can change a folder that passed the check.
  return new Journal(directory, undefined, () => (looked ??= look()));
}
