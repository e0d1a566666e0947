/**
 * The executor: every change to a computer is made here. It writes the journal entry first, then makes each change and
 * reads the state back. If a change fails, all earlier changes are rolled back in reverse order. A change that can't be
 * read back is neither done nor failed: it's kept, the remaining changes are made, and the result is unverified.
 */
import type { FixId } from '@shared/catalog';
import type { ReasonCode } from '@shared/diagnosis';
import type { Message } from '@shared/message';
import { explainError, formatErrorCode } from '@shared/error-codes';
import type { ShownParameters } from '@shared/plan';
import { ChangeRefused, Unreadable, type Computer, type ComputerChanges } from '../computer';
import { signalWithTimeout, neverAborted } from '../deadline';
import { Facts, type FactOptions } from '../facts/facts';
import type { Journal } from '../journal/journal';
import { toResult, type Result } from '../facts/fact-snapshot';
import type { Secrets } from './change';
import { changeType, inverseOf, type Change, type Json } from './index';
import { readBack } from './read-back';
import { readEach, readStates, sameState } from './state';
import { planRollback, type AppliedChange, type RollbackStep } from './rollback';

/** The changes to make. */
export interface ApplyRequest {
  readonly fix: FixId;
  readonly parameters: ShownParameters;
  readonly changes: readonly Change[];
  /** The state of each change at planning time. */
  readonly before: readonly Json[];
}

/** The outcome of one change. */
export interface Step {
  readonly change: Change;
  /** `unverified`: made without an error, but the resulting state couldn't be read back. */
  readonly status: 'done' | 'unverified' | 'refused' | 'skipped';
  /** The method used to make it; null if it wasn't made. */
  readonly way: string | null;
  /** The HRESULT returned by Windows, unsigned; null if there was none. */
  readonly code: number | null;
}

/** A progress event of the executor. */
export type ExecutionEvent =
  | { readonly type: 'change-started'; readonly index: number; readonly change: Change }
  | { readonly type: 'change-finished'; readonly index: number; readonly step: Step }
  | { readonly type: 'rolling-back' };

/** The computer to change, and everything needed to change it. */
export interface Execution {
  readonly computer: Computer;
  readonly journal: Pick<Journal, 'begin' | 'note'>;
  readonly secrets: Secrets;
  /** Cancels the execution; changes made so far are rolled back. */
  readonly signal: AbortSignal;
  readonly factOptions?: FactOptions;
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
  const before = await readStates(freshFacts(execution, signal), request.changes);
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

function isStale({ changes, before }: ApplyRequest, now: readonly Json[]): boolean {
  return changes.some(
    (change, index) =>
      changeType(change).volatile !== true && !sameState(before[index], now[index]),
  );
}

/** Returns facts with nothing cached. */
export function freshFacts(
  { computer, factOptions }: Pick<Execution, 'computer' | 'factOptions'>,
  signal: AbortSignal,
): Facts {
  return new Facts(computer, factOptions ?? {}, signal);
}

/** Why a change wasn't made, for the user and for the journal. */
interface Failure {
  readonly messages: readonly Message[];
  readonly refusal: string;
  readonly code: number | null;
  readonly said: string | null;
}

class ExecutionRun {
  private readonly steps: Step[] = [];
  private readonly effects: AppliedChange[] = [];
  /** Why steps couldn't be read back, by index, and whether reading them again may succeed. */
  private readonly unread = new Map<
    number,
    { readonly why: ReasonCode; readonly again: boolean }
  >();
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
        await journal.note(this.entry, { type: 'change-skipped', index });
        this.finish(index, { change, status: 'skipped', way: null, code: null });
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
    for (const [index, { again }] of [...this.unread]) {
      const failure = again ? await this.readAgain(index) : null;
      if (failure !== null) return this.rollBack(failure);
    }
    const state = this.unread.size > 0 ? 'unverified' : 'applied';
    if (state !== this.closedAs) await this.noteEnd(state, this.execution.signal);
    this.closedAs = state;
    return this.result(state, state === 'applied' ? [] : this.mismatches());
  }

  /** Retries a step that couldn't be read back; returns the failure if the whole fix has now failed. */
  private async readAgain(index: number): Promise<Failure | null> {
    const { journal, signal } = this.execution;
    const [change, step] = [this.changes[index], this.steps[index]];
    const effect = this.effects.find((made) => made.index === index);
    if (change === undefined || effect === undefined || !this.isLastOfSlot(index)) return null;
    const type = changeType(change);
    const reading = await toResult(type.readState(this.facts(signal), change));
    if (!reading.ok) return null;
    const way = step?.way ?? '';
    if (type.isDone(reading.value, change)) {
      this.unread.delete(index);
      this.effects[this.effects.indexOf(effect)] = { ...effect, after: reading.value };
      await journal.note(this.entry, {
        type: 'change-done',
        index,
        way,
        after: reading.value,
      });
      this.finish(index, { change, status: 'done', way, code: null });
      return null;
    }
    // A service that is stopped now may still have been restarted successfully.
    if (change.kind === 'service-restart') return null;
    const failure = notDone();
    this.unread.delete(index);
    await this.noteRefusal(index, change, failure);
    return change.tolerateFailure === true ? null : failure;
  }

  private async noteRefusal(
    index: number,
    change: Change,
    { refusal, code, said }: Failure,
  ): Promise<void> {
    const { journal } = this.execution;
    await journal.note(this.entry, { type: 'change-refused', index, refusal, code, said });
    this.finish(index, { change, status: 'refused', way: null, code });
  }

  /** Whether the current state was left by this step rather than by a later one. */
  private isLastOfSlot(index: number): boolean {
    const slotOf = (change: Change | undefined) => change && changeType(change).slot(change);
    const slot = slotOf(this.changes[index]);
    return !this.steps.some(
      ({ change, status }, later) =>
        later > index && status !== 'skipped' && slotOf(change) === slot,
    );
  }

  /** Messages about what couldn't be read back and why, and what the user can do. */
  private mismatches(): readonly Message[] {
    const steps = [...this.unread].flatMap(([index, { why }]): readonly Message[] => {
      const kind = this.changes[index]?.kind;
      return kind === undefined
        ? []
        : [{ key: 'fixes.unverified.one', params: { kind } }, reason(why)];
    });
    const hasUndo = this.effects.some(({ change, before }) => inverseOf(change, before) !== null);
    return [
      ...steps,
      { key: 'fixes.unverified.again' },
      ...(hasUndo ? [{ key: 'fixes.unverified.undo' } as const] : []),
    ];
  }

  private async noteEnd(state: Executed['outcome'], signal: AbortSignal): Promise<void> {
    const after = await toResult(readStates(this.facts(signal), this.changes));
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
    const { computer, journal, secrets, signal } = this.execution;
    const type = changeType(change);
    const before = this.before[index] ?? null;
    const known = { index, change, before, memory };
    let refused: Failure | null = null;
    let unclear: ReasonCode | null = null;
    let way = '';
    try {
      const restored =
        change.kind === 'kms-assignment' && change.restores === true
          ? this.effects.find((effect) => effect.change.kind === change.kind)
          : undefined;
      const changes = forUndo(computer, restored?.memory);
      const receipt = await type.apply(
        changes,
        change,
        secrets,
        signalWithTimeout(CHANGE_LIMIT_MS, signal),
      );
      way = receipt.way;
    } catch (error) {
      refused = signal.aborted ? cancelled() : failureOf(error, change);
      if (!signal.aborted && error instanceof Unreadable) unclear = error.reason;
    }
    const reading = await this.readBack(change, refused === null);
    const state = reading.ok ? reading.value : undefined;
    const isDone = state !== undefined && type.isDone(state, change);
    // Windows may report an error after making the change, but only a changed state proves that.
    const tookEffect = isDone && (refused === null || !sameState(state, before));
    if (tookEffect && !(refused !== null && signal.aborted)) {
      this.effects.push({ ...known, made: true, after: state });
      await journal.note(this.entry, { type: 'change-done', index, way, after: state });
      this.finish(index, { change, status: 'done', way, code: null });
      return null;
    }
    // If applying it had no clear outcome, the state may not settle it either: it's as intended, but it already was.
    const unread = refused === null && !reading.ok ? reading.reason : isDone ? unclear : null;
    if (unread !== null && !signal.aborted) {
      this.effects.push({ ...known, made: true, after: undefined });
      this.unread.set(index, { why: unread, again: !reading.ok });
      const event = { type: 'change-unverified', index, way, reason: unread } as const;
      await journal.note(this.entry, event);
      this.finish(index, { change, status: 'unverified', way, code: null });
      return null;
    }
    if (refused === null || state === undefined || !sameState(state, before)) {
      this.effects.push({ ...known, made: refused === null, after: state });
    }
    return refused ?? (reading.ok ? notDone() : cancelled());
  }

  /** Reads the state after a change, retrying while it isn't the intended one. */
  private readBack(change: Change, expected: boolean): Promise<Result<Json>> {
    const type = changeType(change);
    const signal = this.execution.signal.aborted ? neverAborted() : this.execution.signal;
    return readBack(
      () => type.readState(this.facts(signal), change),
      (state) => type.isDone(state, change),
      this.execution.computer,
      signal,
      expected,
    );
  }

  private async rollBack(failure: Failure): Promise<Executed> {
    const { journal, onEvent } = this.execution;
    onEvent?.({ type: 'rolling-back' });
    // Canceling the fix must not cancel the rollback.
    const signal = neverAborted();
    const changes = this.effects.map(({ change }) => change);
    const readings = await readEach(this.facts(signal), changes);
    const now = readings.map((reading) => (reading.ok ? reading.value : undefined));
    const left: Message[] = [];
    for (const back of planRollback(this.effects, now, () => true)) {
      if (back.what === 'kept' && back.kept !== null) left.push(back.kept);
      if (back.what !== 'restore') continue;
      const { status, messages } = await rollBackChange(back, { ...this.execution, signal });
      if (status === 'back') {
        await journal.note(this.entry, { type: 'change-taken-back', index: back.index });
      } else left.push(...messages);
    }
    const state = left.length === 0 ? 'rolled-back' : 'failed';
    await this.noteEnd(state, signal);
    const ending = left.length > 0 ? 'left' : this.effects.length > 0 ? 'rolledBack' : 'nothing';
    return this.result(state, [...failure.messages, { key: `fixes.failure.${ending}` }, ...left]);
  }

  private finish(index: number, step: Step): void {
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

  private facts(signal: AbortSignal): Facts {
    return freshFacts(this.execution, signal);
  }
}

/** The outcome of rolling back one change. */
export interface RollbackOutcome {
  /** `unread`: rolled back without an error, but the state couldn't be read back. `left`: not restored. */
  readonly status: 'back' | 'unread' | 'left';
  /** Why it isn't known to be restored, one sentence per message; empty if it is. */
  readonly messages: readonly Message[];
}

/** Rolls back one change and verifies the result. */
export async function rollBackChange(
  back: RollbackStep,
  execution: Pick<Execution, 'computer' | 'factOptions' | 'signal'>,
): Promise<RollbackOutcome> {
  const { computer, signal } = execution;
  const { inverse, change, before, memory } = back;
  if (inverse === null) return { status: 'back', messages: [] };
  const { kind } = change;
  const left = (messages: readonly Message[]): RollbackOutcome => ({
    status: 'left',
    messages: [{ key: 'fixes.failure.leftOne', params: { kind } }, ...messages],
  });
  const type = changeType(inverse);
  try {
    await type.apply(
      forUndo(computer, memory),
      inverse,
      {},
      signalWithTimeout(CHANGE_LIMIT_MS, signal),
    );
  } catch (error) {
    return left(failureOf(error, inverse).messages);
  }
  const isBack = (state: Json) => type.isDone(state, inverse) || sameState(state, before);
  const reading = await readBack(
    () => type.readState(freshFacts(execution, signal), change),
    isBack,
    computer,
    signal,
  );
  if (!reading.ok) {
    const messages = [
      { key: 'fixes.failure.unreadOne', params: { kind } } as const,
      reason(reading.reason),
    ];
    return { status: 'unread', messages };
  }
  return isBack(reading.value)
    ? { status: 'back', messages: [] }
    : left([{ key: 'refusals.not-done' }]);
}

const forUndo = (computer: Computer, memory: unknown): ComputerChanges =>
  (memory === undefined ? undefined : computer.forUndo?.(memory)) ?? computer;

const reason = (code: ReasonCode): Message => ({ key: `reasons.${code}` });

const cancelled = (): Failure => ({
  messages: [{ key: 'refusals.cancelled' }],
  refusal: 'cancelled',
  code: null,
  said: null,
});

const notDone = (): Failure => ({
  messages: [{ key: 'refusals.not-done' }],
  refusal: 'not-done',
  code: null,
  said: null,
});

/** Converts an error to a failure. An error that is neither a refusal nor a failed read is a timeout or a bug. */
function failureOf(error: unknown, change: Change): Failure {
  if (error instanceof ChangeRefused) {
    const { refusal, code, said } = error;
    return { messages: [wordsOf(error, change)], refusal, code, said };
  }
  if (error instanceof Unreadable) {
    return {
      messages: [reason(error.reason)],
      refusal: error.reason,
      code: null,
      said: error.said,
    };
  }
  const isLimit = (error as Error | null)?.name === 'TimeoutError';
  const refusal = isLimit ? 'timed-out' : 'tool-failed';
  return { messages: [{ key: `refusals.${refusal}` }], refusal, code: null, said: String(error) };
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
