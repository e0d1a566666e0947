/** Creates the computer that a command targets. */
import type { Computer } from '@engine/computer';
import { makeFolder } from '@engine/files';
import { findFactsLine } from '@shared/facts-line';
import { readText, readTextFrom, ReadError, type ReadProblem } from '../services/read-text';
import type { Streams } from './context';
import { usageError, UsageError, type TargetOptions } from './options';
import { checkDestination } from './save-destination';

const USAGE_OF = {
  tooLarge: 'scenarioTooLarge',
  notText: 'scenarioNotJson',
  notAFile: 'scenarioNotAFile',
  unreadable: 'scenarioUnreadable',
} as const satisfies Readonly<Record<ReadProblem, string>>;

/**
 * Creates the computer that the options select.
 *
 * @param save file the scenario is written to after each change; null to keep changes in memory
 * @param stdin source of the facts line if `--facts` is `-`
 * @param record folder for the raw responses of this PC; null to keep none
 * @throws UsageError if a scenario file or facts line is invalid, or the save destination isn't writable
 */
export async function computerFor(
  options: TargetOptions,
  save: string | null,
  { stdin }: Pick<Streams, 'stdin'>,
  record: string | null = null,
): Promise<Computer> {
  if (record !== null && (options.facts ?? options.scenario) !== null) usageError('recordHere', {});
  if (options.facts !== null) return factsComputer(options.facts, stdin);
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

/** Preloads the modules that {@link computerFor} needs. */
export async function loadTarget(options: TargetOptions): Promise<void> {
  if (options.scenario !== null || options.facts !== null) await loadScenario();
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

/** Creates the PC described by a facts line, which may be surrounded by other text. */
async function factsComputer(file: string, stdin: Streams['stdin']): Promise<Computer> {
  const [{ unpackFacts }, [, { createScenarioComputer }]] = await Promise.all([
    import('@engine/facts-line'),
    loadScenario(),
  ]);
  let text = '';
  try {
    text = await (file === '-' ? readTextFrom(stdin) : readText(file));
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    if (error.code === '') usageError('factsUnfit', { file });
    usageError('factsUnreadable', { file, code: error.code });
  }
  const unpacked = unpackFacts(findFactsLine(text) ?? '');
  if (!unpacked.ok) throw new UsageError(unpacked.problem);
  return createScenarioComputer(unpacked.file, { target: 'facts' });
}
