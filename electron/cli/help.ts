/** `--help` and `--version`. */
import { translator } from '@shared/i18n';
import { VERSION } from './product';
import type { CommandContext } from './context';

/** Prints what the command can do. */
export function help({ stdout, language }: CommandContext): number {
  stdout.write(`${translator(language)('cli.help')}\n`);
  return 0;
}

/** Prints the version. */
export function version({ stdout }: CommandContext): number {
  stdout.write(`${VERSION}\n`);
  return 0;
}
