/** Handles the requests of a repair session in the elevated helper. */
import type { FixId } from '@shared/catalog';
import { translator, type Language } from '@shared/i18n';
import type { Computer } from '@engine/computer';
import type { Journal } from '@engine/journal/journal';
import type {
  ElevatedApplyCallbacks,
  ElevatedFixHandler,
  ElevatedTreatmentCallbacks,
} from '../elevation/fix-handler';
import type { ApplyCallbacks, TreatmentCallbacks } from './fix-service';
import { createLocalFixService } from './local-fix-service';

/** Creates a handler. It uses the same service as an elevated window does in its own process, one request at a time. */
export function createElevatedFixHandler(computer: Computer, journal: Journal): ElevatedFixHandler {
  let language: Language = 'en';
  const service = createLocalFixService({
    computer,
    journal,
    words: () => translator(language),
    known: () => null,
  });
  const titleOf = (fix: FixId): string => translator(language)(`fixes.${fix}.title`);
  const nameOf = async (signal: AbortSignal): Promise<string> =>
    (await computer.system(signal)).name;
  // The window runs its own diagnosis: the facts read by this process are never sent.
  const rechecked = (): void => undefined;
  const applyCallbacks = (
    kind: 'fix' | 'undo',
    callbacks: ElevatedApplyCallbacks,
  ): ApplyCallbacks => ({
    signal: callbacks.signal,
    progress: (step) => {
      callbacks.progress(step);
    },
    rechecked,
    confirm: async (fix, changes) =>
      callbacks.confirm({
        ...{ kind, title: titleOf(fix), changes },
        computer: await nameOf(callbacks.signal),
      }),
  });
  const treatmentCallbacks = (
    kind: 'treatment' | 'undo-treatment',
    callbacks: ElevatedTreatmentCallbacks,
  ): TreatmentCallbacks => ({
    signal: callbacks.signal,
    stop: callbacks.stop,
    // More rights reveal more facts, so the plan made here may differ; the user is asked to confirm that one.
    asksForOthers: true,
    progress: (step) => {
      callbacks.progress(step);
    },
    rechecked,
    confirm: async (steps, differs) =>
      callbacks.confirm({
        ...{ kind, differs },
        steps: steps.map(({ fix, changes }) => ({ title: titleOf(fix), changes })),
        computer: await nameOf(callbacks.signal),
      }),
  });
  return {
    apply: (fix, parameters, digest, callbacks) => {
      language = callbacks.language;
      return service.apply(fix, parameters, digest, applyCallbacks('fix', callbacks));
    },
    undo: (entry, callbacks) => {
      language = callbacks.language;
      return service.undo(entry, applyCallbacks('undo', callbacks));
    },
    treat: (digest, kmsHosts, callbacks) => {
      language = callbacks.language;
      return service.applyTreatment(
        { digest, kmsHosts },
        treatmentCallbacks('treatment', callbacks),
      );
    },
    undoTreatment: (treatment, callbacks) => {
      language = callbacks.language;
      return service.undoTreatment(treatment, treatmentCallbacks('undo-treatment', callbacks));
    },
  };
}
