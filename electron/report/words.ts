/** Sentences shared by all report formats. */
import { writeMessage, type WrittenMessage } from '@shared/admin-message';
import { channelOf } from '@shared/channels';
import { PROCEDURE_IDS } from '@shared/catalog';
import {
  worstStatus,
  type Activation,
  type Diagnosis,
  type OtherProduct,
  type TargetInfo,
  type Verdict,
} from '@shared/diagnosis';
import { editionName } from '@shared/edition-names';
import { explainError } from '@shared/error-codes';
import { errorWords } from '@shared/error-codes/words';
import { translateMessage, type Translate } from '@shared/i18n';
import { errorOfProduct, licenseStatusText } from '@shared/license-words';
import { sentences } from '@shared/message';

/** The procedures, each with the results of its checks and the worst of their statuses. */
export const proceduresOf = ({ checks: all }: Diagnosis) =>
  PROCEDURE_IDS.map((id) => {
    const checks = all.filter(({ procedure }) => procedure === id);
    return { id, status: worstStatus(checks.map(({ status }) => status)), checks };
  });

/** The full verdict: the finding, why nothing can be done here, and the days left of the activation if it ends. */
export function verdictSummary(verdict: Verdict, t: Translate): string {
  const { summary, notes = [], daysLeft } = verdict;
  return sentences([
    ...[summary, ...notes].map((message) => translateMessage(t, message)),
    ...(daysLeft === null ? [] : [t('verdicts.daysLeft', { count: daysLeft })]),
  ]);
}

/** The certainty of a verdict, worded for a list or a sentence; null if there is no verdict. */
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

/** The verdict with its title, as a sentence. */
export const verdictText = (verdict: Verdict, t: Translate): string =>
  t('cli.text.verdict', {
    title: translateMessage(t, verdict.title),
    summary: verdictSummary(verdict, t),
  });

/** The names of other verdicts found; null if there are none. */
export function alsoFoundNames({ alsoFound }: Verdict, t: Translate): string | null {
  if (alsoFound.length === 0) return null;
  return alsoFound.map((code) => t(`verdicts.${code}.name`)).join(t('report.comma'));
}

/** The license: edition, key type, partial product key and LicenseStatus; null if it couldn't be read. */
export function licenseText(activation: Activation, t: Translate): string | null {
  const { edition, channel, partialProductKey, licenseStatus } = activation;
  if (licenseStatus === null) return null;
  const key = partialProductKey ? t('report.keyEnds', { key: partialProductKey }) : null;
  return joined(
    [
      edition && editionName(edition, t),
      channel && t(`channels.${channelOf(channel).class}.name`),
      key,
      licenseStatusText(licenseStatus, t),
    ],
    t,
  );
}

/** The name of an operating system, with its build if it has one. */
export const osText = ({ os, build }: TargetInfo): string =>
  build === null ? os : `${os} (${build})`;

/** Joins the parts that are present. */
export function joined(parts: readonly (string | null)[], t: Translate): string {
  return parts.filter((part) => part !== null && part !== '').join(t('report.comma'));
}

/** An error code with its meaning, and known facts about it. */
export function codeText(code: string, t: Translate, facts: readonly string[] = []): string {
  const entry = explainError(Number(code));
  const meaning = entry === undefined ? [] : [t(errorWords(entry).meaning)];
  const said = sentences([...meaning, ...facts]);
  return said === '' ? code : t('report.codeMeans', { code, meaning: said });
}

/** Another product: its name, license status and last error, with the error's meaning. */
export function otherProductWords(product: OtherProduct, t: Translate): string {
  const state = licenseStatusText(product.licenseStatus, t);
  const error = errorOfProduct(product);
  return t('report.otherProduct', {
    name: product.name,
    state: error === null ? state : t('report.otherError', { state, error: codeText(error, t) }),
  });
}

/** The handover message of a verdict, with a title that names its recipient; null if the cure is on this PC. */
export function messageText(
  { verdict: { message }, target }: Diagnosis,
  t: Translate,
): (WrittenMessage & { readonly title: string }) | null {
  if (message === null) return null;
  return { ...writeMessage(message, target, t), title: t(`messages.to.${message.for}`) };
}
