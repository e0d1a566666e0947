/** All simulated PCs of the suite and the field, by name. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import { EXPECTED, readCase } from './cases';

const field = path.join(import.meta.dirname, '../data/field');

function readField(file: string): ScenarioFile {
  const parsed = parseScenario(JSON.parse(readFileSync(path.join(field, file), 'utf8')));
  if (!parsed.ok) throw new Error(`${file}: ${JSON.stringify(parsed.problems)}`);
  return parsed.scenario;
}

/** All PCs, including healthy ones. */
export const ALL_PCS: ReadonlyMap<string, ScenarioFile> = new Map([
  ...Object.keys(EXPECTED).map((name) => [name, readCase(name)] as const),
  ...readdirSync(field)
    .filter((file) => file !== 'expected.json')
    .map((file) => [`field/${file.replace(/\.json$/, '')}`, readField(file)] as const),
]);
