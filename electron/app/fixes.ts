/** Gives every computer its fixes, its journal a place, and changes the rights that they need. */
import { Journal } from '@engine/journal';
import { type FixDeskFor, createLocalFixDesk, createRepairDesk } from '../ipc';
import { createRepairClient } from '../repair/client';
import { usualJournal } from '../repair/journal-folder';
import { startElevated } from '../repair/launch';
import { log } from './log';
import type { Beginning } from './program';
import { type Rights, objectionText } from './rights';
import { windowHandle } from './window-handle';
import { clearScratch, scratchFolder } from './scratch';

/**
 * Makes the fixes of computers. What happens on a simulated PC is forgotten with it, so its journal goes to a
 * folder that does not outlive the program, unless a data folder was named. Without administrator rights this PC
 * is changed by a repair session.
 */
export function fixesWithJournals(
  { started: { dataDir }, folders: { scratch }, language }: Beginning,
  rights: Rights,
): FixDeskFor {
  clearScratch(scratch);
  const journalOf = (isSimulated: boolean): Journal => {
    if (dataDir !== null) return new Journal(dataDir);
    return isSimulated
      ? new Journal(scratchFolder(scratch))
      : usualJournal(async () => rights.elevated);
  };
  return (computer, known) => {
    const desk = createLocalFixDesk({
      computer,
      journal: journalOf(computer.target === 'scenario'),
      words: language.t,
      known,
    });
    if (computer.target !== 'this-pc' || rights.elevated) return desk;
    const session = createRepairClient({
      launch: (token) => startElevated(process.execPath, ['--repair', token], windowHandle()),
      objection: async () => {
        const problem = await rights.objection;
        return problem === null ? null : objectionText(problem, language.t());
      },
      language: language.current,
      log: log.info,
    });
    return createRepairDesk(desk, session, computer);
  };
}
