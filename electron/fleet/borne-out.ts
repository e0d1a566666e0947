/** Whether a report is as sure as it says: one that was damaged or altered is believed no further than its own checks. */
import type { VerdictRule } from '@engine/verdict/rule';
import { VERDICT_RULES } from '@engine/verdict/verdict';
import type { CheckId, VerdictCode } from '@shared/catalogue';
import { verdictOfError } from '@shared/error-codes';
import type { Report } from '@shared/report';

/** What of a report says so. */
interface Grounds {
  readonly verdict: Pick<Report['verdict'], 'code' | 'because' | 'procedure'>;
  readonly activation: Pick<Report['activation'], 'licenseStatus' | 'lastError'>;
  /** How a check ended; null where the report does not say. */
  readonly statusOf: (check: string) => unknown;
}

const LICENSED = 1;

const WERE_READ: readonly unknown[] = ['pass', 'warn', 'fail'];

/** What shows a verdict that is certain and has several grounds; of the others, their rules say it. */
const GROUNDS: Readonly<Partial<Record<VerdictCode, readonly (readonly CheckId[])[]>>> = {
  'activation-pending': [['licence-status', 'kms-service-answers']],
  'clock-skew': [['clock-offset'], ['last-activation-error']],
  healthy: [
    ['kms-service-answers'],
    ['kms-host-activated', 'publish-list', 'kms-host-listening'],
    ['licence-status'],
    ['licence-status', 'kms-service-answers'],
  ],
  'kms-host-cannot-activate-this-product': [['kms-host-requests'], ['last-activation-error']],
};

/** Whether what shows the verdict was read and is what shows this one, and neither license nor last error denies it. */
export function isBorneOut({ verdict, activation, statusOf }: Grounds): boolean {
  const { code, because, procedure } = verdict;
  const rule: VerdictRule = VERDICT_RULES[code];
  const statuses = because.map(statusOf);
  if (!statuses.every((status) => WERE_READ.includes(status))) return false;
  const usual = GROUNDS[code] ?? (typeof rule.because === 'function' ? [] : [rule.because]);
  if (!usual.some((checks) => checks.join() === because.join())) return false;
  if (rule.procedureFor === undefined && rule.procedure !== procedure) return false;
  if (because.includes('last-activation-error')) {
    return verdictOfError(Number(activation.lastError)) === code;
  }
  const isLicensed = activation.licenseStatus === LICENSED;
  if (code === 'activation-pending') return !isLicensed;
  if (code !== 'healthy') return true;
  // Elsewhere than on Windows, the KMS host that answers is all there is.
  return (isLicensed || because[0] === 'kms-service-answers') && !statuses.includes('fail');
}
