/** The fixes of a computer for the elevated side of a repair session. */
import { translator, type Language } from '@shared/i18n';
import type { Computer } from '@engine/computer';
import type { Journal } from '@engine/journal/journal';
import type { ElevatedApplyCallbacks, ElevatedFixHandler } from '../elevation/fix-handler';
import type { ApplyCallbacks } from './fix-service';
import { createLocalFixService } from './local-fix-service';

/** Makes a handler: the same service that the window has in its own process, asked one thing at a time. */
export function createElevatedFixHandler(computer: Computer, journal: Journal): ElevatedFixHandler {
  let language: Language = 'en';
  const service = createLocalFixService({
    computer,
    journal,
    words: () => translator(language),
    known: () => null,
  });
  const applyCallbacks = (
    kind: 'fix' | 'undo',
    around: ElevatedApplyCallbacks,
  ): ApplyCallbacks => ({
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
      return service.apply(fix, parameters, digest, applyCallbacks('fix', around));
    },
    undo: (entry, around) => {
      language = around.language;
      return service.undo(entry, applyCallbacks('undo', around));
    },
  };
}
