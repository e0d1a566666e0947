/**
 * What a fleet believes of lines and reports that something changed on the way: certain is what their own rows carry,
 * and nothing else.
 */
import { inflateRawSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { VERDICT_CODES } from '@shared/catalogue';
import type { ScenarioFile } from '@shared/scenario';
import { packFacts, unpackFacts } from '@engine/facts-line';
import { diagnose } from '@engine/run';
import { Alike } from '../../../electron/fleet/alike';
import { judgeCase } from '../../../electron/fleet/judge';
import { readReportFacts } from '../../../electron/fleet/report-facts';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { jsonReport } from '../../../electron/report/json';
import { ALL_PCS } from '../../scenarios/sick';
import { ANSWERS } from '../../support/script-answers';
import { judged } from '../../support/judged';
import { fakeKey, mutatedJson, type Json } from '../../support/mutations';
import { seeded, type Random } from '../../support/random';
import { FULL } from '../../support/sample';
import { Witness } from '../../support/witness';
import { lineWith } from './files';

/** Lines, and reports. */
const COUNT = FULL ? 10_000 : 300;

/** Sick PCs whose lines and reports are changed. */
const PCS = FULL ? 200 : 12;

interface Told {
  readonly line: string;
  readonly report: ReturnType<typeof jsonReport>;
}

let told: readonly Told[];

beforeAll(async () => {
  const every = Math.ceil(ALL_PCS.size / PCS);
  const some = [...ALL_PCS.values()].filter((_, index) => index % every === 0);
  told = await Promise.all(
    some.map(async (file) => {
      const result = await diagnose(createScenarioComputer(file), { atOnce: true }).result;
      return { line: packFacts(result), report: jsonReport(result.diagnosis, 'en', '1.0.0') };
    }),
  );
}, 300_000);

/** The JSON in a line of a case. */
function caseIn(line: string): Json {
  const packed = Buffer.from(line.replace(/^KMSD1 /, '').replaceAll('.', ''), 'base64url');
  return JSON.parse(inflateRawSync(packed.subarray(0, -4)).toString()) as Json;
}

/** A changed line of either kind. */
function changedLine(random: Random): string {
  const key = fakeKey(random);
  return random.chance(0.5)
    ? lineWith('KMSD1', mutatedJson(caseIn(random.pick(told).line), random, key))
    : lineWith('KMSD2', mutatedJson(ANSWERS, random, key));
}

it('is certain of a line only where its rows carry it', { timeout: 3_600_000 }, async () => {
  const wrong: string[] = [];
  const count = { refused: 0, certain: 0, likely: 0 };
  const { signal } = new AbortController();
  const alike = new Alike();
  const judge = async (file: ScenarioFile, seed: number): Promise<void> => {
    const witness = new Witness();
    const verdict = await judged(witness.listenTo(createScenarioComputer(file)));
    const { facts } = await judgeCase(file, null, { alike, signal });
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
});

it('is certain of no other verdict than a report has', () => {
  const wrong: string[] = [];
  for (const { report } of told) {
    const { verdict } = report;
    for (const code of VERDICT_CODES) {
      if (code === verdict.code) continue;
      const read = readReportFacts({ ...report, verdict: { ...verdict, code } });
      if (!read.ok || read.facts.certainty === 'certain') wrong.push(`${verdict.code}: ${code}`);
    }
  }
  expect(wrong).toEqual([]);
});

/** A report changed in one of its parts, or in what it comes to. */
function changedReport(report: Told['report'], random: Random): unknown {
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

it('is certain of a report only where its checks carry it', { timeout: 3_600_000 }, () => {
  const wrong: string[] = [];
  const count = { refused: 0, certain: 0, likely: 0 };
  for (let seed = 1; seed <= COUNT; seed += 1) {
    const random = seeded(seed);
    const { report } = random.pick(told);
    const read = readReportFacts(changedReport(report, random));
    count[read.ok ? read.facts.certainty : 'refused'] += 1;
    if (!read.ok || read.facts.certainty === 'likely') continue;
    const { code, certainty } = report.verdict;
    if (read.facts.code === code && certainty === 'certain') continue;
    wrong.push(`${seed}: certain of ${read.facts.code}, and was ${certainty} of ${code}`);
  }
  process.stdout.write(`changed reports: ${JSON.stringify({ ...count, wrong: wrong.length })}\n`);
  expect(wrong).toEqual([]);
  expect(count.certain).toBeGreaterThan(COUNT / 10);
});

it('is as certain of a report as that is, where nothing changed it', () => {
  for (const { report } of told) {
    const read = readReportFacts(report);
    expect(read.ok && read.facts.certainty, report.verdict.code).toBe(report.verdict.certainty);
  }
});
