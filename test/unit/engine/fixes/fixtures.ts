/** Simulated PCs to plan fixes on. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { parseScenario } from '@shared/scenario';
import { Facts } from '@engine/facts/facts';
import type { FactSnapshot } from '@engine/facts/fact-snapshot';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { readCase } from '../../../scenarios/cases';

/** A made-up key with the form of a MAK. */
export const MADE_UP_KEY = 'BCDFG-HJKMP-QRTVW-XY234-N6789';

/** A TSIG key file that is there until the test ends, or all of them (`afterAll`). */
export function keyFile(atEnd: (remove: () => void) => void = onTestFinished): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-key-'));
  atEnd(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, 'update.key');
  writeFileSync(file, 'key "k" { algorithm hmac-sha256; secret "c2VjcmV0"; };\n');
  return file;
}

/** What a planner goes by. */
export interface Pc {
  readonly facts: Facts;
  readonly snapshot: FactSnapshot;
}

/** A case of test/scenarios by its name, or a scenario without its schema. */
export function computerOf(scenario: string | object): ReturnType<typeof createScenarioComputer> {
  if (typeof scenario === 'string') return createScenarioComputer(readCase(scenario));
  const parsed = parseScenario({ schema: 'kms-doctor/scenario@1', ...scenario });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return createScenarioComputer(parsed.scenario);
}

/** Such a PC with what was read of it; `over` takes the place of single facts. */
export async function pc(scenario: string | object, over: Partial<FactSnapshot> = {}): Promise<Pc> {
  const facts = new Facts(computerOf(scenario), {}, new AbortController().signal);
  return { facts, snapshot: { ...(await facts.snapshot()), ...over } };
}

/** The part of a scenario that is about its licence. */
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
