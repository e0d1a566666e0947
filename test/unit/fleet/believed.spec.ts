/**
 * How far a fleet trusts facts lines and reports that were changed in transit: a verdict is certain only if their own
 * rows support it.
 */
import { inflateRawSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { VERDICT_CODES } from '@shared/catalog';
import type { ScenarioFile } from '@shared/scenario';
import { packFacts, unpackFacts } from '@engine/facts-line';
import { diagnose } from '@engine/run';
import { CaseResultCache } from '../../../electron/fleet/case-result-cache';
import { judgeCase } from '../../../electron/fleet/judge';
import { readReportFacts } from '../../../electron/fleet/report-facts';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { jsonReport } from '../../../electron/report/json';
import { ALL_PCS } from '../../scenarios/sick';
import { ANSWERS } from '../../support/script-answers';
import { verdictFor } from '../../support/judged';
import { fakeKey, mutatedJson, type Json } from '../../support/mutations';
import { seeded, type Random } from '../../support/random';
import { FULL } from '../../support/sample';
import { Witness } from '../../support/witness';
import { lineWith } from './files';

/** Number of changed lines, and of changed reports. */
const COUNT = FULL ? 10_000 : 300;

/** Number of unhealthy PCs whose lines and reports are changed. */
const PCS = FULL ? 200 : 12;

interface Output {
  readonly line: string;
  readonly report: ReturnType<typeof jsonReport>;
}

let outputs: readonly Output[];

beforeAll(async () => {
  const every = Math.ceil(ALL_PCS.size / PCS);
  const some = [...ALL_PCS.values()].filter((_, index) => index % every === 0);
  outputs = await Promise.all(
    some.map(async (file) => {
      const result = await diagnose(createScenarioComputer(file), { atOnce: true }).result;
      return { line: packFacts(result), report: jsonReport(result.diagnosis, 'en', '1.0.0') };
    }),
  );
}, 300_000);

/** Returns the JSON in the facts line of a case. */
function caseIn(line: string): Json {
  const packed = Buffer.from(line.replace(/^KMSD1 /, '').replaceAll('.', ''), 'base64url');
  return JSON.parse(inflateRawSync(packed.subarray(0, -4)).toString()) as Json;
}

/** Returns a changed facts line of either kind. */
function changedLine(random: Random): string {
  const key = fakeKey(random);
  return random.chance(0.5)
    ? lineWith('KMSD1', mutatedJson(caseIn(random.pick(outputs).line), random, key))
    : lineWith('KMSD2', mutatedJson(ANSWERS, random, key));
}

it(
  'a changed line gives a certain verdict only if its rows support it',
  { timeout: 3_600_000 },
  async () => {
    const wrong: string[] = [];
    const count = { refused: 0, certain: 0, likely: 0 };
    const { signal } = new AbortController();
    const alike = new CaseResultCache();
    const judge = async (file: ScenarioFile, seed: number): Promise<void> => {
      const witness = new Witness();
      const verdict = await verdictFor(witness.listenTo(createScenarioComputer(file)));
      const facts = await judgeCase(file, null, { alike, signal });
      count[facts.certainty] += 1;
      const [said, own] = [facts, verdict].map(({ code, certainty }) => `${certainty} ${code}`);
      if (said !== own) wrong.push(`${seed}: ${said}, and by itself ${own}`);
      const objection = witness.objection(facts);
      if (objection !== null) wrong.push(`${seed}: ${objection}`);
    };
    for (let seed = 1; seed <= COUNT; seed += 1) {
      const read = unpackFacts(changedLine(seeded(seed)));
      if (read.ok) await judge(read.file, seed);
      else count.refused += 1;
    }
    process.stdout.write(`changed lines: ${JSON.stringify({ ...count, wrong: wrong.length })}\n`);
    expect(wrong).toEqual([]);
    expect(count.certain).toBeGreaterThan(COUNT / 20);
  },
);

it('a report with a replaced verdict is accepted but never certain', () => {
  const wrong: string[] = [];
  for (const { report } of outputs) {
    const { verdict } = report;
    for (const code of VERDICT_CODES) {
      if (code === verdict.code) continue;
      const read = readReportFacts({ ...report, verdict: { ...verdict, code } });
      if ('invalid' in read || read.facts.certainty === 'certain')
        wrong.push(`${verdict.code}: ${code}`);
    }
  }
  expect(wrong).toEqual([]);
});

/** Returns a report with a changed verdict or a change in any part. */
function changedReport(report: Output['report'], random: Random): unknown {
  const key = fakeKey(random);
  const { verdict } = report;
  switch (random.below(3)) {
    case 0:
      return { ...report, verdict: mutatedJson(verdict, random, key) };
    case 1:
      return { ...report, verdict: { ...verdict, because: [], certainty: 'certain' } };
    default:
      return mutatedJson(report, random, key);
  }
}

it(
  'a changed report gives a certain verdict only if its checks support it',
  { timeout: 3_600_000 },
  () => {
    const wrong: string[] = [];
    const count = { refused: 0, certain: 0, likely: 0 };
    for (let seed = 1; seed <= COUNT; seed += 1) {
      const random = seeded(seed);
      const { report } = random.pick(outputs);
      const read = readReportFacts(changedReport(report, random));
      count['invalid' in read ? 'refused' : read.facts.certainty] += 1;
      if ('invalid' in read || read.facts.certainty === 'likely') continue;
      const { code, certainty } = report.verdict;
      if (read.facts.code === code && certainty === 'certain') continue;
      wrong.push(`${seed}: certain of ${read.facts.code}, and was ${certainty} of ${code}`);
    }
    process.stdout.write(`changed reports: ${JSON.stringify({ ...count, wrong: wrong.length })}\n`);
    expect(wrong).toEqual([]);
    expect(count.certain).toBeGreaterThan(COUNT / 10);
  },
);

it('an unchanged report keeps its certainty', () => {
  for (const { report } of outputs) {
    const read = readReportFacts(report);
    expect('facts' in read && read.facts.certainty, report.verdict.code).toBe(
      report.verdict.certainty,
    );
  }
});
