/** Runs one command: reads the command line, does it, turns every failure into one sentence and an exit code. */
import { languageFor } from '@shared/language';
import { onError, reportError, reportFault, stackOf } from '@engine/errors';
import { writeLines } from './console';
import type { CommandContext, Streams } from './context';
import { EXIT } from './exit-codes';
import { languageIn, readCommandLine, UsageError, type Command } from './options';
import { systemLanguage } from './system-language';

/**
 * Runs a command line.
 *
 * @returns the exit code
 */
export async function run(argv: readonly string[], streams: Streams): Promise<number> {
  const interrupt = new AbortController();
  const secondInterrupt = new AbortController();
  const onSignal = (): void => {
    if (interrupt.signal.aborted) secondInterrupt.abort();
    interrupt.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  let language = languageIn(argv) ?? languageFor(await systemLanguage());
  const printError = (sentence: string): void => {
    writeLines(streams.stderr, [sentence]);
  };
  let stopDebugging = (): void => undefined;
  try {
    const command = readCommandLine(argv);
    if (command.debug) {
      stopDebugging = onError((error) => {
        writeLines(streams.stderr, [stackOf(error)]);
      });
    }
    language = command.language ?? language;
    const context = { ...streams, language, signal: interrupt.signal };
    const work = perform(command, context);
    // What has begun to change a computer is given the time to take it back.
    const changes = ['repair', 'fix', 'undo'].includes(command.command);
    return await Promise.race([
      work,
      interrupted(changes ? secondInterrupt.signal : interrupt.signal),
    ]);
  } catch (error) {
    if (interrupt.signal.aborted) {
      reportFault(error);
      return EXIT.interrupted;
    }
    if (!(error instanceof UsageError)) reportError(error);
    const { translateMessages, translator } = await import('@shared/i18n');
    const t = translator(language);
    if (error instanceof UsageError) {
      printError(translateMessages(t, [error.reason, ...error.details]));
      return EXIT.usage;
    }
    printError(
      t('cli.failed', { message: error instanceof Error ? error.message : String(error) }),
    );
    return EXIT.failed;
  } finally {
    stopDebugging();
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

async function perform(command: Command, context: CommandContext): Promise<number> {
  switch (command.command) {
    case 'help':
      return (await import('./help')).help(command, context);
    case 'version':
      return (await import('./help')).version(context);
    case 'list':
      return (await import('./list')).list(command, context);
    case 'explain':
      return (await import('./explain')).explain(command, context);
    case 'fleet':
      return (await import('./fleet')).fleetCommand(command, context);
    case 'diagnose': {
      // While one is compiled, the other is read.
      const target = import('./target').then(({ loadTarget }) => loadTarget(command));
      const [{ diagnoseCommand }] = await Promise.all([import('./diagnose'), target]);
      return diagnoseCommand(command, context);
    }
    case 'repair':
      return (await import('./change-commands')).repairCommand(command, context);
    case 'fix':
      return (await import('./change-commands')).fixCommand(command, context);
    case 'undo':
      return (await import('./change-commands')).undoCommand(command, context);
    case 'journal':
      return (await import('./change-commands')).journalCommand(command, context);
  }
}

/** Ends the command at once; a change that is then under way is an open journal entry and can be undone. */
function interrupted(signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve(EXIT.interrupted);
      },
      { once: true },
    );
  });
}
