/** Sentences that every kind of report shares. */
import type { Activation, Verdict } from '@shared/diagnosis';
import { sentences, translateMessage, type Translate } from '@shared/i18n';
import type { MessageKey } from '@shared/message';

/** The verdict in full: what was found, why nothing can be done here, and how long Windows stays activated where that ends. */
export function verdictSummary(verdict: Verdict, t: Translate): string {
  const { summary, refusal = [], daysLeft } = verdict;
  return sentences([
    ...[summary, ...refusal].map((message) => translateMessage(t, message)),
    ...(daysLeft === null ? [] : [t('verdicts.daysLeft', { count: daysLeft })]),
  ]);
}

/** What else was found, each by its name; null where there is nothing. */
export function alsoFoundNames({ alsoFound }: Verdict, t: Translate): string | null {
  if (alsoFound.length === 0) return null;
  return alsoFound.map((code) => t(`verdicts.${code}.name`)).join(t('report.comma'));
}

/** The licence: edition, channel, key and LicenseStatus; null where that could not be read. */
export function licenceWords(activation: Activation, t: Translate): string | null {
  const { edition, channel, partialProductKey, licenseStatus } = activation;
  if (licenseStatus === null) return null;
  const key = partialProductKey ? t('report.keyEnds', { key: partialProductKey }) : null;
  return joined([edition, channel, key, licenceStatusWords(licenseStatus, t)], t);
}

/** What is there of some parts, one after the other. */
export function joined(parts: readonly (string | null)[], t: Translate): string {
  return parts.filter((part) => part !== null && part !== '').join(t('report.comma'));
}

/** LicenseStatus in words (SoftwareLicensingProduct); the bare number where Windows has a new one. */
function licenceStatusWords(status: number, t: Translate): string {
  return /^[0-6]$/.test(String(status))
    ? t(`events.licenceStatus.${status}` as MessageKey)
    : String(status);
}
