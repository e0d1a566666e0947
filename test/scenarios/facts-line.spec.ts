/** Facts lines of every PC that the tests know: what they say is what the PC itself said. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { packFacts, unpackFacts } from '@engine/facts-line';
import { diagnose, type RunResult } from '@engine/run';
import { MAX_FACTS_LINE } from '@shared/facts-line';
import { redact } from '@shared/redaction';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { EXPECTED, readCase } from './cases';

/** Scenarios in a folder of the tests, by their paths. */
function casesIn(folder: string): [string, ScenarioFile][] {
  const at = path.join(import.meta.dirname, '..', folder);
  return readdirSync(at).flatMap((name): [string, ScenarioFile][] => {
    const parsed = parseScenario(JSON.parse(readFileSync(path.join(at, name), 'utf8')));
    return parsed.ok ? [[`${folder}/${name}`, parsed.scenario]] : [];
  });
}

const ALL: readonly (readonly [string, ScenarioFile])[] = [
  ...Object.keys(EXPECTED).map((name): [string, ScenarioFile] => [name, readCase(name)]),
  ...casesIn('data/field'),
  ...casesIn('golden/1.0.0/cases'),
];

const diagnosed = (file: ScenarioFile): Promise<RunResult> =>
  diagnose(createScenarioComputer(file)).result;

const said = ({ diagnosis: { verdict, target } }: RunResult): string =>
  JSON.stringify([target.computer, verdict.code, verdict.certainty, verdict.about]);

it('says what the PC said, of every PC', { timeout: 240_000 }, async () => {
  const others: string[] = [];
  const lengths: number[] = [];
  for (const [name, file] of ALL) {
    const result = await diagnosed(file);
    const line = packFacts(result);
    lengths.push(line.length);
    expect(redact(line)).toBe(line);
    expect(line.length).toBeLessThanOrEqual(MAX_FACTS_LINE);
    const unpacked = unpackFacts(line);
    if (!unpacked.ok) throw new Error(`${name}: ${JSON.stringify(unpacked.problem)}`);
    expect(unpacked.file.leftOut ?? []).toEqual(file.leftOut ?? []);
    const again = said(await diagnosed(unpacked.file));
    if (again !== said(result)) others.push(`${name}: ${said(result)} -> ${again}`);
  }
  expect(others).toEqual([]);
  lengths.sort((one, other) => one - other);
  const median = lengths[Math.floor(lengths.length / 2)];
  console.log(
    `${lengths.length} facts lines whole, ${lengths[0]} to ${lengths.at(-1)} characters, median ${median}`,
  );
});
