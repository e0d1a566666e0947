/** Makes the computer that a command is about. */
import type { Computer } from '@engine/computer';
import { makeFolder } from '@engine/files';
import { readText, ReadError, type ReadProblem } from '../services/read-text';
import { usageError, UsageError, type TargetOptions } from './options';
import { checkDestination } from './save-destination';

const USAGE_OF: Readonly<Record<ReadProblem, string>> = {
  tooLarge: 'scenarioTooLarge',
  notText: 'scenarioNotJson',
  notAFile: 'scenarioNotAFile',
  unreadable: 'scenarioUnreadable',
};

/**
 * The computer that the options name.
 *
 * @param save where a scenario is written after each change; null to keep changes in memory
 * @param record where the raw answers of this PC are kept; null for nowhere
 * @throws UsageError when a scenario file is not one, or nothing can be written where it is to be saved
 */
export async function computerFor(
  options: TargetOptions,
  save: string | null,
  record: string | null = null,
): Promise<Computer> {
  if (options.scenario !== null) return scenarioComputer(options.scenario, save);
  if (targetOf(options) === 'this-pc') {
    if (process.platform !== 'win32') usageError('needsWindows', {});
    const { createWindowsComputer } = await loadWindows();
    if (record !== null) await makeFolder(record);
    return createWindowsComputer(record === null ? {} : { record });
  }
  const { createNetworkComputer } = await loadNetwork();
  return createNetworkComputer();
}

/** Loads what {@link computerFor} will need, and makes nothing of it yet. */
export async function loadTarget(options: TargetOptions): Promise<void> {
  if (options.scenario !== null) await loadScenario();
  else await (targetOf(options) === 'this-pc' ? loadWindows() : loadNetwork());
}

const targetOf = ({ target }: TargetOptions): 'this-pc' | 'network' =>
  target ?? (process.platform === 'win32' ? 'this-pc' : 'network');

const loadWindows = () => import('../computer/windows');
const loadNetwork = () => import('../computer/network');
const loadScenario = () =>
  Promise.all([import('@shared/scenario'), import('../computer/scenario')]);

async function scenarioComputer(file: string, save: string | null): Promise<Computer> {
  const [{ parseScenario }, { createScenarioComputer }] = await loadScenario();
  let json: unknown;
  try {
    json = JSON.parse(await readText(file));
  } catch (error) {
    if (error instanceof SyntaxError) usageError('scenarioNotJson', { file });
    if (!(error instanceof ReadError)) throw error;
    usageError(USAGE_OF[error.problem], { file, code: error.code });
  }
  const parsed = parseScenario(json);
  if (!parsed.ok) {
    const [problem] = parsed.problems;
    if (problem !== undefined) throw new UsageError(problem);
    usageError('scenarioNotJson', { file });
  }
  if (save !== null) await checkDestination(save);
  return createScenarioComputer(parsed.scenario, save === null ? {} : { save });
}
