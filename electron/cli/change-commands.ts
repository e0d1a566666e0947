/** The commands that change something, each run against its target computer. */
import { translator } from '@shared/i18n';
import type { Computer } from '@engine/computer';
import type { ScenarioComputer } from '../computer/scenario';
import { FIX_EXIT } from './exit-codes';
import { runFix } from './fix';
import { runJournal } from './journal';
import { journalHosts } from './journal-hosts';
import type { Command } from './options';
import type { CommandContext } from './context';
import { runRepair } from './repair';
import { computerFor } from './target';
import { runUndo } from './undo';

/** Runs a command that changes something, or lists the changes, and returns its exit code. */
export async function changeCommand(
  command: Extract<Command, { command: 'repair' | 'fix' | 'undo' | 'journal' }>,
  context: CommandContext,
): Promise<number> {
  const translate = translator(context.language);
  if (command.command === 'journal') return runJournal({ ...context, ...command, translate });
  const { dnsOverrides, save } = command;
  const computer = await computerFor(command, save, context);
  const factOptions = {
    ...dnsOverrides,
    journalHosts: journalHosts(command, computer, context.signal),
    ...(command.command === 'repair' && { expectedHosts: command.expectedHosts }),
  };
  const on = { ...context, translate, computer, factOptions };
  switch (command.command) {
    case 'repair':
      return runRepair({ ...on, ...command });
    case 'fix':
      return runFix(command.fix, { ...on, ...command });
    case 'undo': {
      const code = await runUndo(command.entry, { ...on, ...command });
      if (code === FIX_EXIT.verified || code === FIX_EXIT.failed) await keepAsItIs(computer, save);
      return code;
    }
  }
}

/** Writes the `--save` file even if nothing was restored, because later commands read the scenario from it. */
async function keepAsItIs(computer: Computer, save: string | null): Promise<void> {
  if (save === null || !('document' in computer)) return;
  const { saveScenario } = await import('../computer/scenario');
  await saveScenario(save, (computer as ScenarioComputer).document());
}
