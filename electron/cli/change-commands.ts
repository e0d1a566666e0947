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

type Of<Name extends Command['command']> = Extract<Command, { readonly command: Name }>;

/** `repair` */
export async function repairCommand(
  command: Of<'repair'>,
  context: CommandContext,
): Promise<number> {
  const on = await changeContext(command, context);
  const { expectedHosts } = command;
  return runRepair({ ...on, factOptions: { ...on.factOptions, expectedHosts } });
}

/** `fix` */
export async function fixCommand(command: Of<'fix'>, context: CommandContext): Promise<number> {
  return runFix(await changeContext(command, context));
}

/** `undo` */
export async function undoCommand(command: Of<'undo'>, context: CommandContext): Promise<number> {
  const on = await changeContext(command, context);
  const code = await runUndo(on);
  if (code === FIX_EXIT.verified || code === FIX_EXIT.failed)
    await keepAsItIs(on.computer, command.save);
  return code;
}

/** `journal` */
export function journalCommand(command: Of<'journal'>, context: CommandContext): Promise<number> {
  return runJournal({ ...context, ...command, translate: translator(context.language) });
}

/** What a command is given that may change a computer. */
async function changeContext<C extends Of<'repair' | 'fix' | 'undo'>>(
  command: C,
  context: CommandContext,
) {
  const computer = await computerFor(command, command.save, context);
  return {
    ...context,
    ...command,
    translate: translator(context.language),
    computer,
    factOptions: factOptions(command, computer, context),
    options: command,
  };
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
