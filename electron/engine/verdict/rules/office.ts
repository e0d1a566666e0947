/** The verdict on an Office that isn't activated. */
import {
  explainError,
  formatErrorCode,
  isFailureCode,
  isResolvedByHealthyPath,
} from '@shared/error-codes';
import { message, type Message } from '@shared/message';
import { officeNotActivated as messageOn } from '../../admin-instructions/messages';
import { assignedToOffice } from '../about';
import { errorOfOffice, missingOnHost, officeNotActivated, type Assessment } from '../assessment';
import { cloudNote, remedyOf } from '../parameters';
import { holdsIf, WINDOWS, type VerdictRules } from '../rule';

/** SL_E_INVALID_PRODUCT_KEY and SL_E_MISMATCHED_PRODUCT_SKU, whose general remedies apply to Windows only. */
const WRONG_KEY: readonly number[] = [0xc004f050, 0xc004f069];

/** Whether the error has a useful remedy. Errors on the path to a KMS host don't matter to an Office that uses none. */
function hasRemedy(view: Assessment): boolean {
  const error = errorOfOffice(view);
  if (officeNotActivated(view)?.channel.class !== 'kms-client') return remedyOf(error) !== null;
  return (
    isFailureCode(error) && explainError(error) !== undefined && !isResolvedByHealthyPath(error)
  );
}

const NOTE_BY_MISSING = {
  count: 'verdicts.officeCount',
  activation: 'verdicts.officeHost',
  'vm-support': 'verdicts.officeVirtual',
  key: 'verdicts.officePack',
} as const;

/** Returns what Office's error means, and what helps. */
function officeNote(view: Assessment): Message | null {
  const error = errorOfOffice(view);
  const missing = missingOnHost(error);
  if (missing !== null) return message(NOTE_BY_MISSING[missing]);
  if (WRONG_KEY.includes(error)) return message('verdicts.officeKey');
  return hasRemedy(view)
    ? message('verdicts.remedyOfThatError', { error: formatErrorCode(error) })
    : cloudNote([assignedToOffice(view) ?? '']);
}

export const officeRules = {
  'office-not-activated': {
    scope: WINDOWS,
    evaluate: (view) => {
      if (!view.licenceRead) return 'open';
      if (view.licence?.licensed !== true) return 'no';
      return view.snapshot.products.ok ? holdsIf(officeNotActivated(view) !== null) : 'open';
    },
    because: ['office-licence'],
    procedure: 'find-routing-issue',
    fixes: ['activate-now'],
    about: (view) => ({ product: 'office', code: formatErrorCode(errorOfOffice(view)) }),
    message: messageOn,
    note: officeNote,
    summary: (view) => {
      if (officeNotActivated(view)?.channel.class === 'kms-host') return 'summaryHostKey';
      return assignedToOffice(view) === null ? 'summary' : 'summaryAssigned';
    },
    say: {
      product: (view) => officeNotActivated(view)?.name ?? 'Office',
      error: (view) => formatErrorCode(errorOfOffice(view)),
      host: (view) => assignedToOffice(view) ?? '',
    },
  },
} satisfies Partial<VerdictRules>;
