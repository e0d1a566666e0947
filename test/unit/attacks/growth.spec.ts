/** What others wrote takes as long as there is of it: four times as much, not sixteen times as long. */
import { deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { unpackFacts } from '@engine/facts-line';
import { indexEntries } from '@engine/journal/lines';
import { fitting, withinLimits } from '@engine/snapshot/fitting';
import { findErrorCode } from '@shared/error-codes';
import { countFactsLines, findFactsLine } from '@shared/facts-line';
import { readHost } from '@shared/host-input';
import { translator } from '@shared/i18n';
import { redact } from '@shared/redaction';
import { SCENARIO_SCHEMA, type ScenarioFile } from '@shared/scenario';
import { inputsInTable, separatorOf } from '../../../electron/fleet/csv';
import { linesOf } from '../../../electron/fleet/text';
import { search } from '../../../electron/services/search';
import { cpuMs } from '../../support/turns';

/** Far from four, which is what is right, and from sixteen: what else the machine does shows in both times. */
const MOST_GROWTH = 8;

/** A time so short is that of the clock, and of what is compiled meanwhile. */
const UNSEEN_MS = 5;

const t = translator('en');

/** Records of a name that no DNS has. */
const odd = (size: number): ScenarioFile => ({
  schema: SCENARIO_SCHEMA,
  dns: {
    resolverCache: Array.from({ length: size }, () => ({ name: 'a b', type: 'CNAME', target: '' })),
  },
});

const lineOf = (json: unknown): string =>
  `KMSD1 ${deflateRawSync(JSON.stringify(json), { level: 9 }).toString('base64url')}`;

async function rowsIn(text: string): Promise<void> {
  const [first = ''] = text.split('\n', 1);
  for await (const _ of inputsInTable(linesOf([text]), separatorOf(first) ?? ',', 'a.csv'));
}

/** What makes work of a size. */
type Work = (size: number) => () => unknown;

/** A reader of texts, what they are full of, and what they end with. */
const reading =
  (read: (text: string) => unknown, unit: string, end = ''): Work =>
  (size) => {
    const text = unit.repeat(Math.ceil(size / unit.length)) + end;
    return () => read(text);
  };

const find = (text: string): unknown => search(text, t);
const facts = (text: string): unknown => [findFactsLine(text), countFactsLines(text, 2)];
const journal = (text: string): unknown => indexEntries([text]);

/** The largest size, in characters or entries. */
const WORKS: readonly (readonly [name: string, size: number, work: Work])[] = [
  ['redacts groups', 800_000, reading(redact, 'ABCDE-')],
  ['redacts escapes', 800_000, reading(redact, 'N\\n')],
  ['redacts backslashes', 800_000, reading(redact, '\\', 'n')],
  ['searches words', 2_000, reading(find, 'kms ')],
  ['searches points', 8_000, reading(find, '.', 'x')],
  ['searches wide points', 4_000, reading(find, '。', 'x')],
  ['finds a code', 40_000, reading(findErrorCode, '0 ', 'x')],
  ['reads a host', 20_000, reading(readHost, ' ', 'x')],
  ['reads a host with a gap', 10_000, (size) => () => readHost(`x${' '.repeat(size)}x`)],
  ['finds facts lines', 800_000, reading(facts, 'KMSD1')],
  ['reads a facts line', 4_096, (size) => () => unpackFacts(lineOf(odd(size)))],
  ['reads a table', 40_000, reading(rowsIn, 'a,b\n')],
  ['reads a table of quotation marks', 20_000, reading(rowsIn, '"\n')],
  ['reads a table of what is no row', 400_000, reading(rowsIn, 'a"",', '"\n')],
  ['reads a row without an end', 40_000, reading(rowsIn, '\n', '"')],
  ['fits a case', 4_096, (size) => () => fitting(withinLimits(odd(size)))],
  [
    'reads a journal',
    1_600_000,
    reading(
      journal,
      '{"type":"entry-opened","entry":"20261122T090000000-0000","sum":"00000000"}\n',
    ),
  ],
  ['reads a line of the journal', 800_000, reading(journal, '{"type":"entry-')],
];

it.each(WORKS)('%s', { retry: 2 }, async (_, size, work) => {
  const [few, all] = [work(size / 4), work(size)];
  // What is compiled at first use is not what is measured.
  await few();
  const [some, most] = [await cpuMs(few), await cpuMs(all)];
  expect(most).toBeLessThan(MOST_GROWTH * some + UNSEEN_MS);
});
