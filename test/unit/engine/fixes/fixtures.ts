/** Simulated PCs to plan fixes for. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { parseScenario } from '@shared/scenario';
import { Facts } from '@engine/facts/facts';
import type { FactSnapshot } from '@engine/facts/fact-snapshot';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { readCase } from '../../../scenarios/cases';

/** A made-up key in the format of a MAK. */
export const FAKE_KEY = 'BCDFG-HJKMP-QRTVW-XY234-N6789';

/** Creates a TSIG key file. It is removed after the current test, or after all tests with `afterAll`. */
export function keyFile(atEnd: (remove: () => void) => void = onTestFinished): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-key-'));
  atEnd(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, 'update.key');
  writeFileSync(file, 'key "k" { algorithm hmac-sha256; secret "c2VjcmV0"; };\n');
  return file;
}

/** Input of a planner. */
export interface Pc {
  readonly facts: Facts;
  readonly snapshot: FactSnapshot;
}

/** Creates the computer of a case in test/scenarios, or of a scenario without its schema. */
export function computerOf(scenario: string | object): ReturnType<typeof createScenarioComputer> {
  if (typeof scenario === 'string') return createScenarioComputer(readCase(scenario));
  const parsed = parseScenario({ schema: 'kms-doctor/scenario@1', ...scenario });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return createScenarioComputer(parsed.scenario);
}

/** Reads the facts of such a computer; `over` replaces single ones. */
export async function pc(scenario: string | object, over: Partial<FactSnapshot> = {}): Promise<Pc> {
  const facts = new Facts(computerOf(scenario), {}, new AbortController().signal);
  return { facts, snapshot: { ...(await facts.snapshot()), ...over } };
}

/** Returns the licensing part of a scenario. */
export const licensing = (product: object, service: object = {}) => ({
  licensing: {
    service,
    products: [
      {
        Name: 'Windows(R), Enterprise edition',
        Description: 'Windows(R) Operating System, VOLUME_KMSCLIENT channel',
        ApplicationID: '55c92734-d682-4d71-983e-d6ec3f16059f',
        LicenseFamily: 'Enterprise',
        PartialProductKey: '2YT43',
        LicenseStatus: 5,
        ...product,
      },
    ],
  },
});
