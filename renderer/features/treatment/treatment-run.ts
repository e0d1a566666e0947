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
import { noteForOutcome } from '../../components/outcome-note';
import { currentTranslate } from '../../i18n/translations';
import { refreshJournal } from '../../state/actions';
import { announce } from '../../state/announce';
import { reportFault } from '../../state/bridge';
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
      /** The result, for the headline. */
      readonly headline: TreatmentHeadline;
      readonly outcome: TreatmentOutcomeView;
      /** Why the treatment shown next wasn't started. */
      readonly note: NoteView | null;
    }
  | { readonly at: 'undoing' }
  | { readonly at: 'undone'; readonly undone: TreatmentUndoView };

/** Result of a treatment; `repaired`: Windows was activated all along, and the problem is gone. */
export type TreatmentHeadline = TreatmentResult | 'repaired';

/** The current stage, and the actions that can be started. */
export interface TreatmentRun {
  readonly stage: Stage;
  readonly repair: (treatment: TreatmentView) => void;
  readonly undo: (treatment: string) => void;
}

/** Runs treatments sequentially and tracks their stage. */
export function useTreatmentRun(): TreatmentRun {
  const [stage, setStage] = useState<Stage>({ at: 'idle', note: null });

  const run = async <Result>(
    begun: Stage,
    work: () => Promise<TreatmentReply<Result>>,
    ended: (result: Result) => Stage,
  ): Promise<void> => {
    // Restores the previous content if nothing was done.
    const back = (note: NoteView): Stage =>
      stage.at === 'done' ? { ...stage, note } : { at: 'idle', note };
    setStage(begun);
    try {
      const reply = await work();
      if (reply.outcome === 'finished') await refreshJournal().catch(reportFault);
      setStage(reply.outcome === 'finished' ? ended(reply.result) : back(noteForOutcome(reply)));
    } catch (error) {
      reportFault(error);
      setStage(back({ intent: 'error', text: currentTranslate()('window.notice.refused') }));
    }
  };

  return {
    stage,
    repair: (treatment) => {
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
    undo: (treatment) => {
      void run(
        { at: 'undoing' },
        () => undoTreatment(treatment),
        (undone) => ({ at: 'undone', undone }),
      );
    },
  };
}
