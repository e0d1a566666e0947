/** The user's next step, which is the page's only primary button. */
import { CHECKS, type CheckId, type FixId, type ProcedureId } from '@shared/catalog';
import type { TreatmentView } from '@shared/treatment';
import { useShallow } from 'zustand/react/shallow';
import { isElevated, isRemotePc, isTreatable, useDoctor, type Doctor } from '../../state/store';

/** Whether there is a treatment to offer; `awaited`: it is being planned. */
export type RepairOffer = 'awaited' | 'ready' | null;

/** Returns whether a treatment is currently offered. */
export function repairOffer(state: Doctor): RepairOffer {
  const { info, finished, phase, isPlanning, isTreating, treatment } = state;
  if (info?.source.kind === 'report' || finished === null || !isTreatable(finished)) return null;
  if (phase === 'running' || isPlanning || isTreating) return 'awaited';
  return treatment !== null && treatment.steps.length > 0 ? 'ready' : null;
}

/** Whether a treatment merely retries a failed activation without being certain to succeed. */
export function isRetryOnly({ steps, ends }: TreatmentView): boolean {
  const isSure = ends.code === 'healthy' && ends.restsOn.length === 0;
  return !isSure && steps.length === 1 && steps[0]?.fix === 'activate-now';
}

/** The next step. */
export type NextStep =
  | { readonly is: 'diagnose'; readonly again: boolean }
  | { readonly is: 'stop' }
  | { readonly is: 'repair'; readonly offer: NonNullable<RepairOffer> }
  | { readonly is: 'message' }
  | { readonly is: 'fix'; readonly fix: FixId }
  /** What couldn't be read can be read with more permissions. */
  | { readonly is: 'restart-elevated' }
  /** It can't be fixed from here; its card shows the findings and the manual steps. */
  | { readonly is: 'show-card'; readonly card: ProcedureId }
  | { readonly is: 'copy-ticket' };

/** Returns the next step from the window's state; null if there is nothing left to do. */
export function nextStep(state: Doctor): NextStep | null {
  const { info, finished, phase, checks } = state;
  if (finished === null) {
    return phase === 'running' ? { is: 'stop' } : { is: 'diagnose', again: phase === 'stopped' };
  }
  const { verdict } = finished;
  const source = info?.source.kind;
  // A test provides more information but fixes nothing.
  const cure = isRemotePc(state) ? undefined : verdict.fixes.find((fix) => fix !== 'test-routing');
  if (verdict.code === 'healthy') return cure === undefined ? null : { is: 'fix', fix: cure };
  const offer = repairOffer(state);
  // The person who can fix the cause takes precedence over a mere retry.
  const isLastResort =
    offer === 'ready' && state.treatment !== null && isRetryOnly(state.treatment);
  if (offer !== null && !(isLastResort && verdict.message !== null)) {
    return { is: 'repair', offer };
  }
  if (verdict.message !== null) return { is: 'message' };
  // A report changes nothing, and can't be diagnosed again.
  if (source === 'report') return { is: 'copy-ticket' };
  if (cure !== undefined) return { is: 'fix', fix: cure };
  const unread = checks.filter(({ status }) => status === 'unknown');
  if (verdict.code === 'cannot-diagnose') {
    const lacksRights = unread.some(
      ({ reason }) => reason === 'needs-elevation' || reason === 'access-denied',
    );
    if (source === 'this-pc' && !isElevated(state) && lacksRights)
      return { is: 'restart-elevated' };
    // Another PC's facts don't change.
    if (source !== 'facts') return { is: 'diagnose', again: true };
  }
  const card = procedureOf(verdict.because[0] ?? unread[0]?.id);
  return card === null ? { is: 'copy-ticket' } : { is: 'show-card', card };
}

/** Returns the current next step. */
export const useNextStep = (): NextStep | null => useDoctor(useShallow(nextStep));

/** Returns the verdict's fixes that can be applied here, apart from the next step. */
export const useOtherFixes = (): readonly FixId[] => useDoctor(useShallow(otherFixes));

function otherFixes(state: Doctor): readonly FixId[] {
  if (state.finished === null || isRemotePc(state)) return [];
  const step = nextStep(state);
  return state.finished.verdict.fixes.filter((fix) => step?.is !== 'fix' || fix !== step.fix);
}

const procedureOf = (id: CheckId | undefined): ProcedureId | null =>
  CHECKS.find((check) => check.id === id)?.procedure ?? null;
