import type { Translate } from '@shared/i18n';
import {
  checkDataDirectory,
  defaultDataDirectory,
  Journal,
  type JournalEntry,
} from '@engine/journal';
import { writeLines, type Console } from './console';

/** The journal of a data directory; null is the usual one. @throws JournalUnusable */
export async function openJournal(dataDir: string | null): Promise<Journal> {
  const directory = dataDir ?? defaultDataDirectory();
  // A folder that the person named may be a link; the usual one must be what it seems.
  if (dataDir === null) await checkDataDirectory(directory);
  return new Journal(directory);
}

/** Names the entries that something interrupted, with the command that puts things right. */
export function warnOfUnfinished(
  entries: readonly JournalEntry[],
  { stderr, translate }: Pick<Console, 'stderr'> & { readonly translate: Translate },
): void {
  writeLines(
    stderr,
    entries.map(({ entry, at, fix }) =>
      translate('journal.unfinished', { entry, at, title: translate(`fixes.${fix}.title`) }),
    ),
  );
}
