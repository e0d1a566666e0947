import { describe, expect, it } from 'vitest';
import type { ScenarioFile } from '@shared/scenario';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../../electron/computer/scenario';

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
