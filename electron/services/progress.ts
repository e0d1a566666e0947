/** Localized progress of changes. */
import { formatErrorCode } from '@shared/error-codes';
import { translateMessage, type Translate } from '@shared/i18n';
import type { FixProgress } from '@shared/plan';
import type { TreatmentProgress } from '@shared/treatment';
import { changeType, type Change } from '@engine/changes';
import type { ExecutionEvent } from '@engine/changes/executor';
import type { TreatmentEvent } from '@engine/treatment/carry-out';

/** The title of a change. */
export const changeTitle = (change: Change, words: Translate): string =>
  translateMessage(words, changeType(change).title(change));

/** Converts the progress of a fix. */
export function fixProgress(
  event: ExecutionEvent | { readonly type: 're-checking' },
  words: Translate,
): Exclude<FixProgress, { type: 'asking' }> {
  switch (event.type) {
    case 'change-started':
      return {
        type: event.type,
        index: event.index,
        title: changeTitle(event.change, words),
      };
    case 'change-finished': {
      const { status, code } = event.step;
      return {
        type: event.type,
        index: event.index,
        status,
        detail: code === null ? null : formatErrorCode(code),
      };
    }
    case 'rolling-back':
    case 're-checking':
      return event;
  }
}

/** Converts the progress of a treatment. */
export function treatmentProgress(event: TreatmentEvent, words: Translate): TreatmentProgress {
  return event.type === 'fix' ? { type: 'fix', progress: fixProgress(event.event, words) } : event;
}
