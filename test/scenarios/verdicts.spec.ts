import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROCEDURE_IDS, VERDICTS } from '@shared/catalogue';
import { worstStatus, type Diagnosis } from '@shared/diagnosis';
import { LANGUAGES } from '@shared/i18n';
import { reportSchema } from '@shared/report';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { jsonReport } from '../../electron/report/json';
import { computerOf, EXPECTED, readCase } from './cases';

const names = Object.keys(EXPECTED);

async function diagnosisOf(name: string): Promise<Diagnosis> {
  return (await diagnose(computerOf(name)).result).diagnosis;
}

const lights = ({ checks }: Diagnosis): string =>
  PROCEDURE_IDS.map((id) =>
    worstStatus(checks.filter(({ procedure }) => procedure === id).map(({ status }) => status)),
  ).join(' ');

describe('scenario files', () => {
  it('are all expected, and every expected one is there', () => {
    const files = readdirSync(import.meta.dirname, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) =>
        readdirSync(path.join(import.meta.dirname, name)).map(
          (file) => `${name}/${file.replace(/\.json$/, '')}`,
        ),
      );
    expect(files.sort()).toEqual([...names].sort());
  });

  it('hold every verdict of the contract at least twice', () => {
    for (const { code } of VERDICTS) {
      const count = Object.values(EXPECTED).filter((expected) => expected.code === code).length;
      expect(count, code).toBeGreaterThanOrEqual(2);
    }
  });
});

describe.each(names)('%s', (name) => {
  const expected = EXPECTED[name];

  it('gets the verdict that the contract gives it', async () => {
    const { verdict } = await diagnosisOf(name);
    expect(
      { code: verdict.code, certainty: verdict.certainty, alsoFound: verdict.alsoFound },
      expected?.why,
    ).toEqual({
      code: expected?.code,
      certainty: expected?.certainty,
      alsoFound: expected?.alsoFound,
    });
  });

  it('is the same on a German Windows, and in both languages a valid report', async () => {
    const scenario = readCase(name);
    const german = { ...scenario, computer: { ...scenario.computer, uiLanguage: 'de-DE' } };
    const [here, there] = await Promise.all([
      diagnosisOf(name),
      diagnose(createScenarioComputer(german)).result,
    ]);
    expect(there.diagnosis.verdict).toEqual(here.verdict);
    expect(lights(there.diagnosis)).toBe(lights(here));
    for (const language of LANGUAGES) {
      const report = jsonReport(here, language, '1.0.0');
      expect(reportSchema.safeParse(report).error).toBeUndefined();
      const texts = [
        report.verdict.summary,
        ...report.procedures.flatMap(({ checks }) => checks.map(({ summary }) => summary)),
      ];
      for (const text of texts) expect(text).not.toMatch(/\{\{|^[a-z-]+\.[a-zA-Z.-]+$/);
    }
  });
});
