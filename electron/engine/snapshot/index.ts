/** Cases: a diagnosis saved as a scenario file, optionally with names and addresses replaced. */
import type { ScenarioFile } from '@shared/scenario';
import type { RunResult } from '../run';
import { hideNames } from './hide-names';
import { recordScenario } from './record';

export { verifySnapshot } from './verify';
export { hideNames } from './hide-names';

/** Options for creating a case. */
export interface CaseOptions {
  /** Whether to replace computer, host and domain names and addresses with pseudonyms. */
  readonly hideNames?: boolean;
}

/** Returns the case of a finished run: a valid scenario file that contains no full product key. */
export function toScenario(result: RunResult, options: CaseOptions = {}): ScenarioFile {
  const file = recordScenario(result);
  return options.hideNames === true ? hideNames(file) : file;
}
