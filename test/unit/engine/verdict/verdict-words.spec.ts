import { describe, expect, it } from 'vitest';
import type { ScenarioFile } from '@shared/scenario';
import { diagnose } from '@engine/run';
import { FILLED_IN } from '@engine/verdict/verdict-words';
import en from '@shared/locales/en.json';
import { createScenarioComputer } from '../../../../electron/computer/scenario';

describe('what the sentences are filled in with', () => {
  it('is what they have a place for', () => {
    const places = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name);
    const expected = Object.entries(en.verdicts).flatMap(([code, sentences]) =>
      typeof sentences === 'string' || code === 'certainty'
        ? []
        : Object.entries(sentences).flatMap(([name, text]) =>
            places(text).length === 0
              ? []
              : [[`verdicts.${code}.${name}`, [...new Set(places(text))].sort()]],
          ),
    );
    const filled = Object.entries(FILLED_IN).map(([key, names]) => [key, [...names].sort()]);
    expect(Object.fromEntries(filled)).toEqual(Object.fromEntries(expected));
  });
});

async function summaryOf(scenario: Omit<ScenarioFile, 'schema'>): Promise<string> {
  const computer = createScenarioComputer({ schema: 'kms-doctor/scenario@1', ...scenario });
  return (await diagnose(computer).result).diagnosis.verdict.summary.key;
}

describe('the summary of a filtered port', () => {
  it.each([
    ['block it', { computer: { outboundBlocked: true } }, 'summaryOwnFirewall'],
    ['do not', { hosts: {} }, 'summary'],
    ['cannot be read', { hosts: {}, faults: { powershell: 'denied' } }, 'summaryRulesUnread'],
    ['are not those of Windows', { hosts: {}, of: 'network' }, 'summaryRulesUnread'],
  ] as const)('says whether outbound rules %s', async (_, scenario, name) => {
    expect(await summaryOf(scenario)).toBe(`verdicts.kms-port-filtered.${name}`);
  });
});
