import { expect, it } from 'vitest';
import { PROCEDURE_IDS } from '@shared/catalog';
import { worstStatus, type Diagnosis } from '@shared/diagnosis';
import { LANGUAGES } from '@shared/i18n';
import { reportSchema } from '@shared/report';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { jsonReport } from '../../electron/report/json';
import { sample } from '../support/sample';
import { computerOf, EXPECTED, readCase } from './cases';

async function diagnosisOf(name: string): Promise<Diagnosis> {
  return (await diagnose(computerOf(name)).result).diagnosis;
}

const lights = ({ checks }: Diagnosis): string =>
  PROCEDURE_IDS.map((id) =>
    worstStatus(checks.filter(({ procedure }) => procedure === id).map(({ status }) => status)),
  ).join(' ');

it.each(sample(Object.keys(EXPECTED), 3))(
  '%s gives the same verdict on a German Windows, and a valid report in both languages',
  async (name) => {
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
  },
);
