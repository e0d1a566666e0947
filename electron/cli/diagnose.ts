/** `diagnose`: runs every applicable check, prints the verdict, and saves the case if requested. */
import { setTimeout as sleep } from 'node:timers/promises';
import { diagnose } from '@engine/run';
import { isCancellation } from '@engine/stop';
import { usageError, type Command } from './options';
import type { CommandContext } from './context';
import { EXIT, FOUND_EXIT } from './exit-codes';
import { checkDestination } from './save-destination';
import { computerFor } from './target';

/** Head start of the first queries, in milliseconds, before the printer's modules are loaded, which takes a moment. */
const HEAD_START_MS = 40;

/**
 * Diagnoses the target and prints text or the report.
 *
 * @returns the exit code
 */
export async function diagnoseCommand(
  command: Extract<Command, { command: 'diagnose' }>,
  context: CommandContext,
): Promise<number> {
  const { stdout, language, signal } = context;
  const { save, hideNames } = command;
  if (hideNames && save === null) usageError('hideNamesAlone', {});
  if (save !== null) await checkDestination(save);
  const computer = await computerFor(command, null, context, command.record);
  const run = diagnose(computer, {
    signal,
    expectedHosts: command.expectedHosts,
    // The module that reads the journal loads while the first queries are running.
    journalHosts: import('./journal-hosts').then((known) =>
      known.journalHosts(command, computer, signal),
    ),
    ...(command.timeoutMs !== null && { timeoutMs: command.timeoutMs }),
    ...command.dnsOverrides,
  });
  try {
    await Promise.race([run.result, sleep(HEAD_START_MS)]);
    const { printer } = await import('./print-diagnosis');
    const printed = await printer(command, language, signal);
    const result = await run.result;
    const { diagnosis } = result;
    const { text, exitCode } = await printed(result);
    stdout.write(text);
    if (save !== null) {
      const { saveCase } = await import('./save-case');
      if (!(await saveCase(save, result, { hideNames }, context))) return EXIT.failed;
    }
    if (exitCode !== undefined) return exitCode;
    if (diagnosis.verdict.code === 'cannot-diagnose') return FOUND_EXIT.unknown;
    return diagnosis.verdict.code === 'healthy' ? FOUND_EXIT.healthy : FOUND_EXIT.problem;
  } catch (error) {
    if (isCancellation(error)) return EXIT.interrupted;
    throw error;
  }
}
