/**
 * Handles output that can't be written. The command still runs to completion: a half-finished change is worse than one
 * without output.
 */
import { languageFor } from '@shared/language';
import { systemCode } from '@engine/files';
import { writeLines } from './console';
import type { Streams } from './context';
import { EXIT } from './exit-codes';
import { languageIn } from './options';
import { systemLanguage } from './system-language';

/** Keeps stream errors from ending the process, and returns a function that turns them into the exit code. */
export function guardOutput({ stdout, stderr }: Pick<Streams, 'stdout' | 'stderr'>) {
  let lost: Error | null = null;
  stdout.on('error', (error) => {
    lost ??= error;
  });
  // There's no stream left to report this on.
  stderr.on('error', () => undefined);
  /**
   * Returns the exit code once all output is flushed. If the reader closed the pipe early (EPIPE, as `head` does), the
   * command's exit code is kept. If output was lost otherwise, such as on a full disk, that's reported as a failure.
   */
  return async (ofCommand: number, argv: readonly string[]): Promise<number> => {
    await new Promise((resolve) => {
      stdout.write('', resolve);
    });
    if (lost === null || systemCode(lost) === 'EPIPE') return ofCommand;
    const { translator } = await import('@shared/i18n');
    const t = translator(languageIn(argv) ?? languageFor(await systemLanguage()));
    writeLines(stderr, [t('cli.outputLost', { code: systemCode(lost) })]);
    return EXIT.failed;
  };
}
