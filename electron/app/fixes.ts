/** Creates the fix service of each computer, with its journal and, if needed, a repair session. */
import { Journal } from '@engine/journal/journal';
import { createElevatedFixService } from '../services/elevated-fix-service';
import { createLocalFixService } from '../services/local-fix-service';
import type { FixServiceFor } from '../services/sources';
import { ElevationClient } from '../elevation/client';
import { defaultJournal } from '../elevation/journal-folder';
import { startElevated } from '../elevation/launch';
import { log } from './log';
import type { StartupContext } from './startup-context';
import { type Rights, folderProblemText } from './rights';
import { windowHandle } from './window-handle';
import { clearTempFolders, createTempFolder } from './temp-folders';

/**
 * Creates the factory of fix services. Changes of a simulated PC, or of one opened from its facts, are discarded with
 * it: its journal goes to a temporary folder unless a data folder was named. Without administrator rights, this PC is
 * changed by a repair session.
 */
export function createFixServices(
  { started: { dataDir }, folders: { tempFolders }, language }: StartupContext,
  rights: Rights,
): FixServiceFor {
  clearTempFolders(tempFolders);
  return (computer, known) => {
    const service = createLocalFixService({
      computer,
      journal:
        computer.target === 'scenario' || computer.target === 'facts'
          ? new Journal(dataDir ?? createTempFolder(tempFolders))
          : defaultJournal(async () => rights.elevated, dataDir ?? undefined),
      words: language.t,
      known,
    });
    if (computer.target !== 'this-pc' || rights.elevated) return service;
    const session = new ElevationClient({
      launch: (token) => startElevated(process.execPath, ['--repair', token], windowHandle()),
      objection: async () => folderProblemText(await rights.objection, language.t()),
      language: language.current,
      log: log.info,
    });
    return createElevatedFixService(service, session, computer);
  };
}
