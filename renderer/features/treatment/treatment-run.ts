/** Runs a treatment or its undo, from the confirmation to the outcome. */
import { useState } from 'react';
import type { TreatmentReply } from '@shared/ipc';
import type { Route } from '@shared/route';
import type {
  TreatmentOutcomeView,
  TreatmentResult,
  TreatmentUndoView,
  TreatmentView,
} from '@shared/treatment';
import type { NoteView } from '../../components/callout';
import { attemptChanges } from '../../components/outcome-note';
import { currentTranslate } from '../../i18n/translations';
import { announce } from '../../state/announce';
import { routeIn } from '../../state/route';
import { useDoctor } from '../../state/store';
import { repair, undoTreatment } from '../../state/treatment';

/** Stage of the dialog; `idle` also has the reason if an attempt returned to it without starting. */
type Stage =
  | { readonly at: 'idle'; readonly note: NoteView | null }
  | { readonly at: 'doing'; readonly treatment: TreatmentView; readonly before: Route }
  | {
      readonly at: 'done';
      readonly treatment: TreatmentView;
      readonly before: Route;
      /** The result, for the headline; `repaired`: Windows was activated all along, and the problem is gone. */
      readonly headline: TreatmentResult | 'repaired';
      readonly outcome: TreatmentOutcomeView;
      /** Why the treatment shown next wasn't started. */
      readonly note: NoteView | null;
    }
  | { readonly at: 'undoing' }
  | { readonly at: 'undone'; readonly undone: TreatmentUndoView };

/** One of the stages. */
export type StageOf<At extends Stage['at']> = Extract<Stage, { readonly at: At }>;

/** The current stage, and the actions that can be started. */
export type TreatmentRun = ReturnType<typeof useTreatmentRun>;

/** Runs treatments sequentially and tracks their stage. */
export function useTreatmentRun() {
  const [stage, setStage] = useState<Stage>({ at: 'idle', note: null });

  const run = async <Result>(
    begun: Stage,
    request: () => Promise<TreatmentReply<Result>>,
    ended: (result: Result) => Stage,
  ): Promise<void> => {
    setStage(begun);
    const end = await attemptChanges(request);
    if ('result' in end) {
      setStage(ended(end.result));
      return;
    }
    // Restores the previous content if nothing was done.
    const { note } = end;
    setStage(stage.at === 'done' ? { ...stage, note } : { at: 'idle', note });
  };

  return {
    stage,
    repair: (treatment: TreatmentView) => {
      const now = useDoctor.getState();
      const before = routeIn(now);
      const wasActivated = now.finished?.activation.licenseStatus === 1;
      void run(
        { at: 'doing', treatment, before },
        () => repair(treatment.digest),
        (outcome) => {
          const isRepaired = outcome.result === 'healthy' && wasActivated;
          const headline = isRepaired ? 'repaired' : outcome.result;
          announce(currentTranslate()(`treatment.window.result.${headline}`));
          return { at: 'done', treatment, before, headline, outcome, note: null };
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
