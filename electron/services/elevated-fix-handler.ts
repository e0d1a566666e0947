/** Handles the requests of a repair session in the elevated helper. */
import { translator } from '@shared/i18n';
import type { Computer } from '@engine/computer';
import type { Journal } from '@engine/journal/journal';
import type { ElevatedFixHandler } from '../elevation/operations';
import { createLocalFixService } from './local-fix-service';

/** Creates a handler. It uses the same service as an elevated window does in its own process, one request at a time. */
export function createElevatedFixHandler(computer: Computer, journal: Journal): ElevatedFixHandler {
  return (kind, asked, callbacks) => {
    const { language, signal, confirm } = callbacks;
    const service = createLocalFixService({
      computer,
      journal,
      words: () => translator(language),
      known: () => null,
    });
    return service.change(kind, asked, {
      ...callbacks,
      confirm: async (shown) =>
        confirm({ ...shown, computer: (await computer.system(signal)).name }),
      // The window runs its own diagnosis: the facts read by this process are never sent.
      rechecked: () => undefined,
      // More rights reveal more facts, so the plan made here may differ; the user is asked to confirm that one.
      asksForOthers: true,
    });
  };
}
