/** Evaluation of this PC's clock. */
import type { FixId } from '@shared/catalog';
import { explainError } from '@shared/error-codes';
import { CLOCK_LIMIT_MINUTES, MICROSOFT_CLOCK_LIMIT_MINUTES } from '@shared/kms';
import type { Assessment } from './assessment';

type View = Pick<Assessment, 'snapshot'>;

/** Returns the minutes this PC's clock is ahead; negative if it's behind, 0 if it wasn't read. */
export const minutesAhead = ({ snapshot: { clock } }: View): number =>
  clock.ok ? clock.value.minutes : 0;

/** Returns the absolute clock offset in minutes. */
export const minutesOff = (view: View): number => Math.abs(minutesAhead(view));

/** Whether the clock is off by more than KMS allows; false if it couldn't be read. */
export const isClockOff = (view: View): boolean => minutesOff(view) > CLOCK_LIMIT_MINUTES;

/**
 * Whether a clock difference that KMS rejects is more likely this PC's fault than the KMS host's, although this PC's
 * clock is within the limit: it's off by more than half of it.
 */
export const isClockSuspect = (view: View): boolean =>
  !isClockOff(view) && minutesOff(view) * 2 > CLOCK_LIMIT_MINUTES;

/** Whether this PC's clock is right, so that another PC's is wrong if the two differ by more than KMS allows. */
export const isOwnClockRight = (view: View): boolean =>
  view.snapshot.clock.ok && !isClockOff(view) && !isClockSuspect(view);

/**
 * Returns the fixes for a key that Microsoft activates, preceded by the clock if it prevents a secure connection: it's
 * off by more than Microsoft's servers allow, or the last error reports it.
 */
export function withClockFirst(fixes: readonly FixId[], view: Assessment): readonly FixId[] {
  const isToBlame =
    isClockOff(view) &&
    (minutesOff(view) > MICROSOFT_CLOCK_LIMIT_MINUTES ||
      explainError(view.lastError ?? 0)?.fixes[0] === 'sync-clock');
  return isToBlame ? [...new Set<FixId>(['sync-clock', 'activate-now', ...fixes])] : fixes;
}
