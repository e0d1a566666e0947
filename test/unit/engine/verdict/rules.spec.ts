import { describe, expect, it } from 'vitest';
import { VERDICT_CODES } from '@shared/catalog';
import { LANGUAGES, translateMessage, translator } from '@shared/i18n';
import type { Message } from '@shared/message';
import type { ScenarioFile } from '@shared/scenario';
import { assess } from '@engine/verdict/assessment';
import { diagnose } from '@engine/run';
import type { VerdictRule } from '@engine/verdict/rule';
import { sentence, VERDICT_RULES } from '@engine/verdict/verdict';
import en from '@shared/locales/en.json';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { CLIENT } from '../facts/fact-snapshots';

describe('verdict texts', () => {
  it.each(VERDICT_CODES)('of %s get all parameters they need, and no rule has others', (code) => {
    const { say = {}, sayInTitle = {} }: VerdictRule = VERDICT_RULES[code];
    const sentencesOf = (kind: 'title' | 'summary') =>
      Object.keys(en.verdicts[code])
        .filter((name) => name.startsWith(kind))
        .map((name) => sentence(code, name, assess(CLIENT)));
    const [titles, summaries] = [sentencesOf('title'), sentencesOf('summary')];
    for (const language of LANGUAGES) {
      for (const text of [...titles, ...summaries]) {
        expect(translateMessage(translator(language), text)).not.toContain('{{');
      }
    }
    const namesIn = (messages: readonly Message[]) =>
      messages.flatMap(({ params = {} }) => Object.keys(params));
    const inTitles = namesIn(titles);
    const only = Object.keys(sayInTitle);
    const others = inTitles.filter((name) => !only.includes(name));
    expect(Object.keys(say).sort()).toEqual(
      [...new Set([...others, ...namesIn(summaries)])].sort(),
    );
    expect(inTitles).toEqual(expect.arrayContaining(only));
  });

  it('must exist for a sentence', () => {
    expect(() => sentence('clock-skew', 'summaryNone', assess(CLIENT))).toThrow('summaryNone');
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
