/**
 * The executor: every change to a computer is made here. It writes the journal entry first, then makes each change and
 * reads the state back. If a change fails, all earlier changes are rolled back in reverse order. A change that can't be
 * read back is neither done nor failed: it's kept, the remaining changes are made, and the result is unverified.
 */
import type { ReasonCode } from '@shared/diagnosis';
import type { Message } from '@shared/message';
import { explainError, formatErrorCode } from '@shared/error-codes';
import { ChangeRefused, Unreadable, type ChangeReceipt } from '../computer';
import { signalWithTimeout, neverAborted } from '../deadline';
import type { Journal } from '../journal/journal';
import type { EntryEvent, EntryStart } from '../journal/journal-schema';
import { toResult, valueOr } from '../facts/fact-types';
import type { Secrets } from './change';
import { changeType, inverseOf, isRestoring, slotOf, type Change, type Json } from './index';
import { readBack } from './read-back';
import { freshFacts, hashOf, readEach, readStates, sameState, type ChangedComputer } from './state';
import { planRollback, type AppliedChange, type RestoreStep } from './rollback';

/** The changes to make, with the parsed parameters without secrets, and the state of each change at planning time. */
export type ApplyRequest = Pick<EntryStart, 'fix' | 'parameters' | 'changes' | 'before'>;

/** The outcome of one change. */
export interface Step {
  readonly change: Change;
  /** `unverified`: made without an error, but the resulting state couldn't be read back. */
  readonly status: 'done' | 'unverified' | 'refused' | 'skipped';
  /** The HRESULT returned by Windows, unsigned; null if there was none. */
  readonly code: number | null;
}

/** A progress event of the executor. */
export type ExecutionEvent =
  | { readonly type: 'change-started'; readonly index: number; readonly change: Change }
  | { readonly type: 'change-finished'; readonly index: number; readonly step: Step }
  | { readonly type: 'rolling-back' };

/** The computer to change, and everything needed to change it. If aborted, changes made so far are rolled back. */
export interface Execution extends ChangedComputer {
  readonly journal: Pick<Journal, 'begin' | 'note'>;
  readonly secrets: Secrets;
  /** ID of the treatment that this fix is a step of. */
  readonly treatment?: string;
  readonly onEvent?: (event: ExecutionEvent) => void;
}

/** The result of an execution. */
export type ExecutionResult =
  /** Nothing was changed. */
  { readonly outcome: 'stale' | 'not-elevated' } | Executed;

/** The result of an execution that started making changes. */
export interface Executed {
  /** `unverified`: everything was made, but the result of some changes couldn't be read back. */
  readonly outcome: 'applied' | 'unverified' | 'rolled-back' | 'failed';
  readonly entry: string;
  readonly steps: readonly Step[];
  /** Why it failed and how it ended, or what couldn't be read back and why, one sentence per message; may be empty. */
  readonly failure: readonly Message[];
  /** Whether the user canceled it. */
  readonly cancelled: boolean;
  /** Retries reading what couldn't be read back, and closes the entry according to the result. */
  readonly retryReadBack: () => Promise<Executed>;
}

/** An activation tries every KMS host found in DNS, and takes 21 s for each one that doesn't respond. */
const CHANGE_LIMIT_MS = 120_000;

/** Whether any of the changes requires administrator rights. */
export function needsElevation(changes: readonly Change[]): boolean {
  return changes.some((change) => changeType(change).needsElevation?.(change) ?? true);
}

/**
 * Makes the requested changes.
 *
 * @throws JournalUnusable if the journal can't be written; nothing was changed
 * @throws Unreadable if a previous value can't be read; nothing was changed
 */
export async function execute(
  request: ApplyRequest,
  execution: Execution,
): Promise<ExecutionResult> {
  const { computer, journal, signal } = execution;
  const system = await computer.system(signal);
  if (needsElevation(request.changes) && system.elevated === false)
    return { outcome: 'not-elevated' };
  const before = await readStates(freshFacts(execution), request.changes);
  if (isStale(request, before)) return { outcome: 'stale' };
  const entry = await journal.begin({
    fix: request.fix,
    target: system.id,
    computer: system.name,
    parameters: request.parameters,
    changes: request.changes,
    before,
    treatment: execution.treatment,
  });
  return new ExecutionRun(execution, entry, request.changes, before).make();
}

/** Whether a state differs from the one at planning time; states that change on their own don't count. */
const isStale = (request: ApplyRequest, before: readonly Json[]): boolean =>
  planDigest({ ...request, before }) !== planDigest(request);

/** Returns the digest that identifies a plan: different states, parameters or changes give a different one. */
export function planDigest({ fix, parameters, changes, before }: ApplyRequest): string {
  const settled = changes.map((change, index) =>
    changeType(change).volatile === true ? null : before[index],
  );
  return hashOf({ fix, parameters, changes, before: settled });
}

/** Why a change wasn't made, for the user and for the journal. */
interface Failure {
  readonly message: Message;
  readonly refusal: string;
  readonly code: number | null;
  readonly said: string | null;
}

/** A step that was made but couldn't be read back. */
interface UnreadStep {
  readonly effect: AppliedChange;
  readonly way: string;
  readonly why: ReasonCode;
  /** Whether reading it again may succeed. */
  readonly again: boolean;
}

class ExecutionRun {
  private readonly steps: Step[] = [];
  /** What was or may have been changed, by index of the step, in order. */
  private readonly effects = new Map<number, AppliedChange>();
  /** By index of the step. */
  private readonly unread = new Map<number, UnreadStep>();
  private closedAs: 'applied' | 'unverified' | null = null;

  constructor(
    private readonly execution: Execution,
    private readonly entry: string,
    private readonly changes: readonly Change[],
    private readonly before: readonly Json[],
  ) {}

  async make(): Promise<Executed> {
    const { computer, journal, signal, onEvent } = this.execution;
    for (const [index, change] of this.changes.entries()) {
      if (change.skipWhenDone !== undefined && this.steps[change.skipWhenDone]?.status === 'done') {
        await this.finish(change, 'skipped', { type: 'change-skipped', index });
        continue;
      }
      const memory = computer.captureState?.();
      await journal.note(this.entry, { type: 'change-started', index, memory });
      onEvent?.({ type: 'change-started', index, change });
      const failure = await this.applyChange(index, change, memory);
      if (failure === null) continue;
      await this.noteRefusal(index, change, failure);
      if (change.tolerateFailure !== true || signal.aborted) return this.rollBack(failure);
    }
    return this.close();
  }

  /** Closes the entry. Steps that couldn't be read back are read once more, since they may be readable now. */
  private async close(): Promise<Executed> {
    for (const step of [...this.unread.values()]) {
      const failure = step.again ? await this.readAgain(step) : null;
      if (failure !== null) return this.rollBack(failure);
    }
    const state = this.unread.size > 0 ? 'unverified' : 'applied';
    if (state !== this.closedAs) await this.noteEnd(state, this.execution);
    this.closedAs = state;
    return this.result(state, state === 'applied' ? [] : this.mismatches());
  }

  /** Retries a step that couldn't be read back; returns the failure if the whole fix has now failed. */
  private async readAgain({ effect, way }: UnreadStep): Promise<Failure | null> {
    const { index, change } = effect;
    if (!this.isLastOfSlot(effect)) return null;
    const type = changeType(change);
    const reading = await toResult(type.readState(freshFacts(this.execution), change));
    if (!reading.ok) return null;
    const isDone = type.isDone(reading.value, change);
    // A service that is stopped now may still have been restarted successfully.
    if (!isDone && change.kind === 'service-restart') return null;
    this.unread.delete(index);
    if (isDone) {
      await this.noteDone({ ...effect, after: reading.value }, way);
      return null;
    }
    const failure = failed('not-done');
    await this.noteRefusal(index, change, failure);
    return change.tolerateFailure === true ? null : failure;
  }

  private async noteDone(
    effect: AppliedChange & { readonly after: Json },
    way: string,
  ): Promise<void> {
    const { index, change, after } = effect;
    this.effects.set(index, effect);
    await this.finish(change, 'done', { type: 'change-done', index, way, after });
  }

  private noteRefusal(index: number, change: Change, failure: Failure): Promise<void> {
    const { refusal, code, said } = failure;
    return this.finish(change, 'refused', { type: 'change-refused', index, refusal, code, said });
  }

  /** Whether the current state was left by this step rather than by a later one. */
  private isLastOfSlot({ index, change }: AppliedChange): boolean {
    return !this.steps
      .slice(index + 1)
      .some((later) => later.status !== 'skipped' && slotOf(later.change) === slotOf(change));
  }

  /** Messages about what couldn't be read back and why, and what the user can do. */
  private mismatches(): readonly Message[] {
    const steps = [...this.unread.values()].flatMap(({ effect, why }): readonly Message[] => [
      { key: 'fixes.unverified.one', params: { kind: effect.change.kind } },
      reason(why),
    ]);
    const effects = [...this.effects.values()];
    const hasUndo = effects.some(({ change, before }) => inverseOf(change, before) !== null);
    return [
      ...steps,
      { key: 'fixes.unverified.again' },
      ...(hasUndo ? [{ key: 'fixes.unverified.undo' } as const] : []),
    ];
  }

  private async noteEnd(state: Executed['outcome'], execution: Execution): Promise<void> {
    const after = await toResult(readStates(freshFacts(execution), this.changes));
    await this.execution.journal.note(this.entry, {
      type: 'entry-closed',
      state,
      ...(after.ok && { after: after.value }),
    });
  }

  /** Makes a change and reads the state back; returns null unless the change is known to have failed. */
  private async applyChange(
    index: number,
    change: Change,
    memory: unknown,
  ): Promise<Failure | null> {
    const { signal } = this.execution;
    const type = changeType(change);
    const before = this.before[index] ?? null;
    const known = { index, change, before, memory };
    let refused: Failure | null = null;
    let unclear: ReasonCode | null = null;
    let way = '';
    try {
      const restored = isRestoring(change)
        ? [...this.effects.values()].find((effect) => effect.change.kind === change.kind)
        : undefined;
      ({ way } = await applyInTime(change, restored?.memory, this.execution));
    } catch (error) {
      refused = signal.aborted ? failed('cancelled') : failureOf(error, change);
      if (!signal.aborted && error instanceof Unreadable) unclear = error.reason;
    }
    const reading = await readBack(
      change,
      (state) => type.isDone(state, change),
      signal.aborted ? this.uncanceled() : this.execution,
      refused === null,
    );
    const state = valueOr(reading, undefined);
    const isDone = state !== undefined && type.isDone(state, change);
    // Windows may report an error after making the change, but only a changed state proves that.
    const tookEffect = isDone && (refused === null || !sameState(state, before));
    if (tookEffect && !(refused !== null && signal.aborted)) {
      await this.noteDone({ ...known, made: true, after: state }, way);
      return null;
    }
    // If applying it had no clear outcome, the state may not settle it either: it's as intended, but it already was.
    const unread = refused === null && !reading.ok ? reading.reason : isDone ? unclear : null;
    if (unread !== null && !signal.aborted) {
      const effect = { ...known, made: true, after: undefined };
      this.effects.set(index, effect);
      this.unread.set(index, { effect, way, why: unread, again: !reading.ok });
      const event = { type: 'change-unverified', index, way, reason: unread } as const;
      await this.finish(change, 'unverified', event);
      return null;
    }
    if (refused === null || state === undefined || !sameState(state, before)) {
      this.effects.set(index, { ...known, made: refused === null, after: state });
    }
    return refused ?? failed(reading.ok ? 'not-done' : 'cancelled');
  }

  /** Canceling the fix must not cancel finding out what it changed, or the rollback. */
  private uncanceled(): Execution {
    return { ...this.execution, signal: neverAborted() };
  }

  private async rollBack(failure: Failure): Promise<Executed> {
    this.execution.onEvent?.({ type: 'rolling-back' });
    const execution = this.uncanceled();
    const effects = [...this.effects.values()];
    const changes = effects.map(({ change }) => change);
    const now = await readEach(freshFacts(execution), changes);
    const left: Message[] = [];
    for (const back of planRollback(effects, now, () => true)) {
      if (back.kept !== null) left.push(back.kept);
      if (back.what !== 'restore') continue;
      const { messages } = await rollBackChange(back, this.entry, execution);
      left.push(...messages);
    }
    const state = left.length === 0 ? 'rolled-back' : 'failed';
    await this.noteEnd(state, execution);
    const ending = left.length > 0 ? 'left' : effects.length > 0 ? 'rolledBack' : 'nothing';
    return this.result(state, [failure.message, { key: `fixes.failure.${ending}` }, ...left]);
  }

  /** Writes how a change ended to the journal, and reports it. */
  private async finish(
    change: Change,
    status: Step['status'],
    event: Extract<EntryEvent, { index: number }>,
  ): Promise<void> {
    const { index } = event;
    await this.execution.journal.note(this.entry, event);
    const step = { change, status, code: event.type === 'change-refused' ? event.code : null };
    this.steps[index] = step;
    this.execution.onEvent?.({ type: 'change-finished', index, step });
  }

  private result(outcome: Executed['outcome'], failure: readonly Message[]): Executed {
    const stands = outcome === 'applied' || outcome === 'unverified';
    const result: Executed = {
      outcome,
      entry: this.entry,
      steps: this.steps,
      failure,
      cancelled: !stands && this.execution.signal.aborted,
      retryReadBack: () => (outcome === 'unverified' ? this.close() : Promise.resolve(result)),
    };
    return result;
  }
}

/** The outcome of rolling back one change. */
interface RollbackOutcome {
  /** `unread`: restored without an error, but the resulting state couldn't be read back. `left`: not restored. */
  readonly status: 'back' | 'unread' | 'left';
  /** Why it isn't known to be restored, one sentence per message; empty if it is. */
  readonly messages: readonly Message[];
}

/** Rolls back one change of an entry, verifies the result, and writes to the journal that it's restored. */
export async function rollBackChange(
  { index, inverse, change, before, memory }: RestoreStep,
  entry: string,
  { journal, ...changed }: ChangedComputer & Pick<Execution, 'journal'>,
): Promise<RollbackOutcome> {
  const { kind } = change;
  const left = (why: Message): RollbackOutcome => ({
    status: 'left',
    messages: [{ key: 'fixes.failure.leftOne', params: { kind } }, why],
  });
  const type = changeType(inverse);
  try {
    await applyInTime(inverse, memory, { ...changed, secrets: {} });
  } catch (error) {
    return left(failureOf(error, inverse).message);
  }
  const isBack = (state: Json) => type.isDone(state, inverse) || sameState(state, before);
  const reading = await readBack(change, isBack, changed);
  if (!reading.ok) {
    const unread = { key: 'fixes.failure.unreadOne', params: { kind } } as const;
    return { status: 'unread', messages: [unread, reason(reading.reason)] };
  }
  if (!isBack(reading.value)) return left({ key: 'refusals.not-done' });
  await journal.note(entry, { type: 'change-taken-back', index });
  return { status: 'back', messages: [] };
}

/**
 * Makes a change within the time limit.
 *
 * @param memory the state captured before the change that this one reverts; undefined if it reverts none
 */
function applyInTime(
  change: Change,
  memory: unknown,
  { computer, secrets, signal }: Pick<Execution, 'computer' | 'secrets' | 'signal'>,
): Promise<ChangeReceipt> {
  const changes = (memory === undefined ? undefined : computer.forUndo?.(memory)) ?? computer;
  const inTime = signalWithTimeout(CHANGE_LIMIT_MS, signal);
  return changeType(change).apply(changes, change, secrets, inTime);
}

const reason = (code: ReasonCode): Message => ({ key: `reasons.${code}` });

const failed = (
  refusal: 'cancelled' | 'not-done' | 'timed-out' | 'tool-failed',
  said: string | null = null,
): Failure => ({ message: { key: `refusals.${refusal}` }, refusal, code: null, said });

/** Converts an error to a failure. An error that is neither a refusal nor a failed read is a timeout or a bug. */
function failureOf(error: unknown, change: Change): Failure {
  if (error instanceof ChangeRefused) {
    const { refusal, code, said } = error;
    return { message: wordsOf(error, change), refusal, code, said };
  }
  if (error instanceof Unreadable) {
    const { reason: refusal, said } = error;
    return { message: reason(refusal), refusal, code: null, said };
  }
  const isLimit = (error as Error | null)?.name === 'TimeoutError';
  return failed(isLimit ? 'timed-out' : 'tool-failed', String(error));
}

function wordsOf({ refusal, code }: ChangeRefused, change: Change): Message {
  if (code !== null && refusal !== 'access-denied') {
    const params = { code: formatErrorCode(code) };
    return { key: explainError(code) ? 'refusals.codeKnown' : 'refusals.code', params };
  }
  const isUnsigned =
    change.kind === 'dns-record' &&
    change.how.method === 'dynamic-update' &&
    change.how.tsigKeyFile === null;
  if (refusal === 'dns-refused' && isUnsigned) return { key: 'refusals.dns-refused-unsigned' };
  return { key: refusal === 'not-done' ? 'refusals.refused' : `refusals.${refusal}` };
}
