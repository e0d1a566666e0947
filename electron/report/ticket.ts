/** The ticket text: ten lines with the finding, its evidence, the changes made, and the next steps. */
import { LICENSED } from '@shared/kms';
import type { CheckId } from '@shared/catalog';
import { additionalWarnings, type CheckResult, type Diagnosis } from '@shared/diagnosis';
import { describeEvidence } from '@shared/evidence-words';
import { explainLastError } from '@shared/explain-facts';
import {
  translateMessage,
  translateMessages,
  translator,
  type Language,
  type Translate,
} from '@shared/i18n';
import { sentences } from '@shared/message';
import type { JournalEntryView } from '@shared/plan';
import { redact } from '@shared/redaction';
import { utcMinute } from '@shared/utc-time';
import { truncate, escapeText } from '@shared/printable';
import {
  alsoFoundNames,
  certaintyOf,
  codeText,
  joined,
  licenseText,
  messageText,
  osText,
  otherProductWords,
  verdictSummary,
} from './words';

/** Options of {@link ticket}. */
export interface TicketOptions {
  readonly language: Language;
  readonly version: string;
  /** Journal entries of this computer, newest first. */
  readonly done?: readonly JournalEntryView[];
}

/** Maximum line length, to keep the ticket readable. */
const MAX_LINE_LENGTH = 600;

/** Maximum number of changes listed, newest only. */
const MAX_CHANGES = 5;

/** Maximum number of unread checks listed. */
const MAX_UNREAD = 6;

/** Maximum number of evidence items per check that supports the verdict. */
const MAX_EVIDENCE = 2;

/**
 * Returns the ticket of a diagnosis: ten labeled lines with a trailing newline. Product keys are masked and control
 * characters escaped.
 */
export function ticket(
  diagnosis: Diagnosis,
  { language, version, done = [] }: TicketOptions,
): string {
  const t = translator(language);
  const { target, verdict } = diagnosis;
  const licence =
    licenseText(diagnosis.activation, t) ?? whyNotRead(diagnosis, 'licence-status', t);
  const others = diagnosis.otherProducts.map((product) => otherProductWords(product, t));
  const title = translateMessage(t, verdict.title);
  const certainty = certaintyOf(verdict, t, 'sentence');
  const rights = t(target.elevated ? 'report.elevated' : 'report.notElevated');
  const lines = [
    t('report.ticket.verdict', {
      verdict: certainty === null ? title : `${title} (${certainty})`,
    }),
    t('report.ticket.found', { text: verdictSummary(verdict, t) }),
    t('report.ticket.proof', { text: proofOf(diagnosis, t) }),
    t('report.ticket.error', { text: errorOf(diagnosis, t) }),
    t('report.ticket.alsoFound', { text: alsoFoundIn(diagnosis, t) }),
    t('report.ticket.licence', { text: [licence, ...others].join(t('report.semicolon')) }),
    t('report.ticket.done', { text: doneBefore(done, t) }),
    t('report.ticket.left', { text: leftToDo(diagnosis, t) }),
    t('report.ticket.pc', {
      text: joined([target.computer, osText(target), target.domain, rights], t),
    }),
    t('report.ticket.time', {
      time: utcMinute(diagnosis.startedAt),
      ms: Math.round(diagnosis.durationMs),
      version,
    }),
  ];
  return `${lines.map((line) => oneLine(line)).join('\n')}\n`;
}

function oneLine(text: string): string {
  const line = escapeText(redact(text.replace(/\s+/g, ' '))).trim();
  return line.length > MAX_LINE_LENGTH ? `${truncate(line, MAX_LINE_LENGTH - 1)}…` : line;
}

/** The checks that support the verdict with their results; without a verdict, the checks that couldn't be read. */
function proofOf({ verdict, checks }: Diagnosis, t: Translate): string {
  const shown = verdict.because.flatMap((id) => checks.find((check) => check.id === id) ?? []);
  if (shown.length > 0) return sentences(shown.map((check) => proofLine(check, t)));
  const unread = checks.filter(({ status }) => status === 'unknown');
  const names = unread.slice(0, MAX_UNREAD).map(({ id }) => t(`checks.${id}.title`));
  return names.length === 0
    ? t('report.none')
    : t('report.unread', { checks: names.join(t('report.comma')) });
}

function proofLine({ message, evidence }: CheckResult, t: Translate): string {
  const seen = evidence
    // These have their own lines in the ticket.
    .filter(({ kind }) => kind !== 'licensing' && kind !== 'adapter')
    .slice(0, MAX_EVIDENCE)
    .map((one) => {
      const { label, answer } = describeEvidence(one, t);
      return t('report.pair', { asked: label, answer });
    });
  const sentence = translateMessage(t, message);
  return seen.length === 0
    ? sentence
    : t('report.ticket.sentence', { sentence, seen: seen.join(t('report.semicolon')) });
}

/** Other verdicts, and further warnings of the checks. */
function alsoFoundIn({ verdict, checks, activation }: Diagnosis, t: Translate): string {
  const warnings = additionalWarnings(checks, verdict.because).filter(
    ({ id }) =>
      // These have their own lines in the ticket, except that the one about the license doesn't describe an unusual
      // status.
      id !== 'last-activation-error' &&
      (id !== 'licence-status' || activation.licenseStatus === LICENSED),
  );
  const names = alsoFoundNames(verdict, t);
  const said = translateMessages(
    t,
    warnings.map(({ message }) => message),
  );
  return [names ?? '', said].filter(Boolean).join(t('report.semicolon')) || t('report.none');
}

/** The last error with its meaning, and the facts about it on this PC. */
function errorOf(diagnosis: Diagnosis, t: Translate): string {
  const error = explainLastError(diagnosis);
  if (error === null) {
    return diagnosis.activation.lastError === null
      ? whyNotRead(diagnosis, 'last-activation-error', t)
      : t('report.none');
  }
  const facts = error.facts.map((message) => translateMessage(t, message));
  return codeText(error.code, t, facts);
}

/** Why a check has no value: there's nothing to read, as without a product key, or it couldn't be read. */
function whyNotRead({ checks }: Diagnosis, id: CheckId, t: Translate): string {
  const check = checks.find((one) => one.id === id);
  return check === undefined || check.status === 'unknown'
    ? t('report.notRead')
    : translateMessage(t, check.message);
}

function doneBefore(done: readonly JournalEntryView[], t: Translate): string {
  if (done.length === 0) return t('report.nothingDone');
  const shown = done
    .slice(0, MAX_CHANGES)
    .map(({ title, at, state }) => `${title} (${utcMinute(at)}, ${t(`journal.states.${state}`)})`);
  const more = done.length - shown.length;
  return [...shown, ...(more > 0 ? [t('report.moreChanges', { count: more })] : [])].join(
    t('report.semicolon'),
  );
}

function leftToDo(diagnosis: Diagnosis, t: Translate): string {
  const message = messageText(diagnosis, t);
  const fixes = fixesToDo(diagnosis, t);
  if (message === null) return fixes;
  const left = t('report.messageLeft', { title: message.title, subject: message.subject });
  return diagnosis.verdict.fixes.length === 0 ? left : [left, fixes].join(t('report.semicolon'));
}

function fixesToDo({ verdict }: Diagnosis, t: Translate): string {
  if (verdict.code === 'healthy') return t('report.nothingLeft');
  if (verdict.fixes.length === 0) return t('report.noFix');
  const [first, ...others] = verdict.fixes.map((fix) => t(`fixes.${fix}.title`));
  return others.length === 0
    ? t('report.first', { fix: first ?? '' })
    : t('report.firstOr', { fix: first ?? '', others: others.join(t('report.comma')) });
}
