/** `--help` and `--version`. */
import { translator } from '@shared/i18n';
import type { Command } from './options';
import { VERSION } from './product';
import type { CommandContext } from './context';

/** Commands that read the facts of a computer. */
const OF_A_TARGET: ReadonlySet<string> = new Set(['diagnose', 'repair', 'fix', 'undo']);

/** Prints what the program can do, or one of its commands. */
export function help(
  { of }: Extract<Command, { command: 'help' }>,
  { stdout, language }: CommandContext,
): number {
  const t = translator(language);
  const commands = t('cli.help.commands');
  const facts = [
    ...(of === null || OF_A_TARGET.has(of) ? [t('cli.help.targets')] : []),
    ...(of === null || of === 'diagnose' ? [t('cli.help.diagnose')] : []),
    t('cli.help.common'),
  ].join('\n');
  const usage = of === null ? [t('cli.help.about'), commands] : [usageOf(of, commands)];
  stdout.write(`${[...usage, facts].join('\n\n')}\n`);
  return 0;
}

/** The lines of one command: its own, and those that go on from them. */
function usageOf(command: string, commands: string): string {
  return commands
    .split(/\n(?= {2}\S)/)
    .filter((usage) => usage.trimStart().startsWith(`kms-doctor ${command} `))
    .join('\n');
}

/** Prints the version. */
export function version({ stdout }: CommandContext): number {
  stdout.write(`${VERSION}\n`);
  return 0;
}
