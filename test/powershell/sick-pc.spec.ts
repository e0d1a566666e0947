/**
 * Full diagnoses of sick PCs. Facts about Windows come from the real PowerShell with strict test
 * doubles, and from simulated reg.exe and sc.exe. Facts about the network come from the simulated
 * PC of the same case.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Computer } from '@engine/computer';
import { diagnose } from '@engine/run';
import { createWindowsComputer } from '../../electron/computer/windows';
import { LocalWindowsHost } from '../../electron/computer/windows/windows-host';
import { computerOf, EXPECTED } from '../scenarios/cases';
import { sample } from '../support/sample';
import { CASES, sceneOf, toolsOf } from './support/case-scene';
import { engine, SCRIPTS, startPc, type DoubledPc } from './support/engine';

const TOOLS = fileURLToPath(new URL('support/windows-tools.mjs', import.meta.url));

let pc: DoubledPc;
let machine: LocalWindowsHost;
const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-sick-'));
const file = join(folder, 'pc.json');

beforeAll(() => {
  pc = startPc();
  const tool = (which: string) => ({ file: process.execPath, before: [TOOLS, which, file] });
  machine = new LocalWindowsHost({
    ...pc.places,
    programs: {
      ...pc.places.programs,
      'powershell.exe': engine().program,
      'reg.exe': tool('reg'),
      'sc.exe': tool('sc'),
    },
  });
});
afterAll(() => {
  machine.end();
  pc.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Returns the verdict on a case whose Windows consists of programs and cmdlets. */
async function verdictOn(name: string, windows: string): Promise<string> {
  writeFileSync(file, JSON.stringify(await toolsOf(name)));
  pc.scene(await sceneOf(name, windows));
  const real = createWindowsComputer({ windowsHost: machine, scripts: SCRIPTS });
  const { licensingService, licensingProducts, events, resolve, service, registryValue } = real;
  const { firewallKmsRule, kmsFirewallRules, outboundBlocked } = real;
  const computer: Computer = {
    ...computerOf(name),
    ...{ licensingService, licensingProducts, events, resolve, service, registryValue },
    ...{ firewallKmsRule, kmsFirewallRules, outboundBlocked },
  };
  const { verdict } = (await diagnose(computer, { timeoutMs: 60_000 }).result).diagnosis;
  return `${verdict.code} ${verdict.certainty}, also ${verdict.alsoFound.join()}`;
}

const expected = (name: string): string => {
  const { code, certainty, alsoFound } = EXPECTED[name] ?? {};
  return `${code} ${certainty}, also ${(alsoFound ?? []).join()}`;
};

describe('a PC with the classes of Windows Server 2019', () => {
  // fleet-script.spec.ts samples other cases.
  it.each(sample(CASES, 12))('is diagnosed correctly: %s', async (name) => {
    expect(await verdictOn(name, 'server2019')).toBe(expected(name));
  });
});

describe('a PC with the classes of Windows Server 23H2', () => {
  const some = CASES.filter((_, index) => index % 5 === 0);

  it.each(sample(some, 8))('is diagnosed correctly: %s', async (name) => {
    expect(await verdictOn(name, 'server23h2')).toBe(expected(name));
  });
});
