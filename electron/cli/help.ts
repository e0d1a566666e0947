/** `--help` and `--version`. */
import type { FixId } from '@shared/catalog';
import { translator, type Translate } from '@shared/i18n';
import { padColumns } from '../report/terminal';
import { OPTIONS, type Command } from './options';
import { VERSION } from './product';
import type { CommandContext } from './context';

/** Prints help on the program, a command or a fix. */
export async function help(
  { of, fix }: Extract<Command, { command: 'help' }>,
  { stdout, language }: CommandContext,
): Promise<number> {
  const t = translator(language);
  const commands = t('cli.help.commands');
  const takes = (option: string): boolean => of === null || option in OPTIONS[of];
  const facts = [
    ...(takes('target') ? [t('cli.help.targets')] : []),
    ...(of === null || of === 'diagnose' ? [t('cli.help.diagnose')] : []),
    t('cli.help.common'),
    ...(takes('param') ? [t('cli.help.key')] : []),
    ...(of === null ? [t('cli.help.each')] : []),
  ].join('\n');
  const usage =
    of === null ? [t('cli.help.about'), commands] : [usageOf(of, commands), t(`cli.help.on.${of}`)];
  const chosen = fix === null ? [] : await ofFix(fix, t);
  stdout.write(`${[...usage, ...chosen, facts].join('\n\n')}\n`);
  return 0;
}

/** The usage lines of a command, including their continuation lines. */
function usageOf(command: string, commands: string): string {
  return commands
    .split(/\n(?= {2}\S)/)
    .filter((usage) => usage.trimStart().startsWith(`kms-doctor ${command} `))
    .join('\n');
}

/** The description of a fix and its parameters, with the allowed values of those that have a fixed set. */
async function ofFix(fix: FixId, t: Translate): Promise<readonly string[]> {
  // Loading the fixes takes longer than everything else here.
  const [{ fixOf }, { fieldsOf }] = await Promise.all([
    import('@engine/fixes'),
    import('@engine/fixes/parameters'),
  ]);
  const fields = fieldsOf(fixOf(fix).parameters);
  const width = Math.max(...fields.map(({ name }) => name.length)) + 2;
  const lines = fields.map(({ name, choices }) =>
    [
      `  ${padColumns(name, width)}${t(`parameters.${name}.label`)}`,
      ...(choices === undefined ? [] : [`: ${choices.join('|')}`]),
    ].join(''),
  );
  return [
    [t(`fixes.${fix}.title`), t(`fixes.${fix}.description`), t(`fixes.${fix}.why`)].join('\n'),
    ...(fields.length === 0 ? [] : [[t('cli.help.parameters'), ...lines].join('\n')]),
  ];
}

/** Prints the version. */
export function version({ stdout }: CommandContext): number {
  stdout.write(`${VERSION}\n`);
  return 0;
}
