/**
 * Corrupted cases and responses. Each leads to a message that explains the problem, or to a diagnosis that doesn't
 * block the event loop, shows no control characters or product keys, and is certain only of facts that were read.
 */
import { expect, it } from 'vitest';
import { LANGUAGES, translateMessage, translator } from '@shared/i18n';
import { parseScenario } from '@shared/scenario';
import { packFacts, unpackFacts } from '@engine/facts-line';
import { diagnose, type RunResult } from '@engine/run';
import { jsonOutput } from '../../../electron/cli/console';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { htmlReport } from '../../../electron/report/html';
import { jsonReport } from '../../../electron/report/json';
import { nagiosReport } from '../../../electron/report/nagios';
import { prometheusReport } from '../../../electron/report/prometheus';
import { textReport } from '../../../electron/report/text';
import { ticket } from '../../../electron/report/ticket';
import { ALL_PCS } from '../../scenarios/sick';
import { verdictFor } from '../../support/judged';
import {
  fakeKey,
  mutatedJson,
  withFailingQuery,
  withHostileTexts,
  withUnread,
} from '../../support/mutations';
import { seeded } from '../../support/random';
import { isWithinLimit } from '../../support/limits';
import { longestBlock } from '../../support/turns';
import { Witness } from '../../support/witness';

const COUNT = process.env['KMS_DOCTOR_FULL'] === '1' ? 100_000 : 300;

/** Maximum CPU time in milliseconds that may block the event loop. */
const MAX_STALL_LENGTH = 200;

/** Number of times that facts of the same PC are hidden. */
const TIMES_HIDDEN = 2;

const PCS = [...ALL_PCS.values()];

// eslint-disable-next-line no-control-regex -- matches characters that are interpreted instead of shown
const OBEYED = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]/;

/** Markup that can only be in a page if a value was injected. */
const MARKUP = /<script>hit|<img src=x|\son\w+=["']hit|="javascript:/i;

/** Renderers of a run, one for each text format. */
const SHAPES: readonly ((result: RunResult, language: (typeof LANGUAGES)[number]) => string)[] = [
  ({ diagnosis }, language) => textReport(diagnosis, translator(language)),
  ({ diagnosis }, language) => ticket(diagnosis, { language, version: '1.0.0' }),
  ({ diagnosis }, language) => htmlReport(diagnosis, { language, version: '1.0.0' }),
  ({ diagnosis }, language) => jsonOutput(jsonReport(diagnosis, language, '1.0.0')),
  ({ diagnosis }, language) =>
    nagiosReport(diagnosis, { warning: 30, critical: 7 }, translator(language)).text +
    prometheusReport(diagnosis, '1.0.0'),
  (result) => {
    const read = unpackFacts(packFacts(result));
    return read.ok ? jsonOutput(read.file) : `A facts line with ${read.problem.key} undefined`;
  },
];

/** Index of the HTML page among them. */
const PAGE = 2;

/** Returns the faults in one of the texts; each turn checks another one. */
function faultsIn(result: RunResult, turn: number, key: string): string[] {
  const language = LANGUAGES[turn % LANGUAGES.length]!;
  const shape = Math.floor(turn / LANGUAGES.length) % SHAPES.length;
  const text = SHAPES[shape]!(result, language);
  const plain = text.toUpperCase();
  const wrong = [
    plain.includes(key) || plain.includes(key.replaceAll('-', '')) ? 'a product key' : '',
    OBEYED.exec(text)?.[0] ?? '',
    (shape === PAGE && MARKUP.exec(text)?.[0]) || '',
    /\b(?:undefined|NaN)\b|\[object Object\]|\{\{(?!hit)/.exec(text)?.[0] ?? '',
  ];
  return wrong.filter(Boolean).map((what) => {
    const place = Math.max(0, text.indexOf(what) - 60);
    return `text ${shape}: ${JSON.stringify(what)} in ${JSON.stringify(text.slice(place, place + 90))}`;
  });
}

const count = { refused: 0, diagnosed: 0, certain: 0, hidden: 0 };

/** Corrupts a case as the seed determines. @returns the faults in the result */
async function attack(seed: number): Promise<string[]> {
  const random = seeded(seed);
  const key = fakeKey(random);
  const whole = random.pick(PCS);
  const broken = random.chance(0.75) ? mutatedJson(whole, random, key) : whole;
  const parsed = parseScenario(random.chance(0.2) ? withUnread(broken, random) : broken);
  if (!parsed.ok) {
    count.refused += 1;
    const words = parsed.problems.map((problem) => translateMessage(translator('en'), problem));
    return words.some((text) => /[.!]$/.test(text)) ? [] : ['refused without a sentence'];
  }
  const played = createScenarioComputer(parsed.scenario);
  const computer = random.chance(0.3) ? withHostileTexts(played, random, key) : played;
  const witness = new Witness();
  const result = await diagnose(witness.listenTo(computer), { atOnce: true }).result;
  const { verdict } = result.diagnosis;
  count.diagnosed += 1;
  if (verdict.certainty === 'certain') count.certain += 1;
  const wrong = [witness.objection(verdict) ?? ''];
  for (let time = 0; time < TIMES_HIDDEN; time += 1) {
    const { code, certainty } = await verdictFor(withFailingQuery(computer, random, key));
    count.hidden += 1;
    if (certainty === 'likely' || (code === verdict.code && verdict.certainty === 'certain'))
      continue;
    wrong.push(`with less read certain of ${code}, not ${verdict.certainty} of ${verdict.code}`);
  }
  return [...wrong, ...faultsIn(result, seed, key)].filter(Boolean);
}

it('handles any mutation of a case', { timeout: 6 * 3_600_000 }, async () => {
  const violations: string[] = [];
  let stalls = 0;
  for (let seed = 0; seed < COUNT; seed += 1) {
    const before = process.cpuUsage();
    const found = await attack(seed).catch((error: unknown) => [
      `threw ${error instanceof Error ? (error.stack ?? '') : String(error)}`,
    ]);
    violations.push(...found.map((fault) => `${seed}: ${fault}`));
    const { user, system } = process.cpuUsage(before);
    // That's the sum of many turns, and includes compilation at first use.
    if ((user + system) / 1_000 < MAX_STALL_LENGTH) continue;
    const [, longest] = await longestBlock(() => attack(seed).catch(() => undefined));
    if (await isWithinLimit(longest, MAX_STALL_LENGTH)) continue;
    stalls += 1;
    violations.push(`${seed}: nothing else had a turn for ${Math.round(longest)} ms`);
  }
  const wrong = violations.length;
  process.stdout.write(`mutated cases: ${JSON.stringify({ ...count, stalls, wrong })}\n`);
  expect(violations).toEqual([]);
  expect(count.diagnosed).toBeGreaterThan(COUNT / 4);
  expect(count.certain).toBeGreaterThan(COUNT / 5);
});
