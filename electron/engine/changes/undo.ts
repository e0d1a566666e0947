/**
 * Undo: reverts the changes of a journal entry on the computer they were made on, including an entry whose process
 * was killed partway through.
 */
import type { ReasonCode } from '@shared/diagnosis';
import type { Message } from '@shared/message';
import type { Journal } from '../journal/journal';
import type { JournalEntry } from '../journal/lines';
import { isRunning } from '../journal/owner';
import { toResult } from '../facts/fact-types';
import { needsElevation, rollBackChange } from './executor';
import { inverseOf, isChange, isRestoring, type Change } from './index';
import { freshFacts, readStates, type ChangedComputer } from './state';
import { planRollback, type AppliedChange, type RollbackStep } from './rollback';

/** The result of an undo. */
export type UndoResult =
  | {
      /** Everything that can be undone has been; the entry is closed. */
      readonly outcome: 'undone';
      /** Settings that were restored, not counting the restart that applies them. */
      readonly restored: readonly Change[];
      /** What remains in place and why, one sentence per message. */
      readonly kept: readonly Message[];
    }
  /** Nothing was changed, for this reason. */
  | {
      readonly outcome: 'nothing-to-undo' | 'other-target' | 'changed-since' | 'not-elevated';
      readonly messages: readonly Message[];
    }
  /** Some changes couldn't be undone; undo can be retried. */
  | { readonly outcome: 'failed'; readonly messages: readonly Message[] };

/** The computer and journal that an undo works on. */
export interface UndoContext extends ChangedComputer {
  readonly journal: Journal;
}

/**
 * Undoes an entry.
 *
 * @param id the entry; null for the newest entry of this target that hasn't been undone
 * @throws JournalUnusable
 */
export async function undo(id: string | null, context: UndoContext): Promise<UndoResult> {
  const { computer, journal, signal } = context;
  await journal.check();
  const { id: target, elevated } = await computer.system(signal);
  const entry = id === null ? await lastOf(journal, target) : await findEntry(id, journal);
  if ('key' in entry) return { outcome: 'nothing-to-undo', messages: [entry] };
  if (entry.target !== target) {
    return { outcome: 'other-target', messages: [otherTargetMessage(entry)] };
  }
  if (isReverted(entry)) {
    const params = { entry: entry.entry };
    const key = entry.state === 'undone' ? 'journal.alreadyUndone' : 'journal.alreadyRolledBack';
    return { outcome: 'nothing-to-undo', messages: [{ key, params }] };
  }
  const effects = effectsOf(entry);
  const started = effects.map(({ change }) => change);
  const now = await toResult(readStates(freshFacts(context), started));
  if (!now.ok) return stateUnread(now.reason);
  const plan = planRollback(effects, now.value, (effect) => wasInterrupted(entry, effect, effects));
  const conflicts = plan.filter(({ what }) => what === 'conflict');
  if (conflicts.length > 0) return { outcome: 'changed-since', messages: conflicts.map(conflict) };
  const restores = plan.filter((step) => step.what === 'restore');
  // The previous values also come from the journal, so validate them too.
  if (!restores.every(({ inverse }) => isChange(inverse))) {
    return { outcome: 'nothing-to-undo', messages: [invalidEntry(entry.entry)] };
  }
  if (elevated === false && needsElevation(restores.map(({ change }) => change))) {
    return { outcome: 'not-elevated', messages: [{ key: 'fixes.notElevated' }] };
  }
  const messages: Message[] = [];
  for (const back of restores) {
    const rolledBack = await rollBackChange(back, entry.entry, context);
    messages.push(...rolledBack.messages);
    // If it couldn't be read back, continue with the rest; the entry can be undone again.
    if (rolledBack.status === 'left') return { outcome: 'failed', messages };
  }
  if (messages.length > 0) {
    return { outcome: 'failed', messages: [...messages, { key: 'journal.undoAgain' }] };
  }
  await journal.note(entry.entry, { type: 'entry-undone' });
  return {
    outcome: 'undone',
    restored: restores.map(({ change }) => change).filter(({ kind }) => kind !== 'service-restart'),
    kept: whatStays(plan),
  };
}

/** What undo leaves in place. An activation belongs to its key: restoring a previous key requires a new activation. */
function whatStays(plan: readonly RollbackStep[]): readonly Message[] {
  const key = plan.map(({ inverse }) => inverse).find((change) => change?.kind === 'product-key');
  return plan.flatMap(({ change, kept }): readonly Message[] => {
    if (kept === null) return [];
    if (key === undefined || !ACTIVATIONS.has(change.kind)) return [kept];
    const { partialProductKey } = key;
    return [{ key: 'journal.activateAnew', params: { partialProductKey } }];
  });
}

const ACTIVATIONS: ReadonlySet<Change['kind']> = new Set(['activation', 'phone-activation']);

/** Returns entries that were never closed and whose process is gone: it was killed partway through. Newest first. */
export async function unfinishedEntries(
  journal: Journal,
  target: string,
): Promise<readonly JournalEntry[]> {
  const records = await journal.entries();
  return records
    .filter(({ state }) => state === 'open')
    .flatMap((record) => record.details() ?? [])
    .filter((entry) => entry.target === target && !isInProgress(entry));
}

/** Whether an entry is still open and the process that owns it is running. */
export const isInProgress = ({ state, owner }: JournalEntry): boolean =>
  state === 'open' && owner !== undefined && isRunning(owner);

/** Returns an entry by its ID, or a message saying why it isn't available. @throws JournalUnusable */
export async function findEntry(id: string, journal: Journal): Promise<JournalEntry | Message> {
  const record = await journal.find(id);
  if (record === null) return { key: 'journal.noSuchEntry', params: { entry: id } };
  return record.details() ?? invalidEntry(id);
}

/** Whether nothing of an entry is left to undo: it was undone, or rolled back when it failed. */
export const isReverted = ({ state }: Pick<JournalEntry, 'state'>): boolean =>
  state === 'undone' || state === 'rolled-back';

/** The result of an undo that couldn't read the state of the PC. */
export const stateUnread = (reason: ReasonCode): Extract<UndoResult, { outcome: 'failed' }> => ({
  outcome: 'failed',
  messages: [{ key: 'journal.stateUnread' }, { key: `reasons.${reason}` }],
});

/** Message for an entry of another computer: an entry can be undone only on the computer it was made on. */
export const otherTargetMessage = ({ entry, computer, target }: JournalEntry): Message => ({
  key: 'journal.otherTarget',
  params: { entry, computer, target },
});

/** Message for an entry with contents that this version can't have written. */
export const invalidEntry = (entry: string): Message => ({
  key: 'journal.notBelieved',
  params: { entry },
});

async function lastOf(journal: Journal, target: string): Promise<JournalEntry | Message> {
  for (const record of await journal.entries()) {
    if (isReverted(record)) continue;
    const entry = record.details();
    if (entry?.target === target) return entry;
  }
  return { key: 'journal.nothingToUndo' };
}

/** Whether the process ended while this change was being made or rolled back, so its state is unknown. */
function wasInterrupted(
  { state, changes, events }: JournalEntry,
  effect: AppliedChange,
  effects: readonly AppliedChange[],
): boolean {
  if (state !== 'open') return false;
  const wasRollingBack = events.some(
    (event) => event.type === 'change-refused' && changes[event.index]?.tolerateFailure !== true,
  );
  return wasRollingBack || effect === effects.at(-1);
}

/** Returns the changes that an entry started, with the last known state of each. */
function effectsOf({ changes, before, events, state }: JournalEntry): AppliedChange[] {
  const effects = new Map<number, AppliedChange>();
  const update = (index: number, news: Partial<AppliedChange>): void => {
    const effect = effects.get(index);
    if (effect !== undefined) effects.set(index, { ...effect, ...news });
  };
  for (const event of events) {
    if (event.type === 'change-started') {
      const { index, memory } = event;
      const change = changes[index];
      if (change === undefined) continue;
      const known = { index, change, before: before[index] ?? null, memory };
      effects.set(index, { ...known, made: false, after: undefined });
    } else if (event.type === 'change-done') {
      update(event.index, { made: true, after: event.after });
    } else if (event.type === 'change-unverified') {
      update(event.index, { made: true, after: undefined });
    } else if (event.type === 'change-refused') {
      const isTolerated = changes[event.index]?.tolerateFailure === true;
      if (isTolerated) effects.delete(event.index);
    } else if (event.type === 'entry-closed' && state !== 'open') {
      // Later changes of the same fix may have altered the state left by an earlier one.
      event.after?.forEach((after, index) => {
        if (after !== undefined) update(index, { after });
      });
    }
  }
  return [...effects.values()];
}

function conflict({ change }: RollbackStep): Message {
  return { key: 'journal.changedSince', params: { kind: change.kind } };
}

/** Whether undo would have anything to do for an entry, judging by the journal alone. */
export function canUndo(entry: JournalEntry): boolean {
  if (isReverted(entry)) return false;
  const effects = effectsOf(entry);
  const isClosed = entry.state === 'verified' || entry.state === 'applied';
  // A routing test has already restored what it changed.
  if (isClosed && effects.some(({ change, made }) => made && isRestoring(change))) return false;
  return effects.some(({ change, before }) => inverseOf(change, before) !== null);
}
