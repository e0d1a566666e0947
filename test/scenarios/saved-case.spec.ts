import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '@shared/diagnosis';
import { verifySnapshot, toScenario } from '@engine/snapshot';
import { Unreadable, type Computer } from '@engine/computer';
import { diagnose } from '@engine/run';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { computerOf, EXPECTED } from './cases';

const names = Object.keys(EXPECTED);

/** As a file has it. */
function throughFile(file: ScenarioFile): ScenarioFile {
  const parsed = parseScenario(JSON.parse(JSON.stringify(file)));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

const play = (file: ScenarioFile) => createScenarioComputer(throughFile(file));

/** The names of computers, hosts and domains, and the addresses, that a diagnosis came upon. */
function namesIn({ target, checks }: Diagnosis): string[] {
  const found = new Set([target.computer.toLowerCase(), (target.domain ?? '').toLowerCase()]);
  const text = JSON.stringify(checks.map(({ evidence }) => evidence));
  for (const [name] of text.matchAll(
    /[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:com|net|lab|example)\b/gi,
  )) {
    found.add(name.toLowerCase());
  }
  for (const [address] of text.matchAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g)) found.add(address);
  for (const [address] of text.matchAll(/\b(?:fd|fe80|2001)[0-9a-f]*:[0-9a-f:]+/gi)) {
    found.add(address.toLowerCase());
  }
  return [...found].filter((name) => name !== '');
}

describe.each(names)('%s', (name) => {
  it('gets the same verdict and lights from its saved case, with its names hidden, too', async () => {
    const result = await diagnose(computerOf(name)).result;
    const saved = toScenario(result);
    expect(await verifySnapshot(saved, result.diagnosis, play)).toBeNull();

    const hidden = toScenario(result, { hideNames: true });
    expect(await verifySnapshot(hidden, result.diagnosis, play)).toBeNull();
    const text = JSON.stringify(hidden).toLowerCase();
    for (const known of namesIn(result.diagnosis)) expect(text).not.toContain(known);
  });
});

it('has PowerShell denied where a policy let no script run', async () => {
  const forbidden = () => Promise.reject(new Unreadable('script-policy', 'powershell.exe'));
  const pc: Computer = {
    ...play({ schema: 'kms-doctor/scenario@1' }),
    licensingService: forbidden,
    licensingProducts: forbidden,
    events: forbidden,
  };
  const result = await diagnose(pc).result;
  expect(result.diagnosis.verdict.code).not.toBe('licensing-service-unavailable');
  expect(toScenario(result).faults).toMatchObject({ powershell: 'denied' });
});
