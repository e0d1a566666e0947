/** The commands that change something, each with the computer that it is about. */
import { translator } from '@shared/i18n';
import type { Computer } from '@engine/computer';
import type { FactOptions } from '@engine/facts/facts';
import type { ScenarioComputer } from '../computer/scenario';
import { FIX_EXIT } from './exit-codes';
import { runFix } from './fix';
import { runJournal } from './journal';
import { journalHosts } from './journal-hosts';
import type { Command, TargetOptions } from './options';
import type { CommandContext } from './context';
import { runRepair } from './repair';
import { computerFor } from './target';
import { runUndo } from './undo';

/** `repair` */
export async function repairCommand(
  command: Extract<Command, { command: 'repair' }>,
  context: CommandContext,
): Promise<number> {
  const computer = await computerFor(command, command.save, context);
  return runRepair({
    ...context,
    ...command,
    translate: translator(context.language),
    computer,
    factOptions: {
      ...factOptions(command, computer, context),
      expectedHosts: command.expectedHosts,
    },
    options: command,
  });
}

/** `fix` */
export async function fixCommand(
  command: Extract<Command, { command: 'fix' }>,
  context: CommandContext,
): Promise<number> {
  const computer = await computerFor(command, command.save, context);
  return runFix({
    ...context,
    ...command,
    translate: translator(context.language),
    computer,
    factOptions: factOptions(command, computer, context),
    options: command,
  });
}

/** `undo` */
export async function undoCommand(
  command: Extract<Command, { command: 'undo' }>,
  context: CommandContext,
): Promise<number> {
  const computer = await computerFor(command, command.save, context);
  const code = await runUndo({
    ...context,
    ...command,
    translate: translator(context.language),
    computer,
    factOptions: factOptions(command, computer, context),
    options: command,
  });
  if (code === FIX_EXIT.verified || code === FIX_EXIT.failed)
    await keepAsItIs(computer, command.save);
  return code;
}

/** `journal` */
export function journalCommand(
  command: Extract<Command, { command: 'journal' }>,
  context: CommandContext,
): Promise<number> {
  return runJournal({ ...context, ...command, translate: translator(context.language) });
}

/** Where nothing had to be put back, nothing was written: whoever goes on from the file finds it all the same. */
async function keepAsItIs(computer: Computer, save: string | null): Promise<void> {
  if (save === null || !('document' in computer)) return;
  const { saveScenario } = await import('../computer/scenario');
  await saveScenario(save, (computer as ScenarioComputer).document());
}

function factOptions(
  options: TargetOptions & { readonly dataDir: string | null },
  computer: Computer,
  { signal }: CommandContext,
): FactOptions {
  const { dnsServers, domains } = options;
  return {
    journalHosts: journalHosts(options, computer, signal),
    ...(dnsServers !== null && { dnsServers }),
    ...(domains !== null && { domains }),
  };
}
