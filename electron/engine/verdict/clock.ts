/** How right this PC's clock is. */
import type { FixId } from '@shared/catalogue';
import { explainError } from '@shared/error-codes';
import { CLOCK_LIMIT_MINUTES, MICROSOFT_CLOCK_LIMIT_MINUTES } from '@shared/kms';
import type { Assessment } from './assessment';

type View = Pick<Assessment, 'snapshot'>;

/** Minutes that this PC's clock is ahead; negative when it is behind, 0 where it was not read. */
export const minutesAhead = ({ snapshot: { clock } }: View): number =>
  clock.ok ? clock.value.minutes : 0;

/** Minutes that it differs, either way. */
export const minutesOff = (view: View): number => Math.abs(minutesAhead(view));

/** Whether the clock differs by more than KMS allows; false where that could not be read. */
export const isClockOff = (view: View): boolean => minutesOff(view) > CLOCK_LIMIT_MINUTES;

/**
 * Whether a difference that KMS does not allow is rather this PC's than its KMS host's, although this PC's clock alone
 * is within the limit: it has the larger part of it.
 */
export const isClockSuspect = (view: View): boolean =>
  !isClockOff(view) && minutesOff(view) * 2 > CLOCK_LIMIT_MINUTES;

/** Whether this PC's clock is right: where it differs from another PC's by more than KMS allows, that one's is wrong. */
export const isOwnClockRight = (view: View): boolean =>
  view.snapshot.clock.ok && !isClockOff(view) && !isClockSuspect(view);

/**
 * The fixes of a key that Microsoft activates, the clock before them where it keeps this PC from a secure connection:
 * it is further off than Microsoft's servers let pass, or the last error says so.
 */
export function withClockFirst(fixes: readonly FixId[], view: Assessment): readonly FixId[] {
  const isToBlame =
    isClockOff(view) &&
    (minutesOff(view) > MICROSOFT_CLOCK_LIMIT_MINUTES ||
      explainError(view.lastError ?? 0)?.fixes[0] === 'sync-clock');
  return isToBlame ? [...new Set<FixId>(['sync-clock', 'activate-now', ...fixes])] : fixes;
}
