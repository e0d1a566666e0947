/** Processing untrusted input takes linear time: four times the input doesn't take sixteen times as long. */
import { deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { unpackFacts } from '@engine/facts-line';
import { indexEntries } from '@engine/journal/lines';
import { fitToSchema, truncateToLimits } from '@engine/snapshot/fitting';
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

/** Maximum growth in time: well above 4 (linear) and below 16 (quadratic), since machine load affects both times. */
const MAX_GROWTH = 8;

/** Milliseconds that the clock's resolution and compilation may account for. */
const UNSEEN_MS = 5;

const t = translator('en');

/** Creates a scenario with records whose name is invalid in DNS. */
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

/** Creates a task for an input size. */
type Work = (size: number) => () => unknown;

/** Creates tasks that read a text of repeated units with an optional end. */
const reading =
  (read: (text: string) => unknown, unit: string, end = ''): Work =>
  (size) => {
    const text = unit.repeat(Math.ceil(size / unit.length)) + end;
    return () => read(text);
  };

const find = (text: string): unknown => search(text, t);
const facts = (text: string): unknown => [findFactsLine(text), countFactsLines(text, 2)];
const journal = (text: string): unknown => indexEntries([text]);

/** Tasks by name, each with its largest size in characters or entries. */
const WORKS: readonly (readonly [name: string, size: number, work: Work])[] = [
  ['redacts groups', 800_000, reading(redact, 'ABCDE-')],
  ['redacts escapes', 800_000, reading(redact, 'N\\n')],
  ['redacts backslashes', 800_000, reading(redact, '\\', 'n')],
  ['searches for words', 2_000, reading(find, 'kms ')],
  ['searches for periods', 8_000, reading(find, '.', 'x')],
  ['searches for ideographic periods', 4_000, reading(find, '。', 'x')],
  ['finds an error code', 40_000, reading(findErrorCode, '0 ', 'x')],
  ['reads a host', 20_000, reading(readHost, ' ', 'x')],
  ['reads a host with a gap', 10_000, (size) => () => readHost(`x${' '.repeat(size)}x`)],
  ['finds facts lines', 800_000, reading(facts, 'KMSD1')],
  ['reads a facts line', 4_096, (size) => () => unpackFacts(lineOf(odd(size)))],
  ['reads a CSV table', 40_000, reading(rowsIn, 'a,b\n')],
  ['reads a CSV table of quotation marks', 20_000, reading(rowsIn, '"\n')],
  ['reads a CSV table of malformed rows', 400_000, reading(rowsIn, 'a"",', '"\n')],
  ['reads an unterminated CSV row', 40_000, reading(rowsIn, '\n', '"')],
  ['fits a case into its limits', 4_096, (size) => () => fitToSchema(truncateToLimits(odd(size)))],
  [
    'reads a journal',
    1_600_000,
    reading(
      journal,
      '{"type":"entry-opened","entry":"20261122T090000000-0000","sum":"00000000"}\n',
    ),
  ],
  ['reads a journal line', 800_000, reading(journal, '{"type":"entry-')],
];

it.each(WORKS)('%s in linear time', { retry: 2 }, async (_, size, work) => {
  const [few, all] = [work(size / 4), work(size)];
  // Warm up, so that compilation at first use isn't measured.
  await few();
  const [some, most] = [await cpuMs(few), await cpuMs(all)];
  expect(most).toBeLessThan(MAX_GROWTH * some + UNSEEN_MS);
});
