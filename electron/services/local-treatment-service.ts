/**
 * Treatments of a computer, planned and carried out in this process. The window's request only identifies the expected
 * treatment by its digest: the computer is diagnosed and the treatment rehearsed again before it's carried out.
 */
import { type Translate, translateMessage, translateMessages } from '@shared/i18n';
import { viewJournal } from '@engine/fixes/views';
import { type RunResult, diagnose } from '@engine/run';
import { planTreatment } from '@engine/treatment/plan';
import type { Treatment, TreatmentOutcome } from '@engine/treatment/treatment';
import { type UndoneStep, undoTreatment } from '@engine/treatment/undo';
import { viewTreatment, viewTreatmentOutcome } from '@engine/treatment/views';
import { createScenarioComputer } from '../computer/scenario';
import type { ReplyTo } from '../elevation/operations';
import { catchObstacle } from './attempt';
import { DECLINED, refusedReply } from './change-reply';
import type { FixService, LocalChanges, LocalFixServiceOptions } from './fix-service';
import { treatmentProgress } from './progress';
import { plannedStep, undoneStep } from './question-steps';
import { recheck } from './recheck';
import { attemptTreatment } from './treatment-attempt';

/** Engine functions the service uses; tests can replace them. */
export const TREATMENT_ENGINE = { planTreatment, attemptTreatment, undoTreatment };

interface LocalTreatmentService extends Pick<FixService, 'planTreatment' | 'close'> {
  readonly changes: LocalChanges<'treat' | 'undo-treatment'>;
}

/** Creates the treatment service of a computer. */
export function createLocalTreatmentService(
  { computer, journal, words, known }: LocalFixServiceOptions,
  factOptions: FixService['factOptions'],
  engine = TREATMENT_ENGINE,
): LocalTreatmentService {
  /** Aborted when the result of the rehearsal is no longer needed. */
  let rehearsing = new AbortController();
  const simulate = createScenarioComputer;

  return {
    async planTreatment(kmsHosts) {
      const { signal } = rehearsing;
      const ended = await catchObstacle(signal, async () => {
        const asNamed = { ...factOptions(), expectedHosts: kmsHosts, signal };
        const found = kmsHosts.length === 0 ? known() : await diagnose(computer, asNamed).result;
        if (found === null) return { problem: words()('dialogs.file.noReport') };
        const treatment = await engine.planTreatment(found, { simulate, signal });
        return { treatment: viewTreatment(treatment, found.diagnosis.target, words()) };
      });
      if (!('outcome' in ended)) return ended;
      const reason = ended.outcome === 'unreadable' ? ended.reason : 'cancelled';
      return { problem: words()(`reasons.${reason}`) };
    },

    changes: {
      async treat({ digest, kmsHosts }, callbacks, signal) {
        const { stop, asksForOthers = false } = callbacks;
        const finished = (outcome: TreatmentOutcome, { diagnosis }: RunResult) => ({
          outcome: 'finished' as const,
          result: viewTreatmentOutcome(outcome, diagnosis.target, words()),
        });
        const ended = await engine.attemptTreatment<ReplyTo<'treat'>>({
          computer,
          journal,
          simulate,
          signal,
          factOptions: { ...factOptions(), expectedHosts: kmsHosts },
          stopsBefore: () => stop?.aborted === true,
          decide: async (treatment, found) => {
            const differs = treatment.digest !== digest;
            if (differs && !asksForOthers) {
              // The next preview is planned with the current facts.
              callbacks.rechecked(found);
              return { outcome: 'stale' };
            }
            if (treatment.steps.length === 0) {
              return { outcome: 'declined', by: finished(nothingToDo(treatment, found), found) };
            }
            const steps = treatment.steps.map((step) => plannedStep(step, words()));
            const goesOn =
              stop?.aborted !== true &&
              (await callbacks.confirm({ kind: 'treatment', steps, differs }));
            return goesOn ? null : { outcome: 'declined', by: DECLINED };
          },
          onEvent: (event) => {
            callbacks.progress(treatmentProgress(event, words()));
          },
        });
        switch (ended.outcome) {
          case 'stale':
            return ended;
          case 'not-elevated':
            return refusedReply(words()('fixes.notElevated'));
          case 'declined':
            return ended.by;
          case 'ended':
            if (ended.result.recheck !== null) callbacks.rechecked(ended.result.recheck);
            return finished(ended.result, ended.found);
        }
      },

      async 'undo-treatment'({ treatment }, callbacks, signal) {
        const { id } = await computer.system(signal);
        const { entries } = viewJournal(await journal.read(), id, words());
        const steps = entries
          .filter((entry) => entry.treatment === treatment && entry.undoable)
          .map(undoneStep);
        const shown = { kind: 'undo-treatment' as const, steps, differs: false };
        if (steps.length > 0 && !(await callbacks.confirm(shown))) return DECLINED;
        const undone = await engine.undoTreatment(treatment, { computer, journal, signal });
        if ('messages' in undone) return refusedReply(translateMessages(words(), undone.messages));
        callbacks.progress({ type: 'looking' });
        const verdict = await recheck(computer, { ...factOptions(), signal }, callbacks);
        return {
          outcome: 'finished',
          result: {
            treatment,
            done: undone.outcome === 'undone',
            entries: undone.entries.map((entry) => undoneEntry(entry, words())),
            verdict,
          },
        };
      },
    },

    close() {
      rehearsing.abort();
      rehearsing = new AbortController();
    },
  };
}

/** The outcome of a treatment without steps. */
function nothingToDo({ left }: Treatment, recheck: RunResult): TreatmentOutcome {
  const isHealthy = recheck.diagnosis.verdict.code === 'healthy';
  return {
    treatment: null,
    result: isHealthy ? 'healthy' : 'unchanged',
    steps: [],
    recheck,
    left,
    why: isHealthy ? null : { key: 'treatment.confirm.nothing' },
    next: null,
    cancelled: false,
  };
}

function undoneEntry({ entry, fix, result }: UndoneStep, t: Translate) {
  const notes = result.outcome === 'undone' ? result.kept : result.messages;
  return {
    entry,
    fix,
    undone: result.outcome === 'undone',
    notes: notes.map((note) => translateMessage(t, note)),
  };
}
