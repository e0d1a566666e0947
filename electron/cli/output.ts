/**
 * What becomes of a command whose output cannot be written: the work goes on, since a change that ends halfway is
 * worse than one that nobody reads of.
 */
import { languageFor } from '@shared/language';
import { systemCode } from '@engine/files';
import { writeLines } from './console';
import type { Streams } from './context';
import { EXIT } from './exit-codes';
import { languageIn } from './options';
import { systemLanguage } from './system-language';

/** Keeps a stream that fails from ending the process. */
export function keepOutput({ stdout, stderr }: Pick<Streams, 'stdout' | 'stderr'>) {
  let lost: Error | null = null;
  stdout.on('error', (error) => {
    lost ??= error;
  });
  // There is nowhere left to say it.
  stderr.on('error', () => undefined);
  return {
    /**
     * The exit code once all is written: the command's own, also where the reader has gone, as `head` does. Where the
     * output was lost otherwise, such as on a full disk, that is said, and no code of the command tells of success.
     */
    async exitCode(ofCommand: number, argv: readonly string[]): Promise<number> {
      await new Promise<void>((resolve) => {
        stdout.write('', () => {
          resolve();
        });
      });
      if (lost === null || systemCode(lost) === 'EPIPE') return ofCommand;
      const { translator } = await import('@shared/i18n');
      const t = translator(languageIn(argv) ?? languageFor(await systemLanguage()));
      writeLines(stderr, [t('cli.outputLost', { code: systemCode(lost) })]);
      return EXIT.failed;
    },
  };
}
