/** Builds a procedure's card from its checks. */
import { CHECKS, PROCEDURE_IDS, type CheckId, type ProcedureId } from '@shared/catalog';
import { hasEnded, headlineCheck, worstStatus } from '@shared/diagnosis';
import type { LiveStatus, Status } from '@shared/diagnosis';
import type { CardView, CheckView } from './view';

function lightOf(checks: readonly CheckView[]): LiveStatus {
  const statuses = checks.map((check) => check.status);
  if (statuses.includes('cancelled')) return 'cancelled';
  if (statuses.every((status) => status === 'pending')) return 'pending';
  return statuses.every(hasEnded) ? worstStatus(statuses) : 'running';
}

/**
 * Builds a card.
 *
 * @param all every check; those of the card's procedure are selected
 * @param because checks that the verdict rests on, which take precedence for the card's sentence
 */
export function cardOf(
  id: ProcedureId,
  all: readonly CheckView[],
  because: readonly CheckId[],
): CardView {
  const checks = all.filter(({ procedure }) => procedure === id);
  const ended = checks.filter((check): check is CheckView & { readonly status: Status } =>
    hasEnded(check.status),
  );
  const speaker = headlineCheck(id, ended, because);
  return { id, light: lightOf(checks), sentence: speaker?.sentence ?? null, checks };
}

/** Builds the nine cards from a set of checks. */
export function cardsOf(
  checks: readonly CheckView[],
  because: readonly CheckId[],
): Readonly<Record<ProcedureId, CardView>> {
  return Object.fromEntries(PROCEDURE_IDS.map((id) => [id, cardOf(id, checks, because)])) as Record<
    ProcedureId,
    CardView
  >;
}

/** Returns every check in its state before a run. */
export function waitingChecks(ids: readonly CheckId[] = CHECKS.map(({ id }) => id)): CheckView[] {
  return CHECKS.filter(({ id }) => ids.includes(id)).map(({ id, procedure }) => ({
    id,
    procedure,
    status: 'pending',
    sentence: null,
    reason: null,
    evidence: [],
    durationMs: 0,
  }));
}
