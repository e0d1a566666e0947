/**
 * Fixes of a computer, planned and applied in this process. Applying a fix always plans it again with new facts: the
 * window's request only identifies the expected plan by its digest.
 */
import { type Translate, translateMessage, translateMessages } from '@shared/i18n';
import type { JournalEntryView, OutcomeView, PlanProblem, PlanView } from '@shared/plan';
import { findEntry, undo } from '@engine/changes/undo';
import { neverAborted } from '@engine/deadline';
import { Facts } from '@engine/facts/facts';
import { planFix } from '@engine/fixes';
import { viewOutcome } from '@engine/fixes/apply';
import { viewEntry, viewForm, viewJournal, viewPlan, viewRefusal } from '@engine/fixes/views';
import type { OperationKind } from '../elevation/operations';
import { attemptFix } from './attempt';
import { DECLINED, changeReply, refusedReply } from './change-reply';
import type { FixService, LocalChanges, LocalFixServiceOptions } from './fix-service';
import { knownHostsFromJournal } from './journal-hosts';
import { createLocalTreatmentService } from './local-treatment-service';
import { fixProgress } from './progress';
import { plannedStep, undoneStep } from './question-steps';
import { recheck } from './recheck';

/** Milliseconds that the facts of a preview are cached. */
const PREVIEW_LIFE_MS = 20_000;

/** Creates the fix service of a computer. */
export function createLocalFixService(parts: LocalFixServiceOptions): FixService {
  const { computer, journal, words } = parts;
  const preview = previewFacts(parts);
  const never = neverAborted();
  const factOptions = () => ({ journalHosts: knownHostsFromJournal(journal, computer, never) });
  const treatments = createLocalTreatmentService(parts, factOptions);

  const changes: LocalChanges<OperationKind> = {
    ...treatments.changes,

    async apply({ fix, parameters, digest }, { confirm, progress, rechecked }, signal) {
      const ended = await attemptFix(fix, parameters, {
        computer,
        journal,
        signal,
        factOptions: factOptions(),
        decide: async (plan) => {
          if (plan.digest !== digest) return { outcome: 'stale' };
          return (await confirm({ kind: 'fix', ...plannedStep(plan, words()) })) ? null : DECLINED;
        },
        onEvent: (event) => {
          progress(fixProgress(event, words()));
        },
      });
      switch (ended.outcome) {
        case 'refused':
          return refusedReply(problemText(viewRefusal(ended.refusal, words())));
        case 'not-elevated':
          return refusedReply(words()('fixes.notElevated'));
        case 'ended': {
          if (ended.recheck !== null) rechecked(ended.recheck);
          return { outcome: 'finished', result: viewOutcome(ended, words()) };
        }
        default:
          return ended;
      }
    },

    async undo({ entry: id }, callbacks, signal) {
      const { id: target } = await computer.system(signal);
      const entry = await findEntry(id, journal);
      if ('key' in entry) return refusedReply(translateMessage(words(), entry));
      const view = viewEntry(entry, target, words());
      const shown = { kind: 'undo' as const, ...undoneStep(view) };
      if (view.undoable && !(await callbacks.confirm(shown))) return DECLINED;
      const undone = await undo(id, { computer, journal, signal });
      if (undone.outcome !== 'undone' && undone.outcome !== 'failed') {
        return refusedReply(translateMessages(words(), undone.messages));
      }
      callbacks.progress({ type: 're-checking' });
      const verdict = await recheck(computer, { ...factOptions(), signal }, callbacks);
      return { outcome: 'finished', result: undoneView(view, undone, verdict, words()) };
    },
  };

  return {
    change(kind, asked, callbacks) {
      preview.forget();
      const { signal = never } = callbacks;
      return changeReply(signal, words(), () => changes[kind](asked, callbacks, signal));
    },

    async form(fix) {
      preview.forget();
      const { facts, snapshot } = await preview.get();
      return viewForm(fix, snapshot, facts, words());
    },

    async plan(fix, parameters) {
      const { facts, snapshot } = await preview.get();
      const planned = await planFix(fix, parameters, snapshot, facts);
      return planned.ok ? viewPlan(planned.plan, words()) : viewRefusal(planned.refusal, words());
    },

    async journal() {
      const [{ id }, read] = await Promise.all([computer.system(never), journal.read()]);
      return viewJournal(read, id, words());
    },

    planTreatment: treatments.planTreatment,
    factOptions,
    close() {
      preview.forget();
      treatments.close();
    },
  };
}

/** Facts for forms and previews, cached while a dialog is open and the user is typing. */
function previewFacts({ computer, known }: LocalFixServiceOptions) {
  const start = () => {
    const stop = new AbortController();
    const facts = new Facts(computer, {}, stop.signal);
    const last = known()?.snapshot;
    const snapshot = last === undefined ? facts.snapshot() : Promise.resolve(last);
    return { facts, snapshot, stop, at: performance.now() };
  };
  let current: ReturnType<typeof start> | null = null;
  const forget = (): void => {
    current?.stop.abort();
    current = null;
  };
  return {
    forget,
    async get() {
      if (current !== null && performance.now() - current.at > PREVIEW_LIFE_MS) forget();
      current ??= start();
      const { facts, snapshot } = current;
      return { facts, snapshot: await snapshot };
    },
  };
}

function problemText({ messages }: PlanProblem): string {
  return messages.map(({ message }) => message).join(' ');
}

/** Converts the result of an undo into the outcome of its fix: what was undone, and what remains. */
function undoneView(
  view: JournalEntryView,
  undone: Extract<Awaited<ReturnType<typeof undo>>, { outcome: 'undone' | 'failed' }>,
  verdict: OutcomeView['verdict'],
  words: Translate,
): OutcomeView {
  const isFailed = undone.outcome === 'failed';
  const plan: PlanView = {
    fix: view.fix,
    parameters: {},
    changes: view.changes.filter(({ undoable }) => undoable),
    handover: null,
    risk: '',
    wayBack: '',
    warnings: [],
    digest: '',
  };
  return {
    fix: view.fix,
    entry: view.entry,
    result: isFailed ? 'failed' : verdict === 'healthy' ? 'verified' : 'applied',
    plan,
    failure: isFailed ? translateMessages(words, undone.messages) : null,
    notes: (isFailed ? [] : undone.kept).map((message) => translateMessage(words, message)),
    verdict,
  };
}
