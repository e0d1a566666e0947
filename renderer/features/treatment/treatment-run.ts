/** A treatment that is done or taken back, from the confirmation to what came of it. */
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
import { noteOf } from '../../components/note-of';
import { currentTranslate } from '../../i18n/translations';
import { refreshJournal } from '../../state/actions';
import { announce } from '../../state/announce';
import { reportFault } from '../../state/bridge';
import { routeIn } from '../../state/route';
import { useDoctor } from '../../state/store';
import { repair, undoTreatment } from '../../state/treatment';

/** Where it stands; `idle`: what is shown was not begun, and why it came back to that. */
type Stage =
  | { readonly at: 'idle'; readonly note: NoteView | null }
  | { readonly at: 'doing'; readonly treatment: TreatmentView; readonly before: Route }
  | {
      readonly at: 'done';
      readonly treatment: TreatmentView;
      readonly before: Route;
      /** What came of it, as a headline. */
      readonly headline: TreatmentHeadline;
      readonly outcome: TreatmentOutcomeView;
      /** Why the one that was shown after it was not begun. */
      readonly note: NoteView | null;
    }
  | { readonly at: 'undoing' }
  | { readonly at: 'undone'; readonly undone: TreatmentUndoView };

/** How a treatment ended; `repaired`: Windows was activated all along, and what was wrong is not. */
export type TreatmentHeadline = TreatmentResult | 'repaired';

/** A run, and what can be begun. */
export interface TreatmentRun {
  readonly stage: Stage;
  readonly repair: (treatment: TreatmentView) => void;
  readonly undo: (treatment: string) => void;
}

/** Does treatments, one after the other, and keeps where that stands. */
export function useTreatmentRun(): TreatmentRun {
  const [stage, setStage] = useState<Stage>({ at: 'idle', note: null });

  const run = async <Result>(
    begun: Stage,
    work: () => Promise<TreatmentReply<Result>>,
    ended: (result: Result) => Stage,
  ): Promise<void> => {
    // What was shown before it is shown again where nothing came of it.
    const back = (note: NoteView): Stage =>
      stage.at === 'done' ? { ...stage, note } : { at: 'idle', note };
    setStage(begun);
    try {
      const reply = await work();
      if (reply.outcome === 'finished') await refreshJournal().catch(reportFault);
      setStage(reply.outcome === 'finished' ? ended(reply.result) : back(noteOf(reply)));
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
