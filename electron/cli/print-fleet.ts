/** A fleet report as console text, at most 80 columns wide. The largest group comes first. */
import type { FleetGroup, FleetReport } from '@shared/fleet';
import { cureSentence, fleetSentence, groupTitle, describeReach } from '@shared/fleet-words';
import { translator, type Language, type Translate } from '@shared/i18n';
import type { Fleet } from '../fleet/fleet';
import { columns } from '../report/terminal';

/** Console width in columns. */
const WIDTH = 80;
/** Width of a bar in columns. */
const BAR = 12;
const INDENT = '    ';
/** Length of the date part of an ISO timestamp. */
const DATE = 10;
/** Maximum number of names shown. */
const FEW = 5;
/** Maximum number of unreadable entries shown; `--json` has all of them. */
const MAX_UNREADABLE = 20;
/**
 * Matches an unbreakable unit: a word or a Chinese character, with any punctuation that must not start a line. A word
 * longer than a line is broken at the line's end.
 */
const PART = / *(?:[\u2e80-\uffef]|[^\s\u2e80-\uffef]+)[，。；：、！？」』）…]*/g;

/** The lines of a fleet report. */
export function fleetLines({ report, ending }: Fleet, language: Language): readonly string[] {
  const t = translator(language);
  const { computers, healthy, duplicates, groups, unreadable } = report;
  const widest = groups[0]?.count ?? 0;
  const named = (heading: string, names: readonly string[], count: number) => [
    heading,
    `${INDENT}${few(names, count, t)}`,
  ];
  const rest = [
    ...report.expiring.flatMap(({ days, count }) =>
      named(
        t('fleet.cli.expiring', { span: t(`fleet.page.within${days}`), count }),
        ending
          .filter((one) => one.days === days)
          .slice(0, FEW)
          .map(({ name, endsAt }) => `${name} (${endsAt.slice(0, DATE)})`),
        count,
      ),
    ),
    ...report.sameClientId.flatMap(({ clientMachineId: id, count, computers: names }) =>
      named(t('fleet.cli.sameClientId', { id, count }), names, count),
    ),
    ...report.notReached.flatMap(({ outcome, count, computers: names }) =>
      named(t('fleet.cli.notReached', { outcome: describeReach(outcome, t), count }), names, count),
    ),
  ];
  const read = [
    t('fleet.cli.computers', { count: computers, healthy, sick: computers - healthy }),
    ...(duplicates === 0 ? [] : [t('fleet.cli.duplicates', { count: duplicates })]),
  ];
  return [
    fleetSentence(report, t),
    ...read,
    ...groups.flatMap((group) => ['', ...groupLines(group, widest, t)]),
    ...(rest.length === 0 ? [] : ['', ...rest]),
    ...(unreadable.length === 0 ? [] : ['', ...unreadableLines(unreadable, t)]),
  ].flatMap(wrapped);
}

function groupLines(group: FleetGroup, widest: number, t: Translate): string[] {
  const { count, computers, cure } = group;
  const full = Math.max(1, Math.round((count / widest) * BAR));
  const bar = '#'.repeat(full) + '.'.repeat(BAR - full);
  return [
    `${bar} ${String(count).padStart(6)}  ${groupTitle(group, t)}`,
    `${INDENT}${cureSentence(cure, t)}`,
    `${INDENT}${few(computers, count, t)}`,
  ];
}

/** The first few names of a list, and the number of remaining ones. */
function few(names: readonly string[], count: number, t: Translate): string {
  const shown = names.slice(0, FEW);
  const more = count - shown.length;
  return [...shown, ...(more > 0 ? [t('fleet.cli.more', { count: more })] : [])].join(
    t('report.comma'),
  );
}

function unreadableLines(unreadable: FleetReport['unreadable'], t: Translate): string[] {
  const more = unreadable.length - MAX_UNREADABLE;
  return [
    t('fleet.cli.unreadable', { count: unreadable.length }),
    ...unreadable
      .slice(0, MAX_UNREADABLE)
      .flatMap(({ file, line, problem }) => [
        line === null ? `  ${file}` : `  ${t('fleet.cli.where', { file, line })}`,
        `${INDENT}${problem}`,
      ]),
    ...(more > 0 ? [`  ${t('fleet.cli.more', { count: more })}`] : []),
  ];
}

/** Wraps a line. Continuation lines are indented as far as the first line, or as the text after its bar. */
function wrapped(line: string): string[] {
  const head = /^(?:[#.]+ +\d+)? */.exec(line)?.[0] ?? '';
  const indent = ' '.repeat(head.length);
  const lines: string[] = [];
  let current = head;
  let isEmpty = true;
  for (const part of line.slice(head.length).match(PART) ?? []) {
    let rest = isEmpty ? part.trimStart() : part;
    if (!isEmpty && columns(current + rest) > WIDTH) {
      lines.push(current);
      current = indent;
      rest = rest.trimStart();
    }
    for (; columns(current + rest) > WIDTH; current = indent) {
      // Keep the last characters of the word together with its punctuation.
      const room = Math.min(WIDTH - columns(current), rest.length - 3);
      lines.push(current + rest.slice(0, room));
      rest = rest.slice(room);
    }
    current += rest;
    isEmpty = false;
  }
  return [...lines, current];
}
