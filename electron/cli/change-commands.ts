/** The commands that change something, each run against its target computer. */
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

/** Runs `repair` and returns its exit code. */
export async function repairCommand(
  command: Of<'repair'>,
  context: CommandContext,
): Promise<number> {
  const on = await changeContext(command, context);
  const { expectedHosts } = command;
  return runRepair({ ...on, factOptions: { ...on.factOptions, expectedHosts } });
}

/** Runs `fix` and returns its exit code. */
export async function fixCommand(command: Of<'fix'>, context: CommandContext): Promise<number> {
  return runFix(await changeContext(command, context));
}

/** Runs `undo` and returns its exit code. */
export async function undoCommand(command: Of<'undo'>, context: CommandContext): Promise<number> {
  const on = await changeContext(command, context);
  const code = await runUndo(on);
  if (code === FIX_EXIT.verified || code === FIX_EXIT.failed)
    await keepAsItIs(on.computer, command.save);
  return code;
}

/** Runs `journal` and returns its exit code. */
export function journalCommand(command: Of<'journal'>, context: CommandContext): Promise<number> {
  return runJournal({ ...context, ...command, translate: translator(context.language) });
}

/** Adds the computer, the translator and the fact options to the command context. */
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

/** Writes the `--save` file even if nothing was restored, because later commands read the scenario from it. */
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
