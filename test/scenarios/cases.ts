/** The scenario files with what docs/report.md#verdicts says of each. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { VerdictCode } from '@shared/catalogue';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import { createScenarioComputer } from '../../electron/computer/scenario';
import type { Computer } from '@engine/computer';

const folder = import.meta.dirname;

/** What is expected of a scenario. */
export interface Expected {
  readonly code: VerdictCode;
  readonly certainty: 'certain' | 'likely';
  readonly alsoFound: readonly VerdictCode[];
  readonly why: string;
  /** The table leaves the case open: `why` says how it was decided. */
  readonly ambiguous?: true;
}

/** Every case by its name, `<verdict>/<title>`. */
export const EXPECTED = JSON.parse(
  readFileSync(path.join(folder, 'expected.json'), 'utf8'),
) as Readonly<Record<string, Expected>>;

/** Path of a case's file. */
export function caseFile(name: string): string {
  return path.join(folder, `${name}.json`);
}

/** A case's scenario, checked by its schema. */
export function readCase(name: string): ScenarioFile {
  const parsed = parseScenario(JSON.parse(readFileSync(caseFile(name), 'utf8')));
  if (!parsed.ok) throw new Error(`${name}: ${JSON.stringify(parsed.problems)}`);
  return parsed.scenario;
}

/** The simulated PC of a case. */
export function computerOf(name: string): Computer {
  return createScenarioComputer(readCase(name));
}
