/** `diagnose --save`: writes the case as a scenario file and reports whether it reproduces the diagnosis. */
import { translator } from '@shared/i18n';
import { verifySnapshot, toScenario, type CaseOptions } from '@engine/snapshot';
import { systemCode } from '@engine/files';
import type { RunResult } from '@engine/run';
import { createScenarioComputer, saveScenario } from '../computer/scenario';
import { writeLines } from './console';
import type { CommandContext } from './context';

/**
 * Writes the case of a run, atomically replacing any existing file, and reports the result on stderr.
 *
 * @returns false if it couldn't be written
 */
export async function saveCase(
  file: string,
  result: RunResult,
  options: CaseOptions,
  { stderr, language }: CommandContext,
): Promise<boolean> {
  const t = translator(language);
  const tell = (sentence: string): void => {
    writeLines(stderr, [sentence]);
  };
  const scenario = toScenario(result, options);
  try {
    await saveScenario(file, scenario);
  } catch (error) {
    tell(t('cli.save.failed', { file, code: systemCode(error) }));
    return false;
  }
  const loss = await verifySnapshot(scenario, result.diagnosis, createScenarioComputer);
  const checks = loss?.checks.join(', ') ?? '';
  if (loss === null) tell(t('cli.save.done', { file }));
  else if (loss.verdict === null) tell(t('cli.save.lost', { file, checks }));
  else tell(t('cli.save.otherVerdict', { file, verdict: loss.verdict, checks }));
  return true;
}
