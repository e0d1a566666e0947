/** Files of test fleets, and helpers that read them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { packFacts } from '@engine/facts-line';
import { diagnose } from '@engine/run';
import type { ScenarioFile } from '@shared/scenario';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { readFleet, type Fleet, type FleetProgress } from '../../../electron/fleet/fleet';
import { jsonReport } from '../../../electron/report/json';

/** Creates a KMS client in the company's domain, healthy by default. */
export const pc = (name: string, more: Partial<ScenarioFile> = {}): ScenarioFile => ({
  schema: 'kms-doctor/scenario@1',
  ...more,
  computer: { name, ...more.computer },
});

/** Licensing of a client that was never activated. */
export const NOT_ACTIVATED = {
  products: [
    {
      LicenseFamily: 'Enterprise',
      PartialProductKey: '2YT43',
      LicenseStatus: 5,
      LicenseStatusReason: 0xc004f074,
      GracePeriodRemaining: 0,
    },
  ],
} satisfies ScenarioFile['licensing'];

const run = (file: ScenarioFile) => diagnose(createScenarioComputer(file)).result;

/** Returns the facts line that a simulated PC prints. */
export const lineOf = async (file: ScenarioFile): Promise<string> => packFacts(await run(file));

/** Returns the JSON report of a simulated PC. */
export async function reportOf(file: ScenarioFile): Promise<string> {
  return JSON.stringify(jsonReport((await run(file)).diagnosis, 'en', '1.0.0'), null, 2);
}

/** Reads files from a temporary folder that is removed afterward. Unreadable files have paths relative to it. */
export async function fleetOf(
  files: Readonly<Record<string, string | Buffer>>,
  onProgress: (progress: FleetProgress) => void = () => undefined,
): Promise<Fleet> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-fleet-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    const fleet = await readFleet([folder], { language: 'en', onProgress });
    const unreadable = fleet.report.unreadable.map((one) => ({
      ...one,
      file: path.relative(folder, one.file),
    }));
    return { ...fleet, report: { ...fleet.report, unreadable } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the sorted names of all computers that were read. */
export const namesIn = ({ members, healthy }: Fleet): readonly string[] =>
  [...[...members.values()].flat(), ...healthy].map(({ name }) => name).sort();

/** Packs JSON into a facts line of this kind, with a valid checksum. */
export function lineWith(kind: string, json: unknown): string {
  const bytes = Buffer.from(JSON.stringify(json));
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes));
  const packed = Buffer.concat([deflateRawSync(bytes), checksum]);
  return `${kind} ${packed.toString('base64url')}`;
}
