/** Gives every computer its fixes, and its journal a place. */
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Journal, defaultDataDirectory } from '@engine/journal';
import { type FixDeskFor, createLocalFixDesk } from '../ipc';
import type { LanguageChoice } from './language';

/**
 * Makes the fixes of computers. What happens on a simulated PC is forgotten with it, so its journal goes to a
 * folder that does not outlive the program, unless a data folder was named.
 *
 * @param scratch folder for what is forgotten
 */
export function fixesWithJournals(
  dataDir: string | null,
  scratch: string,
  language: LanguageChoice,
): FixDeskFor {
  rmSync(scratch, { recursive: true, force: true });
  const forgotten = (): string => {
    mkdirSync(scratch, { recursive: true });
    return mkdtempSync(join(scratch, 'pc-'));
  };
  return (computer, known) => {
    const folder =
      dataDir ?? (computer.target === 'scenario' ? forgotten() : defaultDataDirectory());
    return createLocalFixDesk({
      computer,
      journal: new Journal(folder),
      words: language.t,
      known,
    });
  };
}
