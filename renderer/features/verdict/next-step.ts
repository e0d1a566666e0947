/** What a person does next, which is the one primary button of the page. */
import { CHECKS, type CheckId, type FixId, type ProcedureId } from '@shared/catalogue';
import type { TreatmentView } from '@shared/treatment';
import { isElsewhere, isTreatable, type Doctor } from '../../state/store';

/** Whether there is a treatment to offer; `awaited`: it is being planned. */
export type RepairOffer = 'awaited' | 'ready' | null;

/** The treatment that the window offers at the moment. */
export function repairOffer(
  state: Pick<Doctor, 'info' | 'finished' | 'phase' | 'isPlanning' | 'isTreating' | 'treatment'>,
): RepairOffer {
  const { info, finished, phase, isPlanning, isTreating, treatment } = state;
  if (info?.source.kind === 'report' || finished === null || !isTreatable(finished)) return null;
  if (phase === 'running' || isPlanning || isTreating) return 'awaited';
  return treatment !== null && treatment.steps.length > 0 ? 'ready' : null;
}

/** Whether a treatment only asks once more what was refused before, and nobody knows that it goes better now. */
export function isMereTry({ steps, ends }: TreatmentView): boolean {
  const isSure = ends.code === 'healthy' && ends.restsOn.length === 0;
  return !isSure && steps.length === 1 && steps[0]?.fix === 'activate-now';
}

/** The next step. */
export type NextStep =
  | { readonly is: 'diagnose'; readonly again: boolean }
  | { readonly is: 'stop' }
  | { readonly is: 'repair'; readonly offer: 'awaited' | 'ready' }
  | { readonly is: 'message' }
  | { readonly is: 'fix'; readonly fix: FixId }
  /** What could not be read can be with more rights. */
  | { readonly is: 'restart-elevated' }
  /** Nothing can be done about it from here: its card tells what was found, and how it is done manually. */
  | { readonly is: 'show-card'; readonly card: ProcedureId }
  | { readonly is: 'copy-ticket' };

/** The next step from where the window is; null just where nothing is left to do. */
export function nextStep(
  state: Pick<
    Doctor,
    'info' | 'finished' | 'phase' | 'isPlanning' | 'isTreating' | 'treatment' | 'checks' | 'target'
  >,
): NextStep | null {
  const { info, finished, phase, checks, target } = state;
  if (finished === null) {
    return phase === 'running' ? { is: 'stop' } : { is: 'diagnose', again: phase === 'stopped' };
  }
  const { verdict } = finished;
  const source = info?.source.kind;
  // A test finds out more, and cures nothing.
  const cure = isElsewhere(state) ? undefined : verdict.fixes.find((fix) => fix !== 'test-routing');
  if (verdict.code === 'healthy') return cure === undefined ? null : { is: 'fix', fix: cure };
  const offer = repairOffer(state);
  // Whoever has the cure is told first: another try is no more than that.
  const isLastResort = offer === 'ready' && state.treatment !== null && isMereTry(state.treatment);
  if (offer !== null && !(isLastResort && verdict.message !== null)) {
    return { is: 'repair', offer };
  }
  if (verdict.message !== null) return { is: 'message' };
  // Nothing is changed by a report, and it cannot be diagnosed again.
  if (source === 'report') return { is: 'copy-ticket' };
  if (cure !== undefined) return { is: 'fix', fix: cure };
  const unread = checks.filter(({ status }) => status === 'unknown');
  if (verdict.code === 'cannot-diagnose') {
    const isElevated = target?.elevated ?? info?.elevated ?? false;
    const lacksRights = unread.some(
      ({ reason }) => reason === 'needs-elevation' || reason === 'access-denied',
    );
    if (source === 'this-pc' && !isElevated && lacksRights) return { is: 'restart-elevated' };
    // The facts of another PC stay what they are.
    if (source !== 'facts') return { is: 'diagnose', again: true };
  }
  const card = procedureOf(verdict.because[0] ?? unread[0]?.id);
  return card === null ? { is: 'copy-ticket' } : { is: 'show-card', card };
}

const procedureOf = (id: CheckId | undefined): ProcedureId | null =>
  CHECKS.find((check) => check.id === id)?.procedure ?? null;
