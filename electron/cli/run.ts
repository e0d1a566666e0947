/** Runs one command: parses the command line and turns every failure into a message and an exit code. */
import { once } from 'node:events';
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
    // A command that changes the computer gets time to roll back: only the second Ctrl+C ends it immediately.
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
    // Before the import, which may fail too.
    if (!(error instanceof UsageError)) reportError(error);
    const { translateMessages, translator } = await import('@shared/i18n');
    const t = translator(language);
    if (error instanceof UsageError) {
      writeLines(streams.stderr, [translateMessages(t, [error.reason, ...error.details])]);
      return EXIT.usage;
    }
    const message = error instanceof Error ? error.message : String(error);
    writeLines(streams.stderr, [t('cli.failed', { message })]);
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
      // One module compiles while the other loads.
      const target = import('./target').then(({ loadTarget }) => loadTarget(command));
      const [{ diagnoseCommand }] = await Promise.all([import('./diagnose'), target]);
      return diagnoseCommand(command, context);
    }
    case 'repair':
    case 'fix':
    case 'undo':
    case 'journal':
      return (await import('./change-commands')).changeCommand(command, context);
  }
}

/** Resolves with the exit code on abort. A change in progress remains an open journal entry that can be undone. */
async function interrupted(signal: AbortSignal): Promise<number> {
  await once(signal, 'abort');
  return EXIT.interrupted;
}
