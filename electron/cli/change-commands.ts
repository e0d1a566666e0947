/** The commands that change something, each with the computer that it is about. */
import { translator } from '@shared/i18n';
import type { FactOptions } from '@engine/facts';
import { runFix } from './fix';
import { runJournal } from './journal';
import type { Command, TargetOptions } from './options';
import type { CommandContext } from './run';
import { computerFor } from './target';
import { runUndo } from './undo';

/** `fix` */
export async function fixCommand(
  command: Extract<Command, { command: 'fix' }>,
  context: CommandContext,
): Promise<number> {
  return runFix({
    ...context,
    ...command,
    language: context.language,
    translate: translator(context.language),
    computer: await computerFor(command, command.save),
    factOptions: factOptions(command),
  });
}

/** `undo` */
export async function undoCommand(
  command: Extract<Command, { command: 'undo' }>,
  context: CommandContext,
): Promise<number> {
  return runUndo({
    ...context,
    ...command,
    translate: translator(context.language),
    computer: await computerFor(command, command.save),
    factOptions: factOptions(command),
  });
}

/** `journal` */
export function journalCommand(
  command: Extract<Command, { command: 'journal' }>,
  context: CommandContext,
): Promise<number> {
  return runJournal({ ...context, ...command, translate: translator(context.language) });
}

function factOptions({ dnsServers, domains }: TargetOptions): FactOptions {
  return {
    ...(dnsServers !== null && { dnsServers }),
    ...(domains !== null && { domains }),
  };
}
