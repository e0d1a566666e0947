/** The fixes of a computer for the elevated side of a repair session. */
import { translator, type Language } from '@shared/i18n';
import type { Computer } from '@engine/computer';
import type { Journal } from '@engine/journal';
import type { Question, WorkAround, Workshop } from '../repair/workshop';
import type { Around } from './fix-desk';
import { createLocalFixDesk } from './local-fix-desk';

/** Makes a workshop: the same desk that the window has in its own process, asked one thing at a time. */
export function createRepairWorkshop(computer: Computer, journal: Journal): Workshop {
  let language: Language = 'en';
  const desk = createLocalFixDesk({
    computer,
    journal,
    words: () => translator(language),
    known: () => null,
  });
  const aroundDesk = (kind: Question['kind'], around: WorkAround): Around => ({
    signal: around.signal,
    progress: (step) => {
      around.progress(step);
    },
    // The window looks for itself: what this process knows of the PC does not cross.
    rechecked: () => undefined,
    confirm: async (fix, changes) => {
      const { name } = await computer.system(around.signal);
      const title = translator(language)(`fixes.${fix}.title`);
      return around.confirm({ kind, title, computer: name, changes });
    },
  });
  return {
    apply: (fix, parameters, digest, around) => {
      language = around.language;
      return desk.apply(fix, parameters, digest, aroundDesk('fix', around));
    },
    undo: (entry, around) => {
      language = around.language;
      return desk.undo(entry, aroundDesk('undo', around));
    },
  };
}
