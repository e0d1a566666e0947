import { describe, expect, it } from 'vitest';
import { VERDICT_CODES } from '@shared/catalog';
import type { ScenarioFile } from '@shared/scenario';
import { diagnose } from '@engine/run';
import type { VerdictRule } from '@engine/verdict/rule';
import { VERDICT_RULES } from '@engine/verdict/verdict';
import en from '@shared/locales/en.json';
import { createScenarioComputer } from '../../../../electron/computer/scenario';

describe('verdict texts', () => {
  it.each(VERDICT_CODES)('of %s get exactly the parameters they have placeholders for', (code) => {
    const { say = {}, sayInTitle = {} }: VerdictRule = VERDICT_RULES[code];
    const placesIn = (kind: 'title' | 'summary'): string[] =>
      Object.entries<string>(en.verdicts[code]).flatMap(([sentence, text]) => {
        if (!sentence.startsWith(kind)) return [];
        // A text with a clock difference also has the placeholders of that text.
        const difference = text.includes('$t(clockDifference.')
          ? Object.values(en.clockDifference)
          : [];
        const whole = [text, ...difference].join(' ');
        return [...whole.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);
      });
    const only = Object.keys(sayInTitle);
    const titles = placesIn('title');
    const others = titles.filter((name) => !only.includes(name));
    expect(Object.keys(say).sort()).toEqual(
      [...new Set([...others, ...placesIn('summary')])].sort(),
    );
    expect(titles).toEqual(expect.arrayContaining(only));
  });
});

async function summaryOf(scenario: Omit<ScenarioFile, 'schema'>): Promise<string> {
  const computer = createScenarioComputer({ schema: 'kms-doctor/scenario@1', ...scenario });
  return (await diagnose(computer).result).diagnosis.verdict.summary.key;
}

describe('the summary of a filtered port', () => {
  it.each([
    ['block it', { computer: { outboundBlocked: true } }, 'summaryOwnFirewall'],
    ["don't block it", { hosts: {} }, 'summary'],
    ["can't be read", { hosts: {}, faults: { powershell: 'denied' } }, 'summaryRulesUnread'],
    ["aren't Windows rules", { hosts: {}, of: 'network' }, 'summaryRulesUnread'],
  ] as const)('reflects that outbound rules %s', async (_, scenario, name) => {
    expect(await summaryOf(scenario)).toBe(`verdicts.kms-port-filtered.${name}`);
  });
});
