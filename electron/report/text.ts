/** A diagnosis as console text: the verdict, the path as one line of nodes, the nine procedures, and the next steps. */
import type { FixId } from '@shared/catalog';
import { headlineCheck, type Diagnosis, type Status } from '@shared/diagnosis';
import { isFailureCode } from '@shared/error-codes';
import { translateMessage, type Translate } from '@shared/i18n';
import { escapeLine } from '@shared/printable';
import { redact } from '@shared/redaction';
import { bestNode, routeOf, type NodeState } from '@shared/route';
import { fixLines, hasPlaceholder, plainFixCommand } from './commands';
import { columns, indented, padColumns } from './terminal';
import { certaintyOf, messageText, otherProductWords, proceduresOf, verdictSummary } from './words';

const MARKS: Readonly<Record<Status, string>> = {
  pass: '√',
  warn: '!',
  fail: '×',
  unknown: '?',
  'not-applicable': '–',
};

const HOP_MARKS: Readonly<Record<NodeState, string>> = {
  ...MARKS,
  pending: '·',
  running: '·',
  'not-reached': '·',
};

/** Commands that a report recommends. */
export interface ReportCommands {
  /** Runs the whole treatment; null if the PC can't be treated from here. */
  readonly repair: string | null;
  readonly fix: (id: FixId) => string;
  /** Prints the PC's facts line; null if the diagnosis came from one. */
  readonly line: string | null;
  /** Diagnoses a domain given by the user; null if a domain is known, or only Windows could determine it. */
  readonly inDomain: string | null;
}

/**
 * Returns a diagnosis as text with a trailing newline and without terminal control characters.
 *
 * @param commands commands for this PC; by default, generic ones
 */
export function textReport(
  diagnosis: Diagnosis,
  t: Translate,
  commands: ReportCommands = plainCommands(diagnosis),
): string {
  const { verdict, activation } = diagnosis;
  const lines = headLines(diagnosis, t);
  if (activation.lastError !== null && isFailureCode(Number(activation.lastError))) {
    lines.push(t('cli.text.lastError', { error: activation.lastError }));
  }
  if (verdict.alsoFound.length > 0) {
    const codes = verdict.alsoFound.map((code) => `${t(`verdicts.${code}.name`)} (${code})`);
    lines.push(t('cli.text.alsoFound', { codes: codes.join(t('report.comma')) }));
  }
  if (diagnosis.otherProducts.length > 0) {
    lines.push('', t('window.otherProducts'));
    lines.push(...diagnosis.otherProducts.map((product) => `  ${otherProductWords(product, t)}`));
  }
  lines.push('', routeLine(diagnosis, t), '');
  const procedures = proceduresOf(diagnosis).map(({ id, status, checks }) => {
    const finding = headlineCheck(id, checks, verdict.because);
    return { id, status, word: t(`status.${status}`), finding };
  });
  const width = Math.max(...procedures.map(({ word }) => columns(word))) + 2;
  for (const { id, status, word, finding } of procedures) {
    lines.push(`${MARKS[status]} ${padColumns(word, width)} ${t(`procedures.${id}.title`)}`);
    if (finding !== undefined)
      lines.push(`${' '.repeat(width + 3)}${translateMessage(t, finding.message)}`);
  }
  lines.push('');
  const message = messageText(diagnosis, t);
  if (message !== null) {
    const subject = t('messages.subject', { subject: message.subject });
    lines.push(message.title, ...indented(`${subject}\n\n${message.text}`), '');
  }
  const { kind, computer } = diagnosis.target;
  if (verdict.fixes.length > 0) {
    if (kind === 'facts') lines.push(t('facts.there', { computer }), '');
    lines.push(...nextLines(verdict.fixes, commands, t));
  } else if (verdict.code !== 'healthy' && message === null) {
    if (commands.inDomain === null) lines.push(t('cli.text.noFix'));
    else lines.push(t('cli.text.inDomain'), `    ${commands.inDomain}`, t('cli.text.fillIn'));
  }
  if (verdict.code !== 'healthy' && commands.line !== null) {
    if (lines.at(-1) !== '') lines.push('');
    lines.push(t('facts.print'), `    ${commands.line}`);
  }
  return `${lines.map((line) => escapeLine(redact(line)).trimEnd()).join('\n')}\n`;
}

/** The computer and its verdict. */
export function headLines({ target, verdict, startedAt }: Diagnosis, t: Translate): string[] {
  const { computer, os, domain, kind } = target;
  const title = translateMessage(t, verdict.title);
  const certainty = certaintyOf(verdict, t, 'list');
  const sources: Partial<Record<typeof kind, string>> = {
    facts: t('cli.text.facts', { at: startedAt }),
    scenario: t('cli.text.simulated'),
  };
  return [
    [computer, os, domain, sources[kind]].filter(Boolean).join(' · '),
    '',
    certainty === null ? title : `${title}  [${certainty}]`,
    verdictSummary(verdict, t),
  ];
}

const plainCommands = ({ target: { roles } }: Diagnosis): ReportCommands => ({
  repair: null,
  line: null,
  inDomain: null,
  fix: (id) => plainFixCommand(id, roles.includes('kms-host')),
});

/** The next steps. */
function nextLines(
  fixes: readonly FixId[],
  commands: ReportCommands,
  t: Translate,
): readonly string[] {
  return [
    ...(commands.repair === null
      ? [t('cli.text.next')]
      : [t('cli.text.repair'), `    ${commands.repair}`, t('cli.text.single')]),
    ...fixLines(fixes, commands.fix, t).map((line) => `  ${line}`),
    ...(fixes.some((fix) => hasPlaceholder(commands.fix(fix))) ? [t('cli.text.fillIn')] : []),
  ];
}

/** The path as one line, with the best node of each station. */
function routeLine({ checks, target }: Diagnosis, t: Translate): string {
  const { columns } = routeOf(checks, target);
  return columns
    .flatMap(({ nodes }) => {
      const node = bestNode(nodes);
      if (node === undefined) return [];
      const name = typeof node.name === 'string' ? node.name : translateMessage(t, node.name);
      const more = nodes.length > 1 ? ` +${nodes.length - 1}` : '';
      const ms = node.ms === null ? '' : ` ${Math.round(node.ms)} ms`;
      return [`${HOP_MARKS[node.state]} ${name}${more}${ms}`];
    })
    .join('  →  ');
}
