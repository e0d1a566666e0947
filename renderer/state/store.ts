/**
 * The window's state: a mirror of the engine's events, and which parts are open. It isn't a source of truth. Every card
 * reads its slice with one selector.
 */
import { PROCEDURE_IDS, type CheckId, type FixId, type ProcedureId } from '@shared/catalog';
import { hasEnded, type CheckResult, type RunEvent, type TargetInfo } from '@shared/diagnosis';
import type { AppInfo } from '@shared/ipc';
import type { FixProgress, JournalEntryView, JournalView } from '@shared/plan';
import type { TreatmentProgress, TreatmentView } from '@shared/treatment';
import { create } from 'zustand';
import { cardOf, cardsOf, waitingChecks } from './cards';
import { finishedView, reportView, type CardView, type CheckView, type FinishedView } from './view';

/** The open dialog; only one at a time. */
export type OpenDialog =
  | { readonly kind: 'fix'; readonly fix: FixId }
  | { readonly kind: 'undo'; readonly entry: JournalEntryView }
  /** `asksForHost`: the available fixes don't lead to a KMS host, and the user may know one. */
  | { readonly kind: 'treatment'; readonly asksForHost: boolean }
  | { readonly kind: 'undo-treatment'; readonly treatment: string }
  | { readonly kind: 'search'; readonly text: string }
  | { readonly kind: 'cases' }
  | { readonly kind: 'facts' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'message' };

/** A message at the top of the page, shown until it is closed or replaced by the next action. */
export interface Notice {
  readonly intent: 'error' | 'success';
  readonly text: string;
  /** Whether it is about a saved file, which can be shown in its folder. */
  readonly isSaved?: boolean;
}

/** State of the window. */
export interface Doctor {
  readonly info: AppInfo | null;
  /** Stage of the window between opening and a verdict. */
  readonly phase: 'idle' | 'running' | 'stopped' | 'finished';
  readonly target: TargetInfo | null;
  readonly checks: readonly CheckView[];
  readonly cards: Readonly<Record<ProcedureId, CardView>>;
  readonly finished: FinishedView | null;
  readonly journal: JournalView;
  /** Progress of the fix being applied, in order. */
  readonly fixProgress: readonly FixProgress[];
  /** The treatment available for the verdict; null while unknown, or if it can't be determined. */
  readonly treatment: TreatmentView | null;
  /** Whether a treatment for the verdict is being planned. */
  readonly isPlanning: boolean;
  /** KMS hosts named by the user, which the treatment is planned with. */
  readonly kmsHosts: readonly string[];
  /** Whether a treatment is being applied or undone; no treatment is planned for verdicts reached meanwhile. */
  readonly isTreating: boolean;
  readonly treatmentProgress: readonly TreatmentProgress[];
  readonly notice: Notice | null;
  readonly openCard: ProcedureId | null;
  /** Whether the open card was requested from elsewhere on the page, and must be scrolled to and focused. */
  readonly cardCalled: boolean;
  /** Number of times the activity was requested from elsewhere; each time it is scrolled to and focused. */
  readonly activityCalls: number;
  readonly dialog: OpenDialog | null;
}

const empty = (): Omit<Doctor, 'info' | 'journal' | 'notice' | 'dialog'> => {
  const checks = waitingChecks();
  return {
    phase: 'idle',
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

/** The store; use `useDoctor(selector)` in components. */
export const useDoctor = create<Doctor>(() => ({
  info: null,
  journal: { entries: [], unreadable: null },
  notice: null,
  dialog: null,
  ...empty(),
}));

const { setState, getState } = useDoctor;

/** Updates the app info; a different source starts with an empty page. */
export function setInfo(info: AppInfo): void {
  const isSame = JSON.stringify(getState().info?.source) === JSON.stringify(info.source);
  setState(isSame ? { info } : { ...empty(), ...contentOf(info.source), info });
}

/** Returns what is known about a source from the start: the content of a report, else nothing. */
function contentOf(source: AppInfo['source']): Partial<Doctor> {
  if (source.kind !== 'report') return {};
  const { finished, checks } = reportView(source.report);
  const cards = cardsOf(checks, finished.verdict.because);
  return { phase: 'finished', target: finished.target, checks, cards, finished };
}

/** Applies a batch of run events in one store update. */
export function applyRunEvents(events: readonly RunEvent[]): void {
  const state = getState();
  let { phase, target, finished, treatment, isPlanning } = state;
  let checks = new Map(state.checks.map((check) => [check.id, check]));
  let touched = new Set<ProcedureId>();
  const update = (id: CheckId, change: Partial<CheckView>) => {
    const check = checks.get(id);
    if (check === undefined) return;
    checks.set(id, { ...check, ...change });
    touched.add(check.procedure);
  };
  const record = ({ id, status, message, reason, evidence, durationMs }: CheckResult) =>
    update(id, { status, sentence: message, reason, evidence, durationMs });

  for (const event of events) {
    switch (event.type) {
      case 'run-started':
        phase = 'running';
        finished = null;
        treatment = null;
        isPlanning = false;
        checks = new Map(waitingChecks(event.checks).map((check) => [check.id, check]));
        touched = new Set(PROCEDURE_IDS);
        break;
      case 'target-known':
        target = event.target;
        break;
      case 'check-started':
        update(event.id, { status: 'running' });
        break;
      case 'check-finished':
        record(event.result);
        break;
      case 'verdict-known':
        finished = finishedView(event.known);
        target = finished.target;
        break;
      case 'run-finished':
        finished = finishedView(event.diagnosis);
        target = finished.target;
        event.diagnosis.checks.forEach(record);
        phase = 'finished';
        isPlanning = !state.isTreating && isTreatable(finished);
        break;
      case 'run-cancelled':
        phase = 'stopped';
        finished = null;
        for (const { id, status } of checks.values()) {
          if (!hasEnded(status)) update(id, { status: 'cancelled' });
        }
        break;
    }
  }

  const list = [...checks.values()];
  const cards = { ...state.cards };
  // Any card's sentence may depend on the verdict.
  for (const id of finished === state.finished ? touched : PROCEDURE_IDS) {
    cards[id] = cardOf(id, list, finished?.verdict.because ?? []);
  }
  setState({ phase, target, finished, treatment, isPlanning, checks: list, cards });
}

/** Whether the current PC is a different one, known only by its report or facts line; it can't be changed from here. */
export const isRemotePc = ({ info }: Pick<Doctor, 'info'>): boolean =>
  info?.source.kind === 'report' || info?.source.kind === 'facts';

/** Whether the current PC was read as an administrator; before that, whether the app runs as one. */
export const isElevated = ({ target, info }: Pick<Doctor, 'target' | 'info'>): boolean =>
  target?.elevated ?? info?.elevated ?? false;

/** Whether a verdict needs any treatment. */
export const isTreatable = ({ verdict }: FinishedView): boolean => verdict.code !== 'healthy';

/** Stores the planned treatment, and the KMS hosts it was planned with. */
export function setTreatment(treatment: TreatmentView | null, kmsHosts: readonly string[]): void {
  setState({ treatment, kmsHosts, isPlanning: false });
}

/** Records progress of the running treatment. */
export function applyTreatmentProgress(progress: TreatmentProgress): void {
  setState((state) => ({ treatmentProgress: [...state.treatmentProgress, progress] }));
}

/** Records progress of the fix being applied. */
export function applyFixProgress(progress: FixProgress): void {
  setState((state) => ({ fixProgress: [...state.fixProgress, progress] }));
}

/** Shows a message at the top of the page; null removes it. */
export function setNotice(notice: Notice | null): void {
  setState({ notice });
}

/** Opens a card's details, or closes them; only one card at a time. */
export function setOpenCard(openCard: ProcedureId | null): void {
  setState({ openCard, cardCalled: false });
}

/** Opens a card's details from elsewhere on the page and navigates to it. */
export function showCard(openCard: ProcedureId): void {
  setState({ openCard, cardCalled: true });
}

/** Navigates to the activity. */
export function showActivity(): void {
  setState({ activityCalls: getState().activityCalls + 1 });
}

/** Opens a dialog, replacing the open one; null closes it. */
export function setDialog(dialog: OpenDialog | null): void {
  setState({ dialog });
}
