/** A diagnosis for reading on a console: verdict, the way as a line of hops, nine procedures, what to do next. */
import { PROCEDURE_IDS } from '@shared/catalogue';
import {
  tellingCheck,
  worstStatus,
  type CheckResult,
  type Diagnosis,
  type Status,
} from '@shared/diagnosis';
import { isFailureCode } from '@shared/error-codes';
import { say, type Translate } from '@shared/i18n';
import { inline } from '@shared/printable';
import { redact } from '@shared/redaction';
import { routeOf, type Hop, type HopState } from '@shared/route';
import { columns, padded } from './terminal';
import { verdictSummary } from './words';

const MARKS: Readonly<Record<Status, string>> = {
  pass: '√',
  warn: '!',
  fail: '×',
  unknown: '?',
  'not-applicable': '–',
};

const HOP_MARKS: Readonly<Record<HopState, string>> = {
  pass: '√',
  warn: '!',
  fail: '×',
  unknown: '?',
  'not-applicable': '–',
  waiting: '·',
  checking: '·',
  'not-reached': '·',
};

/** The text of a diagnosis, ending with a line end; without anything that a terminal would obey. */
export function textReport(diagnosis: Diagnosis, t: Translate): string {
  const { target, verdict, activation } = diagnosis;
  const lines = [
    [
      target.computer,
      target.os,
      target.domain ?? '',
      target.kind === 'scenario' ? t('cli.text.simulated') : '',
    ]
      .filter((part) => part !== '')
      .join(' · '),
    '',
    `${say(t, verdict.title)}  [${t(`verdicts.certainty.${verdict.certainty}`)}]`,
    verdictSummary(verdict, t),
  ];
  if (activation.lastError !== null && isFailureCode(Number(activation.lastError))) {
    lines.push(t('cli.text.lastError', { error: activation.lastError }));
  }
  if (verdict.alsoFound.length > 0) {
    const codes = verdict.alsoFound.map((code) => `${t(`verdicts.${code}.name`)} (${code})`);
    lines.push(t('cli.text.alsoFound', { codes: codes.join(t('report.comma')) }));
  }
  lines.push('', routeLine(diagnosis, t), '');
  const statuses = PROCEDURE_IDS.map((id) => t(`status.${lightOf(diagnosis, id).status}`));
  const width = Math.max(...statuses.map((word) => columns(word))) + 2;
  for (const id of PROCEDURE_IDS) {
    const { status, finding } = lightOf(diagnosis, id);
    lines.push(
      `${MARKS[status]} ${padded(t(`status.${status}`), width)} ${t(`procedures.${id}.title`)}`,
    );
    if (finding !== undefined) lines.push(`${' '.repeat(width + 3)}${say(t, finding.message)}`);
  }
  lines.push('');
  if (verdict.fixes.length > 0) {
    lines.push(t('cli.text.next'));
    for (const fix of verdict.fixes) {
      lines.push(`  kms-doctor fix ${padded(fix, 26)} ${t(`fixes.${fix}.title`)}`);
    }
  } else if (verdict.code !== 'healthy') {
    lines.push(t('cli.text.noFix'));
  }
  return `${lines.map((line) => inline(redact(line)).trimEnd()).join('\n')}\n`;
}

/** A procedure's light and the check that speaks for it. */
function lightOf(
  { checks, verdict }: Diagnosis,
  id: (typeof PROCEDURE_IDS)[number],
): { readonly status: Status; readonly finding: CheckResult | undefined } {
  const own = checks.filter(({ procedure }) => procedure === id);
  return {
    status: worstStatus(own.map((check) => check.status)),
    finding: tellingCheck(id, own, verdict.because),
  };
}

/** The way as one line: one hop a station, the best of it. */
function routeLine({ checks, target }: Diagnosis, t: Translate): string {
  const { columns } = routeOf(checks, target);
  const best = (hops: readonly Hop[]): Hop | undefined =>
    [...hops].sort((a, b) => stationRank(a.state) - stationRank(b.state))[0];
  return columns
    .flatMap(({ hops }) => {
      const hop = best(hops);
      if (hop === undefined) return [];
      const name = typeof hop.name === 'string' ? hop.name : say(t, hop.name);
      const more = hops.length > 1 ? ` +${hops.length - 1}` : '';
      const ms = hop.ms === null ? '' : ` ${Math.round(hop.ms)} ms`;
      return [`${HOP_MARKS[hop.state]} ${name}${more}${ms}`];
    })
    .join('  →  ');
}

function stationRank(state: HopState): number {
  return [
    'pass',
    'warn',
    'fail',
    'unknown',
    'checking',
    'waiting',
    'not-reached',
    'not-applicable',
  ].indexOf(state);
}
