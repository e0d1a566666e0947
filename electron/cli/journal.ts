/** `journal`: lists changes, newest first. */
import type { Translate } from '@shared/i18n';
import type { JournalEntryView } from '@shared/plan';
import { viewJournal } from '@engine/fixes/views';
import { endAs, runChange, type ChangeContext } from './change';
import { writeJson, writeLines } from './console';
import { openJournal } from './open-journal';

/** Input of `journal`. */
export type JournalContext = Pick<
  ChangeContext,
  'stdout' | 'stderr' | 'json' | 'translate' | 'dataDir' | 'signal'
>;

/** Maximum number of entries in text output; JSON lists all of them. */
const SHOWN = 50;

/**
 * Runs `journal`.
 *
 * @returns the exit code
 */
export function runJournal(context: JournalContext): Promise<number> {
  const { json, translate, dataDir, stdout, stderr } = context;
  return runChange(context, async () => {
    const read = await (await openJournal(dataDir)).read();
    const limit = json ? Infinity : SHOWN;
    const { entries: views, unreadable } = viewJournal(read, null, translate, limit);
    if (unreadable !== null) writeLines(stderr, [unreadable]);
    if (json) {
      writeJson(stdout, { schema: 'kms-doctor/journal@1', entries: views.map(entryDocument) });
    } else {
      const lines = views.flatMap((view, index) => [
        ...treatmentLines(view, views[index - 1], translate),
        ...entryLines(view, translate),
      ]);
      writeLines(stdout, lines.length === 0 ? [translate('journal.empty')] : lines);
    }
    return endAs('verified');
  });
}

function entryDocument(view: JournalEntryView): object {
  const { entry, fix, target, at, state, treatment, changes } = view;
  return { entry, fix, target: nameOf(target), at, state, treatment, changes };
}

/** A target in JSON output: the machine GUID, or the bare name of a simulated PC. */
const nameOf = (target: string): string => target.replace(/^scenario:/, '');

/** A heading before the consecutive steps of a treatment, and a blank line before entries that belong to none. */
function treatmentLines(
  { treatment }: JournalEntryView,
  before: JournalEntryView | undefined,
  translate: Translate,
): readonly string[] {
  if (treatment === (before?.treatment ?? null)) return [];
  return [treatment === null ? '' : translate('journal.treatment', { treatment })];
}

function entryLines(view: JournalEntryView, translate: Translate): readonly string[] {
  const { entry, at, title, state, running, target, changes } = view;
  const stands = translate(`journal.states.${running ? 'running' : state}`);
  return [
    `${entry}  ${at}  [${stands}]  ${title}  (${target})`,
    ...changes.map(({ title: asked, before, after }) => {
      return `    ${translate('report.pair', { asked, answer: `${before} → ${after}` })}`;
    }),
    ...(state === 'unverified' ? [`    ${translate('journal.unverified')}`] : []),
  ];
}
