/** Creates input files of many PCs: cases, facts lines and reports. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packFacts } from '@engine/facts-line';
import { diagnose } from '@engine/run';
import type { Report } from '@shared/report';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import { jsonReport } from '../../../electron/report/json';
import { createScenarioComputer } from '../../../electron/computer/scenario';

/** Reads a case from a file and gives its PC another name. */
export function caseOf(file: string, name: string): ScenarioFile {
  const json = JSON.parse(readFileSync(file, 'utf8')) as ScenarioFile;
  const parsed = parseScenario({ ...json, computer: { ...json.computer, name } });
  if (!parsed.ok) throw new Error(`${file} is no scenario`);
  return parsed.scenario;
}

const resultOf = (scenario: ScenarioFile) => diagnose(createScenarioComputer(scenario)).result;

/** Returns the facts line that a PC prints. */
export const factsLine = async (scenario: ScenarioFile): Promise<string> =>
  packFacts(await resultOf(scenario));

/** Returns the report that a PC saves. */
export const reportOf = async (scenario: ScenarioFile): Promise<Report> =>
  jsonReport((await resultOf(scenario)).diagnosis, 'en', '1.0.0');

/** Returns the report for PCs with other names, one per line, without its checks. */
export const reportsOf = (
  report: { readonly target: object; readonly [property: string]: unknown },
  names: readonly string[],
): string[] =>
  names.map((computer) =>
    JSON.stringify({ ...report, procedures: [], target: { ...report.target, computer } }),
  );

/** A case and the number of PCs that have it. */
export type Share = readonly [file: string, count: number];

/** Writes one case per PC to a new folder. The PCs are named PC-001 and so on. */
export function writeFleet(folder: string, shares: readonly Share[]): void {
  mkdirSync(folder, { recursive: true });
  let number = 0;
  for (const [file, count] of shares) {
    for (let each = 0; each < count; each += 1) {
      number += 1;
      const name = `PC-${String(number).padStart(3, '0')}`;
      writeFileSync(join(folder, `${name}.case.json`), JSON.stringify(caseOf(file, name)));
    }
  }
}
