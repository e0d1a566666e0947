import { resolve } from 'node:path';
import { translateMessage, type Translate } from '@shared/i18n';
import type { Computer } from '@engine/computer';
import {
  checkDataDirectory,
  defaultDataDirectory,
  Journal,
  type JournalUnusable,
} from '@engine/journal/journal';
import type { JournalEntry } from '@engine/journal/lines';
import { usualJournal } from '../elevation/journal-folder';
import { writeLines } from './console';
import type { Streams } from './context';
import { undoCommandFor, type Whereabouts } from './recommend';

/** Asking who we are takes a tenth of a second. */
const LIMIT_MS = 10_000;

/**
 * The journal of a data directory; null is the usual one. With administrator rights no directory is used for changes of
 * this PC unless it is the administrators' alone.
 *
 * @param target whose changes stand there, unless it is only read
 * @throws JournalUnusable
 */
export async function openJournal(
  dataDir: string | null,
  target: Computer['target'] = 'this-pc',
): Promise<Journal> {
  if (dataDir === null) {
    const directory = defaultDataDirectory();
    await checkDataDirectory(directory);
    return usualJournal(hasAdministratorRights, directory);
  }
  return target === 'this-pc'
    ? usualJournal(hasAdministratorRights, resolve(dataDir))
    : new Journal(dataDir);
}

/** Whether this process has them; where that cannot be found out, it is taken for one that has. */
async function hasAdministratorRights(): Promise<boolean> {
  if (process.platform !== 'win32') return false;
  const { ownElevation } = await import('../computer/windows/this-process');
  return ownElevation(AbortSignal.timeout(LIMIT_MS)).catch(() => true);
}

/** Names the entries that something interrupted, with the command that puts things right. */
export function warnOfUnfinished(
  entries: readonly JournalEntry[],
  {
    stderr,
    translate,
    options,
  }: Pick<Streams, 'stderr'> & { readonly translate: Translate; readonly options: Whereabouts },
): void {
  writeLines(
    stderr,
    entries.map(({ entry, at, fix }) =>
      translate('journal.unfinished', {
        ...{ entry, at, title: translate(`fixes.${fix}.title`) },
        command: undoCommandFor(entry, options),
      }),
    ),
  );
}

/** Where the journal cannot be used, why, and what to do. */
export function unusableText(error: JournalUnusable, translate: Translate): string {
  return translate('journal.unusable', {
    path: error.path,
    reason: translateMessage(translate, error.reason),
  });
}
