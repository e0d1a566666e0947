/** Code shared by the commands that change a computer. */
import { translateMessage, type Translate } from '@shared/i18n';
import type { MessageKey } from '@shared/message';
import type { Change } from '@engine/changes';
import { needsElevation } from '@engine/changes/executor';
import { unfinishedEntries } from '@engine/changes/undo';
import type { Computer } from '@engine/computer';
import { toResult } from '@engine/facts/fact-types';
import type { FactOptions } from '@engine/facts/facts';
import { catchObstacle, type Obstacle } from '../services/attempt';
import type { TreatmentAttempted } from '../services/treatment-attempt';
import { isYes, readLine, writeLines } from './console';
import type { Streams } from './context';
import { FIX_EXIT } from './exit-codes';
import { openJournal } from './open-journal';
import type { ChangeOptions } from './options';
import { undoCommandFor, type ComputerOptions } from './recommend';

/** Input of a command that changes a computer. Recommended commands repeat the options that select the computer. */
export interface ChangeContext extends Streams, ComputerOptions {
  readonly computer: Computer;
  readonly json: boolean;
  readonly translate: Translate;
  readonly signal: AbortSignal;
  readonly factOptions: FactOptions;
}

/** Input of a command that asks for confirmation before it changes anything. */
export type ConfirmedContext = ChangeContext & ChangeOptions;

/** Exit code of a command and the lines it still has to print to stderr. */
export interface CommandResult {
  readonly exitCode: number;
  readonly lines: readonly string[];
}

/**
 * Runs a change and prints its final lines, or the obstacle that prevented it, to stderr.
 *
 * @returns the exit code
 */
export async function runChange(
  { signal, stderr, translate }: Pick<ChangeContext, 'signal' | 'stderr' | 'translate'>,
  work: () => Promise<CommandResult>,
): Promise<number> {
  const ended = await catchObstacle(signal, work);
  const { exitCode, lines } = 'exitCode' in ended ? ended : obstacleEnd(ended, translate);
  writeLines(stderr, lines);
  return exitCode;
}

function obstacleEnd(obstacle: Obstacle, translate: Translate): CommandResult {
  switch (obstacle.outcome) {
    case 'cancelled':
      return endAs('interrupted');
    case 'journal-unusable': {
      const { path, reason } = obstacle.error;
      const params = { path, reason: translateMessage(translate, reason) };
      return endAs('failed', translate('journal.unusable', params));
    }
    case 'unreadable': {
      const why = translate(`reasons.${obstacle.reason}`);
      return endAs('nothingDone', `${translate('fixes.notHere.unread')} ${why}`);
    }
  }
}

/** The result of a command, by the name of its exit code. */
export const endAs = (name: keyof typeof FIX_EXIT, ...lines: readonly string[]): CommandResult => ({
  exitCode: FIX_EXIT[name],
  lines,
});

/** The result of a command whose plan wasn't carried out. */
export function notCarriedOut(
  ended: Exclude<TreatmentAttempted<CommandResult>, { outcome: 'ended' }>,
  translate: Translate,
): CommandResult {
  switch (ended.outcome) {
    case 'declined':
      return ended.by;
    case 'stale':
      return endAs('nothingDone', translate('fixes.refused.stale'));
    case 'not-elevated':
      return endAs('notElevated', translate('fixes.notElevated'));
  }
}

/**
 * Opens the journal, warns about interrupted entries, each with the command that undoes it, and checks for
 * administrator rights.
 */
export async function prepareChange(context: ChangeContext) {
  const { computer, dataDir, signal, stderr, translate } = context;
  const journal = await openJournal(dataDir, computer.target);
  const system = await toResult(computer.system(signal));
  if (!system.ok) return { journal, isElevated: false };
  const { id, elevated } = system.value;
  const unfinished = await unfinishedEntries(journal, id);
  writeLines(
    stderr,
    unfinished.map(({ entry, at, fix }) =>
      translate('journal.unfinished', {
        entry,
        at,
        title: translate(`fixes.${fix}.title`),
        command: undoCommandFor(entry, context),
      }),
    ),
  );
  return { journal, isElevated: elevated };
}

/**
 * Asks the user to confirm the changes.
 *
 * @param shown the plan, printed to stderr if stdout is reserved for JSON
 * @returns null if confirmed, otherwise the result of the command
 */
export async function confirmChange(
  changes: readonly Change[],
  isElevated: boolean | null,
  question: MessageKey,
  shown: readonly string[],
  context: ConfirmedContext,
): Promise<CommandResult | null> {
  const { translate, stderr, stdin, json, yes, signal } = context;
  if (isElevated !== true && needsElevation(changes)) {
    if (isElevated === false) return endAs('notElevated', translate('fixes.notElevated'));
    writeLines(stderr, [translate('fixes.rightsUnknown')]);
  }
  if (yes) return null;
  if (stdin.isTTY !== true) return endAs('nothingDone', translate('fixes.refused.needsYes'));
  if (json) writeLines(stderr, shown);
  const answer = await readLine(context, translate(question), false, signal);
  return isYes(answer) ? null : endAs('nothingDone', translate('fixes.refused.notConfirmed'));
}
