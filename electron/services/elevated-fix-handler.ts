/** Handles the requests of a repair session in the elevated helper. */
import { translator } from '@shared/i18n';
import type { Computer } from '@engine/computer';
import type { Journal } from '@engine/journal/journal';
import type {
  ElevatedApplyCallbacks,
  ElevatedFixHandler,
  ElevatedTreatmentCallbacks,
} from '../elevation/fix-handler';
import type { ApplyCallbacks } from './fix-service';
import { createLocalFixService } from './local-fix-service';

/** Creates a handler. It uses the same service as an elevated window does in its own process, one request at a time. */
export function createElevatedFixHandler(computer: Computer, journal: Journal): ElevatedFixHandler {
  const serviceFor = ({ language }: Pick<ElevatedApplyCallbacks, 'language'>) =>
    createLocalFixService({
      computer,
      journal,
      words: () => translator(language),
      known: () => null,
    });
  /** The service's callbacks that differ from those of the session. */
  const own = ({
    signal,
    confirm,
  }: Pick<ElevatedApplyCallbacks, 'signal' | 'confirm'>): Pick<
    ApplyCallbacks,
    'confirm' | 'rechecked'
  > => ({
    confirm: async (shown) => confirm({ ...shown, computer: (await computer.system(signal)).name }),
    // The window runs its own diagnosis: the facts read by this process are never sent.
    rechecked: () => undefined,
  });
  const ofTreatment = (callbacks: ElevatedTreatmentCallbacks) => ({
    ...callbacks,
    ...own(callbacks),
    // More rights reveal more facts, so the plan made here may differ; the user is asked to confirm that one.
    asksForOthers: true,
  });
  return {
    apply: (fix, parameters, digest, callbacks) =>
      serviceFor(callbacks).apply(fix, parameters, digest, { ...callbacks, ...own(callbacks) }),
    undo: (entry, callbacks) =>
      serviceFor(callbacks).undo(entry, { ...callbacks, ...own(callbacks) }),
    applyTreatment: (shown, callbacks) =>
      serviceFor(callbacks).applyTreatment(shown, ofTreatment(callbacks)),
    undoTreatment: (treatment, callbacks) =>
      serviceFor(callbacks).undoTreatment(treatment, ofTreatment(callbacks)),
  };
}
