/** Runs a treatment or its undo, from the confirmation to the outcome. */
import { LICENSED } from '@shared/kms';
import type { Route } from '@shared/route';
import type {
  TreatmentOutcomeView,
  TreatmentResult,
  TreatmentUndoView,
  TreatmentView,
} from '@shared/treatment';
import { useAttempts } from '../../components/outcome-note';
import { currentTranslate } from '../../i18n/translations';
import { announce } from '../../state/announce';
import { routeIn } from '../../state/route';
import { useDoctor } from '../../state/store';
import { repair, undoTreatment } from '../../state/treatment';

/** Stage of the dialog. */
type Stage =
  | { readonly at: 'idle' }
  | { readonly at: 'doing'; readonly treatment: TreatmentView; readonly before: Route }
  | {
      readonly at: 'done';
      readonly treatment: TreatmentView;
      readonly before: Route;
      /** The result, for the headline; `repaired`: Windows was activated all along, and the problem is gone. */
      readonly headline: TreatmentResult | 'repaired';
      readonly outcome: TreatmentOutcomeView;
    }
  | { readonly at: 'undoing' }
  | { readonly at: 'undone'; readonly undone: TreatmentUndoView };

/** One of the stages. */
export type StageOf<At extends Stage['at']> = Extract<Stage, { readonly at: At }>;

/** The current stage, and the actions that can be started. */
export type TreatmentRun = ReturnType<typeof useTreatmentRun>;

/** Runs treatments sequentially and tracks their stage. */
export function useTreatmentRun() {
  const { content: stage, note, run } = useAttempts<Stage>({ at: 'idle' });
  return {
    stage,
    note,
    repair: (treatment: TreatmentView) => {
      const now = useDoctor.getState();
      const before = routeIn(now);
      const wasActivated = now.finished?.activation.licenseStatus === LICENSED;
      void run(
        { at: 'doing', treatment, before },
        () => repair(treatment.digest),
        (outcome) => {
          const isRepaired = outcome.result === 'healthy' && wasActivated;
          const headline = isRepaired ? 'repaired' : outcome.result;
          announce(currentTranslate()(`treatment.window.result.${headline}`));
          return { at: 'done', treatment, before, headline, outcome };
        },
      );
    },
    undo: (treatment: string) =>
      void run(
        { at: 'undoing' },
        () => undoTreatment(treatment),
        (undone) => ({ at: 'undone', undone }),
      ),
  };
}
