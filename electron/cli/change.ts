/** What the commands that change a computer have in common. */
import type { Translate } from '@shared/i18n';
import type { MessageKey } from '@shared/message';
import type { ChangeView } from '@shared/plan';
import type { Change } from '@engine/changes';
import { needsElevation } from '@engine/changes/executor';
import { unfinishedEntries } from '@engine/changes/undo';
import type { Computer } from '@engine/computer';
import { toResult } from '@engine/facts/fact-snapshot';
import type { FactOptions } from '@engine/facts/facts';
import type { Journal } from '@engine/journal/journal';
import { orObstacle, type Obstacle } from '../services/attempt';
import { isYes, readLine, writeLines } from './console';
import type { Streams } from './context';
import { FIX_EXIT } from './exit-codes';
import { openJournal, unusableText, warnOfUnfinished } from './open-journal';
import type { Whereabouts } from './recommend';

/** What a command that changes a computer is called with. */
export interface ChangeContext extends Streams {
  readonly computer: Computer;
  readonly json: boolean;
  readonly translate: Translate;
  /** Null for the usual place. */
  readonly dataDir: string | null;
  readonly signal: AbortSignal;
  readonly factOptions?: FactOptions;
  /** The options of this command line: a command that it recommends repeats those that say whose facts are read. */
  readonly options: Whereabouts;
}

/** What such a command is called with where it asks first. */
export interface ConfirmedContext extends ChangeContext {
  readonly params: readonly (readonly [name: string, value: string])[];
  /** Whether nothing is asked. */
  readonly yes: boolean;
}

/** The end of a command before its work is done. */
export interface Ended {
  readonly exitCode: number;
  readonly lines: readonly string[];
}

/**
 * Does the work of such a command and says how it ended, or what stood in the way.
 *
 * @returns the exit code
 */
export async function runChange(
  { signal, stderr, translate }: Pick<ChangeContext, 'signal' | 'stderr' | 'translate'>,
  work: () => Promise<Ended>,
): Promise<number> {
  const ended = await orObstacle(signal, work);
  const { exitCode, lines } = 'exitCode' in ended ? ended : obstacleEnd(ended, translate);
  writeLines(stderr, lines);
  return exitCode;
}

function obstacleEnd(obstacle: Obstacle, translate: Translate): Ended {
  switch (obstacle.outcome) {
    case 'cancelled':
      return { exitCode: FIX_EXIT.interrupted, lines: [] };
    case 'journal-unusable':
      return { exitCode: FIX_EXIT.failed, lines: [unusableText(obstacle.error, translate)] };
    case 'unreadable': {
      const why = translate(`reasons.${obstacle.reason}`);
      return nothingDone(`${translate('fixes.notHere.unread')} ${why}`);
    }
  }
}

/** The end of a command that changed nothing, and why. */
export const nothingDone = (...lines: readonly string[]): Ended => ({
  exitCode: FIX_EXIT.nothingDone,
  lines,
});

/** The end of a command that lacks administrator rights. */
export const notElevated = (translate: Translate): Ended => ({
  exitCode: FIX_EXIT.notElevated,
  lines: [translate('fixes.notElevated')],
});

/** Opens the journal, warns of what something interrupted, and finds out whether there are administrator rights. */
export async function prepareChange(
  context: ChangeContext,
): Promise<{ readonly journal: Journal; readonly isElevated: boolean | null }> {
  const { computer, dataDir, signal } = context;
  const journal = await openJournal(dataDir, computer.target);
  const system = await toResult(computer.system(signal));
  if (!system.ok) return { journal, isElevated: false };
  const { id, elevated } = system.value;
  warnOfUnfinished(await unfinishedEntries(journal, id), context);
  return { journal, isElevated: elevated };
}

/**
 * Asks whether the changes are to be made.
 *
 * @param shown what was shown of them, unless standard output is kept for the document
 * @returns null for yes, else how the command ends
 */
export async function confirmChange(
  changes: readonly Change[],
  isElevated: boolean | null,
  question: MessageKey,
  shown: readonly string[],
  context: ConfirmedContext,
): Promise<Ended | null> {
  const { translate, stderr, stdin, json, yes, signal } = context;
  if (isElevated !== true && needsElevation(changes)) {
    if (isElevated === false) return notElevated(translate);
    writeLines(stderr, [translate('fixes.rightsUnknown')]);
  }
  if (yes) return null;
  if (stdin.isTTY !== true) return nothingDone(translate('fixes.refused.needsYes'));
  if (json) writeLines(stderr, shown);
  const answer = await readLine(context, translate(question), false, signal);
  return isYes(answer) ? null : nothingDone(translate('fixes.refused.notConfirmed'));
}

/** A change as other programs see it. */
export function changeDocument(view: ChangeView): object {
  const { kind, title, byHand, before, after, undoable } = view;
  return { kind, title, byHand, before, after, undoable };
}
