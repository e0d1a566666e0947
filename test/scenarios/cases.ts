/** Scenario files with their expected verdicts from docs/report.md#verdicts. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { VerdictCode } from '@shared/catalog';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import { createScenarioComputer } from '../../electron/computer/scenario';
import type { Computer } from '@engine/computer';

const folder = import.meta.dirname;

/** Expected verdict of a scenario. */
export interface Expected {
  readonly code: VerdictCode;
  readonly certainty: 'certain' | 'likely';
  readonly alsoFound: readonly VerdictCode[];
  readonly why: string;
  /** Set if the table leaves the case open. `why` explains the decision. */
  readonly ambiguous?: true;
}

/** All cases by name, `<verdict>/<title>`. */
export const EXPECTED = JSON.parse(
  readFileSync(path.join(folder, 'expected.json'), 'utf8'),
) as Readonly<Record<string, Expected>>;

/** Returns the path of a case's file. */
export function caseFile(name: string): string {
  return path.join(folder, `${name}.json`);
}

/** Reads a case's scenario and validates it against the schema. */
export function readCase(name: string): ScenarioFile {
  const parsed = parseScenario(JSON.parse(readFileSync(caseFile(name), 'utf8')));
  if (!parsed.ok) throw new Error(`${name}: ${JSON.stringify(parsed.problems)}`);
  return parsed.scenario;
}

/** Creates the simulated PC of a case. */
export function computerOf(name: string): Computer {
  return createScenarioComputer(readCase(name));
}
