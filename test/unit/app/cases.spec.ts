/** The example cases of the app: their verdicts and descriptions. */
import { diagnose } from '@engine/run';
import { expect, it } from 'vitest';
import { CASE_IDS, caseScenario, exampleCases } from '../../../electron/app/cases';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { translator } from '@shared/i18n';

it.each(CASE_IDS)('example case %s leads to the verdict of the same name', async (id) => {
  const computer = createScenarioComputer(caseScenario(id));
  const { diagnosis } = await diagnose(computer).result;
  expect(diagnosis.verdict).toMatchObject({ code: id, certainty: 'certain', alsoFound: [] });
});

it('example cases are described in both languages, and other IDs have none', () => {
  const english = exampleCases(translator('en'));
  const chinese = exampleCases(translator('zh-TW'));
  expect(english).toHaveLength(CASE_IDS.length);
  for (const [index, example] of english.entries()) {
    expect(example.title).not.toBe(chinese[index]?.title);
    expect(example.description).not.toContain('cases.');
  }
  for (const id of ['no-such-case', ...Object.getOwnPropertyNames(Object.prototype)]) {
    expect(() => caseScenario(id), id).toThrow(`Unknown case: ${id}`);
  }
});
