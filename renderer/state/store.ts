/**
 * The window's state: a mirror of what the engine tells, and which parts are open. It holds no truth of its
 * own; every card reads its slice with one selector.
 */
import type { CheckId, FixId, ProcedureId } from '@shared/catalogue';
import { PROCEDURE_IDS } from '@shared/catalogue';
import type { RunEvent, TargetInfo } from '@shared/diagnosis';
import type { AppInfo } from '@shared/ipc';
import type { FixProgress, JournalEntryView, JournalView } from '@shared/plan';
import type { TreatmentProgress, TreatmentView } from '@shared/treatment';
import { create } from 'zustand';
import { cardOf, cardsOf, waitingChecks } from './cards';
import { finishedView, reportView, type CardView, type CheckView, type FinishedView } from './view';

/** Where the window stands between opening and a verdict. */
type Phase = 'idle' | 'running' | 'stopped' | 'finished';

/** A dialog that is open; one at a time. */
export type OpenDialog =
  | { readonly kind: 'fix'; readonly fix: FixId }
  | { readonly kind: 'undo'; readonly entry: JournalEntryView }
  /** `asksForHost`: what can be done here does not lead to a KMS host, and a person may know one. */
  | { readonly kind: 'treatment'; readonly asksForHost: boolean }
  | { readonly kind: 'undo-treatment'; readonly treatment: string }
  | { readonly kind: 'search'; readonly text: string }
  | { readonly kind: 'cases' }
  | { readonly kind: 'facts' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'message' };

/** A message above everything, until it is closed or something else is done. */
export interface Notice {
  readonly intent: 'error' | 'success';
  readonly text: string;
  /** It tells of a file that was saved, which can be shown in its folder. */
  readonly isSaved?: boolean;
}

/** What the window holds. */
export interface Doctor {
  readonly info: AppInfo | null;
  readonly phase: Phase;
  readonly target: TargetInfo | null;
  readonly checks: readonly CheckView[];
  readonly cards: Readonly<Record<ProcedureId, CardView>>;
  readonly finished: FinishedView | null;
  readonly journal: JournalView;
  /** Progress of the fix that is being applied, in order. */
  readonly fixProgress: readonly FixProgress[];
  /** What can be done about the verdict from here; null while that is not known, and where it cannot be. */
  readonly treatment: TreatmentView | null;
  /** A treatment of the verdict is being planned. */
  readonly isPlanning: boolean;
  /** KMS hosts that a person named; the treatment is planned with them. */
  readonly kmsHosts: readonly string[];
  /** A treatment is being done or taken back: what its diagnoses find is not planned for. */
  readonly isTreating: boolean;
  readonly treatmentProgress: readonly TreatmentProgress[];
  readonly notice: Notice | null;
  readonly openCard: ProcedureId | null;
  /** The open card was asked for from elsewhere on the page, so the eye and the focus have to follow. */
  readonly cardCalled: boolean;
  /** How often what was changed was asked for from elsewhere: eye and focus follow each time. */
  readonly activityCalls: number;
  readonly dialog: OpenDialog | null;
}

const empty = () => {
  const checks = waitingChecks();
  return {
    phase: 'idle' as Phase,
    target: null,
    checks,
    cards: cardsOf(checks, []),
    finished: null,
    openCard: null,
    cardCalled: false,
    activityCalls: 0,
    fixProgress: [],
    treatment: null,
    isPlanning: false,
    kmsHosts: [],
    isTreating: false,
    treatmentProgress: [],
  };
};

/** The store; `useDoctor(selector)` in components. */
export const useDoctor = create<Doctor>(() => ({
  info: null,
  journal: { entries: [], unreadable: null },
  notice: null,
  dialog: null,
  ...empty(),
}));

const { setState, getState } = useDoctor;

/** Takes what the program says about itself; another source starts with an empty page. */
export function setInfo(info: AppInfo): void {
  const before = getState().info;
  if (before !== null && JSON.stringify(before.source) === JSON.stringify(info.source)) {
    setState({ info });
    return;
  }
  if (info.source.kind === 'report') {
    const { finished, checks } = reportView(info.source.diagnosis);
    setState({
      ...empty(),
      info,
      phase: 'finished',
      target: finished.target,
      checks,
      cards: cardsOf(checks, finished.verdict.because),
      finished,
    });
    return;
  }
  setState({ ...empty(), info });
}

/** Applies a batch of what happened during a run, as one change of the store. */
export function applyRunEvents(events: readonly RunEvent[]): void {
  const state = getState();
  let { phase, target, finished, treatment, isPlanning } = state;
  let because = finished?.verdict.because ?? [];
  let checks = new Map(state.checks.map((check) => [check.id, check]));
  let all = false;
  const touched = new Set<ProcedureId>();
  const update = (id: CheckId, change: Partial<CheckView>) => {
    const check = checks.get(id);
    if (check === undefined) return;
    checks.set(id, { ...check, ...change });
    touched.add(check.procedure);
  };

  for (const event of events) {
    switch (event.type) {
      case 'run-started':
        phase = 'running';
        finished = null;
        treatment = null;
        isPlanning = false;
        because = [];
        checks = new Map(waitingChecks(event.checks).map((check) => [check.id, check]));
        all = true;
        break;
      case 'target-known':
        target = event.target;
        break;
      case 'check-started':
        update(event.id, { status: 'running' });
        break;
      case 'check-finished': {
        const { id, status, message, reason, evidence, durationMs } = event.result;
        update(id, { status, sentence: message, reason, evidence, durationMs });
        break;
      }
      case 'verdict-known':
        finished = finishedView(event.known);
        target = event.known.target;
        because = event.known.verdict.because;
        all = true;
        break;
      case 'run-finished': {
        const { diagnosis } = event;
        finished = finishedView(diagnosis);
        target = diagnosis.target;
        because = diagnosis.verdict.because;
        for (const result of diagnosis.checks) {
          const { id, status, message, reason, evidence, durationMs } = result;
          update(id, { status, sentence: message, reason, evidence, durationMs });
        }
        phase = 'finished';
        isPlanning = !state.isTreating && isTreatable(finished);
        all = true;
        break;
      }
      case 'run-cancelled':
        phase = 'stopped';
        finished = null;
        because = [];
        all = true;
        for (const check of checks.values()) {
          if (check.status === 'running' || check.status === 'pending') {
            update(check.id, { status: 'cancelled' });
          }
        }
        break;
    }
  }

  const list = [...checks.values()];
  const cards = { ...state.cards };
  for (const id of all ? PROCEDURE_IDS : touched) {
    const card = cardOf(
      id,
      list.filter((check) => check.procedure === id),
      because,
    );
    cards[id] = card;
  }
  setState({ phase, target, finished, treatment, isPlanning, checks: list, cards });
}

/** Whether the PC at hand is another one, told of by its report or facts line: it is changed there alone. */
export const isElsewhere = ({ info }: Pick<Doctor, 'info'>): boolean =>
  info?.source.kind === 'report' || info?.source.kind === 'facts';

/** Whether there is anything to do about a verdict. */
export const isTreatable = ({ verdict }: FinishedView): boolean => verdict.code !== 'healthy';

/** A treatment of the verdict at hand is asked for. */
export function beginPlanning(): void {
  setState({ isPlanning: true });
}

/** Takes what came of it: the treatment, and the KMS hosts that it was planned with. */
export function setTreatment(treatment: TreatmentView | null, kmsHosts: readonly string[]): void {
  setState({ treatment, kmsHosts, isPlanning: false });
}

/** A treatment is being done or taken back, or no longer. */
export function setTreating(isTreating: boolean): void {
  setState(isTreating ? { isTreating, treatmentProgress: [] } : { isTreating });
}

/** Notes how far the treatment has come that is being done. */
export function applyTreatmentProgress(progress: TreatmentProgress): void {
  setState((state) => ({ treatmentProgress: [...state.treatmentProgress, progress] }));
}

/** Notes a step of the fix that is being applied. */
export function applyFixProgress(progress: FixProgress): void {
  setState((state) => ({ fixProgress: [...state.fixProgress, progress] }));
}

/** Forgets the steps of the last fix. */
export function clearFixProgress(): void {
  setState({ fixProgress: [] });
}

/** Takes the journal as it was read. */
export function setJournal(journal: JournalView): void {
  setState({ journal });
}

/** Shows a message above the page; null takes it away. */
export function setNotice(notice: Notice | null): void {
  setState({ notice });
}

/** Opens a card's details, or closes them; one card at a time. */
export function setOpenCard(openCard: ProcedureId | null): void {
  setState({ openCard, cardCalled: false });
}

/** Opens a card's details from elsewhere on the page and goes there. */
export function showCard(openCard: ProcedureId): void {
  setState({ openCard, cardCalled: true });
}

/** Leads to what was changed. */
export function showActivity(): void {
  setState({ activityCalls: getState().activityCalls + 1 });
}

/** Opens a dialog in the place of the one that is open; null closes it. */
export function setDialog(dialog: OpenDialog | null): void {
  setState({ dialog });
}
