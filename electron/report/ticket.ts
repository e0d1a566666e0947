/** The text for the ticket: ten lines that say what was found, how it is known, what was done and what is left. */
import type { CheckId } from '@shared/catalogue';
import { warningsBeside, type CheckResult, type Diagnosis } from '@shared/diagnosis';
import { evidenceWords } from '@shared/evidence-words';
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
import { beginning, printable } from '@shared/printable';
import {
  alsoFoundNames,
  certaintyOf,
  codeWords,
  joined,
  licenceWords,
  messageWords,
  otherProductWords,
  verdictSummary,
} from './words';

/** How a ticket is written. */
export interface TicketOptions {
  readonly language: Language;
  readonly version: string;
  /** Lines of the journal of this computer, newest first. */
  readonly done?: readonly JournalEntryView[];
}

/** Longest line; what is longer is nobody's reading. */
const LONGEST_LINE = 600;

/** Changes that are named; the newest ones. */
const MOST_CHANGES = 5;

/** Checks that are named as unread. */
const MOST_UNREAD = 6;

/** Pieces of evidence that are named for each check that the verdict rests on. */
const MOST_EVIDENCE = 2;

/**
 * The ticket of a diagnosis: ten lines, each with its name before it, ending with a line end. It holds no whole
 * product key and no control characters.
 */
export function ticket(
  diagnosis: Diagnosis,
  { language, version, done = [] }: TicketOptions,
): string {
  const t = translator(language);
  const { target, verdict } = diagnosis;
  const licence =
    licenceWords(diagnosis.activation, t) ?? whyNotRead(diagnosis, 'licence-status', t);
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
    t('report.ticket.pc', { text: joined([...computerOf(diagnosis), rights], t) }),
    t('report.ticket.time', {
      time: utcMinute(diagnosis.startedAt),
      ms: Math.round(diagnosis.durationMs),
      version,
    }),
  ];
  return `${lines.map((line) => oneLine(line)).join('\n')}\n`;
}

function oneLine(text: string): string {
  const line = printable(redact(text.replace(/\s+/g, ' '))).trim();
  return line.length > LONGEST_LINE ? `${beginning(line, LONGEST_LINE - 1)}…` : line;
}

/** The checks that the verdict rests on, each with what came back; without a verdict, what could not be read. */
function proofOf({ verdict, checks }: Diagnosis, t: Translate): string {
  const shown = verdict.because.flatMap((id) => checks.find((check) => check.id === id) ?? []);
  if (shown.length > 0) return sentences(shown.map((check) => proofLine(check, t)));
  const unread = checks.filter(({ status }) => status === 'unknown');
  const names = unread.slice(0, MOST_UNREAD).map(({ id }) => t(`checks.${id}.title`));
  return names.length === 0
    ? t('report.none')
    : t('report.unread', { checks: names.join(t('report.comma')) });
}

function proofLine({ message, evidence }: CheckResult, t: Translate): string {
  const seen = evidence
    // The ticket has lines of its own for these.
    .filter(({ kind }) => kind !== 'licensing' && kind !== 'adapter')
    .slice(0, MOST_EVIDENCE)
    .map((one) => {
      const { label, answer } = evidenceWords(one, t);
      return t('report.pair', { asked: label, answer });
    });
  const sentence = translateMessage(t, message);
  return seen.length === 0
    ? sentence
    : t('report.ticket.sentence', { sentence, seen: seen.join(t('report.semicolon')) });
}

/** Second causes by their names, and what the checks warn of besides. */
function alsoFoundIn({ verdict, checks, activation }: Diagnosis, t: Translate): string {
  const warnings = warningsBeside(checks, verdict.because).filter(
    ({ id }) =>
      // The ticket has lines of its own for these, which say nothing of a license that is odd.
      id !== 'last-activation-error' && (id !== 'licence-status' || activation.licenseStatus === 1),
  );
  const names = alsoFoundNames(verdict, t);
  const said = translateMessages(
    t,
    warnings.map(({ message }) => message),
  );
  return [names ?? '', said].filter(Boolean).join(t('report.semicolon')) || t('report.none');
}

/** The last error with its meaning and what this PC's facts say about it. */
function errorOf(diagnosis: Diagnosis, t: Translate): string {
  const error = explainLastError(diagnosis);
  if (error === null) {
    return diagnosis.activation.lastError === null
      ? whyNotRead(diagnosis, 'last-activation-error', t)
      : t('report.none');
  }
  const facts = error.facts.map((message) => translateMessage(t, message));
  return codeWords(error.code, t, facts);
}

/** Why a check has nothing to tell: there is nothing to read, as without a key, or it could not be read. */
function whyNotRead({ checks }: Diagnosis, id: CheckId, t: Translate): string {
  const check = checks.find((one) => one.id === id);
  return check === undefined || check.status === 'unknown'
    ? t('report.notRead')
    : translateMessage(t, check.message);
}

function doneBefore(done: readonly JournalEntryView[], t: Translate): string {
  if (done.length === 0) return t('report.nothingDone');
  const shown = done
    .slice(0, MOST_CHANGES)
    .map(({ title, at, state }) => `${title} (${utcMinute(at)}, ${t(`journal.states.${state}`)})`);
  const more = done.length - shown.length;
  return [...shown, ...(more > 0 ? [t('report.moreChanges', { count: more })] : [])].join(
    t('report.semicolon'),
  );
}

function leftToDo(diagnosis: Diagnosis, t: Translate): string {
  const message = messageWords(diagnosis, t);
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

function computerOf({ target }: Diagnosis): (string | null)[] {
  const { computer, os, build, domain } = target;
  return [computer, build === null ? os : `${os} (${build})`, domain];
}
