/**
 * A diagnosis in the plugin format of Nagios, Icinga, Checkmk and compatible systems
 * (https://www.monitoring-plugins.org/doc/guidelines.html): one line with performance data, and an exit code.
 */
import { LICENSED } from '@shared/kms';
import { minutesUntilExpiry, type Diagnosis } from '@shared/diagnosis';
import { translateMessage, type Translate } from '@shared/i18n';
import { truncate, escapeLine } from '@shared/printable';
import { redact } from '@shared/redaction';
import { MINUTES_PER_DAY } from '@shared/utc-time';
import { certaintyOf } from './words';

/** The states by exit code. */
const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;

/** Maximum length of the text in characters; some plugin hosts keep only 1 KB of the first line. */
const MAX_TEXT_LENGTH = 700;

/**
 * Returns the line, with a trailing newline, and its exit code.
 *
 * @param thresholds days left of the activation at or below which to warn, or to raise an alarm
 */
export function nagiosReport(
  diagnosis: Diagnosis,
  thresholds: { readonly warning: number; readonly critical: number },
  t: Translate,
): { readonly text: string; readonly exitCode: number } {
  const { verdict, target } = diagnosis;
  const minutes = minutesLeft(diagnosis);
  const days = minutes === null ? null : Math.floor(minutes / MINUTES_PER_DAY);
  // Uses the rounded days that are printed, because users compare them with the thresholds.
  const state = stateOf(diagnosis, days, thresholds);
  const certainty = certaintyOf(verdict, t, 'list');
  const sentence = [
    target.computer === '' ? '' : `${target.computer}: `,
    translateMessage(t, verdict.title),
    certainty === null ? '' : ` [${certainty}]`,
    days === null ? '' : `, ${t('cli.nagios.daysLeft', { count: days })}`,
  ].join('');
  // Text after a vertical bar is parsed as performance data.
  const plain = truncate(escapeLine(redact(sentence)).replaceAll('|', '/'), MAX_TEXT_LENGTH);
  const { warning, critical } = thresholds;
  const data = `'grace_days'=${days ?? 'U'};${warning};${critical}`;
  return { text: `KMS ${state} - ${plain} | ${data}\n`, exitCode: STATES.indexOf(state) };
}

function stateOf(
  diagnosis: Diagnosis,
  days: number | null,
  { warning, critical }: { readonly warning: number; readonly critical: number },
): (typeof STATES)[number] {
  const { verdict, activation } = diagnosis;
  if (verdict.code === 'cannot-diagnose') return 'UNKNOWN';
  // On systems other than Windows, the license status is unknown.
  const isLicensed = activation.licenseStatus === LICENSED || isWindowsUnseen(diagnosis);
  const isUnknown = activation.licenseStatus === null;
  if (!isLicensed && !(isUnknown && verdict.code === 'healthy')) return 'CRITICAL';
  if (days !== null && days <= critical) return 'CRITICAL';
  if (days !== null && days <= warning) return 'WARNING';
  return verdict.code === 'healthy' ? 'OK' : 'WARNING';
}

/** Whether only the network was checked, now or when the case was saved. */
const isWindowsUnseen = ({ target, checks }: Diagnosis): boolean =>
  target.kind === 'network' ||
  checks.some(({ id, reason }) => id === 'licence-status' && reason === 'needs-windows');

/** Minutes left of the activation, 0 if there is none; null if it doesn't end, or is unknown. */
function minutesLeft({ activation }: Diagnosis): number | null {
  const { licenseStatus, graceMinutes } = activation;
  if (licenseStatus === null) return null;
  if (licenseStatus !== LICENSED) return graceMinutes ?? 0;
  return minutesUntilExpiry(activation);
}
