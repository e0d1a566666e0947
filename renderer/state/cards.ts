/** Builds a procedure's card from its checks. */
import { CHECKS, PROCEDURE_IDS, type CheckId, type ProcedureId } from '@shared/catalog';
import { headlineCheck, worstStatus, type LiveStatus, type Status } from '@shared/diagnosis';
import type { CardView, CheckView } from './view';

const settled = (status: LiveStatus): status is Status =>
  status !== 'pending' && status !== 'running' && status !== 'cancelled';

function lightOf(checks: readonly CheckView[]): LiveStatus {
  const statuses = checks.map((check) => check.status);
  if (statuses.includes('cancelled')) return 'cancelled';
  if (statuses.every((status) => status === 'pending')) return 'pending';
  if (!statuses.every(settled)) return 'running';
  return worstStatus(statuses.filter(settled));
}

/**
 * Builds a card.
 *
 * @param because checks that the verdict rests on, which take precedence for the card's sentence
 */
export function cardOf(
  id: ProcedureId,
  checks: readonly CheckView[],
  because: readonly CheckId[],
): CardView {
  const light = lightOf(checks);
  const ended = checks.flatMap((check) =>
    settled(check.status) ? [{ ...check, status: check.status }] : [],
  );
  const speaker = headlineCheck(id, ended, because);
  return { id, light, sentence: speaker?.sentence ?? null, checks };
}

/** Builds the nine cards from a set of checks. */
export function cardsOf(
  checks: readonly CheckView[],
  because: readonly CheckId[],
): Readonly<Record<ProcedureId, CardView>> {
  return Object.fromEntries(
    PROCEDURE_IDS.map((id) => [
      id,
      cardOf(
        id,
        checks.filter((check) => check.procedure === id),
        because,
      ),
    ]),
  ) as Record<ProcedureId, CardView>;
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
