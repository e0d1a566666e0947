/** Sentences that every kind of report shares. */
import { writeMessage, type WrittenMessage } from '@shared/admin-message';
import { channelOf } from '@shared/channels';
import type { Activation, Diagnosis, OtherProduct, Verdict } from '@shared/diagnosis';
import { editionName } from '@shared/edition-names';
import { explainError } from '@shared/error-codes';
import { errorWords } from '@shared/error-codes/words';
import { translateMessage, type Translate } from '@shared/i18n';
import { errorOfProduct, licenceStatusWords } from '@shared/licence-words';
import { sentences } from '@shared/message';

/** The verdict in full: what was found, why nothing can be done here, and how long Windows stays activated where that ends. */
export function verdictSummary(verdict: Verdict, t: Translate): string {
  const { summary, notes = [], daysLeft } = verdict;
  return sentences([
    ...[summary, ...notes].map((message) => translateMessage(t, message)),
    ...(daysLeft === null ? [] : [t('verdicts.daysLeft', { count: daysLeft })]),
  ]);
}

/** How sure a verdict is, in a word for a list or a sentence; null where none was reached. */
export function certaintyOf(
  { code, certainty }: Verdict,
  t: Translate,
  where: 'list' | 'sentence',
): string | null {
  if (code === 'cannot-diagnose') return null;
  return where === 'list'
    ? t(`verdicts.certainty.${certainty}`)
    : t(`report.certainty.${certainty}`);
}

/** The verdict with its headline, in a sentence of its own. */
export const verdictWords = (verdict: Verdict, t: Translate): string =>
  t('cli.text.verdict', {
    title: translateMessage(t, verdict.title),
    summary: verdictSummary(verdict, t),
  });

/** What else was found, each by its name; null where there is nothing. */
export function alsoFoundNames({ alsoFound }: Verdict, t: Translate): string | null {
  if (alsoFound.length === 0) return null;
  return alsoFound.map((code) => t(`verdicts.${code}.name`)).join(t('report.comma'));
}

/** The licence: edition, kind of key, its end and LicenseStatus; null where that could not be read. */
export function licenceWords(activation: Activation, t: Translate): string | null {
  const { edition, channel, partialProductKey, licenseStatus } = activation;
  if (licenseStatus === null) return null;
  const key = partialProductKey ? t('report.keyEnds', { key: partialProductKey }) : null;
  return joined(
    [
      edition && editionName(edition, t),
      channel && t(`channels.${channelOf(channel).class}.name`),
      key,
      licenceStatusWords(licenseStatus, t),
    ],
    t,
  );
}

/** What is there of some parts, one after the other. */
export function joined(parts: readonly (string | null)[], t: Translate): string {
  return parts.filter((part) => part !== null && part !== '').join(t('report.comma'));
}

/** An error code with what it means, and with what is known of it here. */
export function codeWords(code: string, t: Translate, facts: readonly string[] = []): string {
  const entry = explainError(Number(code));
  const meaning = entry === undefined ? [] : [t(errorWords(entry).meaning)];
  const said = sentences([...meaning, ...facts]);
  return said === '' ? code : t('report.codeMeans', { code, meaning: said });
}

/** Another product: its name, the state of its licence and its own last error, with what that means. */
export function otherProductWords(product: OtherProduct, t: Translate): string {
  const state = licenceStatusWords(product.licenseStatus, t);
  const error = errorOfProduct(product);
  return t('report.otherProduct', {
    name: product.name,
    state: error === null ? state : t('report.otherError', { state, error: codeWords(error, t) }),
  });
}

/** The message of a verdict with a title that says whom it is for; null where the cure is here. */
export function messageWords(
  { verdict: { message }, target }: Diagnosis,
  t: Translate,
): (WrittenMessage & { readonly title: string }) | null {
  if (message === null) return null;
  return { ...writeMessage(message, target, t), title: t(`messages.to.${message.for}`) };
}
