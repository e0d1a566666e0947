/** Files of fleets, and what is read from them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { packFacts } from '@engine/facts-line';
import { diagnose } from '@engine/run';
import type { ScenarioFile } from '@shared/scenario';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { readFleet, type Fleet } from '../../../electron/fleet/fleet';
import { jsonReport } from '../../../electron/report/json';

/** A KMS client of the company's domain; without more it is healthy. */
export const pc = (name: string, more: Partial<ScenarioFile> = {}): ScenarioFile => ({
  schema: 'kms-doctor/scenario@1',
  ...more,
  computer: { name, ...more.computer },
});

/** What makes a client of it that was never activated. */
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

/** The facts line that a simulated PC prints. */
export const lineOf = async (file: ScenarioFile): Promise<string> => packFacts(await run(file));

/** Its report. */
export async function reportOf(file: ScenarioFile): Promise<string> {
  return JSON.stringify(jsonReport((await run(file)).diagnosis, 'en', '1.0.0'), null, 2);
}

/** Reads files by their names below a folder, which is gone afterwards; places in the report begin below it. */
export async function fleetOf(files: Readonly<Record<string, string | Buffer>>): Promise<Fleet> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-fleet-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    const fleet = await readFleet([folder], { language: 'en' });
    const unreadable = fleet.report.unreadable.map((one) => ({
      ...one,
      file: path.relative(folder, one.file),
    }));
    return { ...fleet, report: { ...fleet.report, unreadable } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The names of every computer that was read. */
export const namesIn = ({ members, healthy }: Fleet): readonly string[] =>
  [...[...members.values()].flat(), ...healthy].map(({ name }) => name).sort();

/** A line whose JSON is another one, with the checksum of that. */
export function lineWith(kind: string, json: unknown): string {
  const bytes = Buffer.from(JSON.stringify(json));
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes));
  const packed = Buffer.concat([deflateRawSync(bytes), checksum]);
  return `${kind} ${packed.toString('base64url')}`;
}
