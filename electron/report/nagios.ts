/**
 * A diagnosis as a plugin of Nagios, Icinga, Checkmk and their kin gives it
 * (https://www.monitoring-plugins.org/doc/guidelines.html): one line with performance data, and an exit code.
 */
import type { Diagnosis } from '@shared/diagnosis';
import { translateMessage, type Translate } from '@shared/i18n';
import { beginning, inline } from '@shared/printable';
import { redact } from '@shared/redaction';
import { certaintyOf } from './words';

const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;
const [OK, WARNING, CRITICAL, UNKNOWN] = [0, 1, 2, 3];

const LICENSED = 1;

const MINUTES_PER_DAY = 1_440;

/** Characters of the text at most; some hosts of plugins keep 1 KB of the first line. */
const LONGEST_TEXT = 700;

/**
 * The line, ending with a line end, and its exit code.
 *
 * @param thresholds days that the activation has left at most for a warning, and for an alarm
 */
export function nagiosReport(
  diagnosis: Diagnosis,
  thresholds: { readonly warning: number; readonly critical: number },
  t: Translate,
): { readonly text: string; readonly exitCode: number } {
  const { verdict, target } = diagnosis;
  const minutes = minutesLeft(diagnosis);
  const days = minutes === null ? null : Math.floor(minutes / MINUTES_PER_DAY);
  // By the days that are printed: whoever reads them knows the thresholds.
  const state = stateOf(diagnosis, days, thresholds);
  const certainty = certaintyOf(verdict, t, 'list');
  const sentence = [
    target.computer === '' ? '' : `${target.computer}: `,
    translateMessage(t, verdict.title),
    certainty === null ? '' : ` [${certainty}]`,
    days === null ? '' : `, ${t('cli.nagios.daysLeft', { count: days })}`,
  ].join('');
  // What stands behind the bar is for machines.
  const plain = beginning(inline(redact(sentence)).replaceAll('|', '/'), LONGEST_TEXT);
  const { warning, critical } = thresholds;
  const data = `'grace_days'=${days ?? 'U'};${warning};${critical}`;
  return { text: `KMS ${STATES[state] ?? ''} - ${plain} | ${data}\n`, exitCode: state };
}

function stateOf(
  diagnosis: Diagnosis,
  days: number | null,
  { warning, critical }: { readonly warning: number; readonly critical: number },
): number {
  const { verdict, activation } = diagnosis;
  if (verdict.code === 'cannot-diagnose') return UNKNOWN;
  // Elsewhere than on Windows nobody knows whether it is licensed.
  const isLicensed = activation.licenseStatus === LICENSED || isWindowsUnseen(diagnosis);
  if (!isLicensed && activation.licenseStatus !== null) return CRITICAL;
  if (!isLicensed && verdict.code !== 'healthy') return CRITICAL;
  if (days !== null && days <= critical) return CRITICAL;
  if (days !== null && days <= warning) return WARNING;
  return verdict.code === 'healthy' ? OK : WARNING;
}

/** Whether only the network was seen, now or when the case was saved. */
const isWindowsUnseen = ({ target, checks }: Diagnosis): boolean =>
  target.kind === 'network' ||
  checks.some(({ id, reason }) => id === 'licence-status' && reason === 'needs-windows');

/** What is left of the activation, 0 where there is none; null where it does not end, or nobody knows. */
function minutesLeft({ activation: { licenseStatus, graceMinutes } }: Diagnosis): number | null {
  if (licenseStatus === null) return null;
  if (licenseStatus !== LICENSED) return graceMinutes ?? 0;
  return graceMinutes === 0 ? null : graceMinutes;
}
