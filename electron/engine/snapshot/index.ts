/** Cases: a diagnosis written down as a scenario file, on request without the names and addresses in it. */
import type { ScenarioFile } from '@shared/scenario';
import type { RunResult } from '../run';
import { hideNames } from './hide-names';
import { recordScenario } from './record';

export { verifySnapshot } from './verify';
export { hideNames } from './hide-names';

/** How a case is made. */
export interface CaseOptions {
  /** Whether computer, host and domain names and addresses are replaced by invented ones. */
  readonly hideNames?: boolean;
}

/** The case of a finished run: a valid scenario file without a whole product key in it. */
export function toScenario(result: RunResult, options: CaseOptions = {}): ScenarioFile {
  const file = recordScenario(result);
  return options.hideNames === true ? hideNames(file) : file;
}
