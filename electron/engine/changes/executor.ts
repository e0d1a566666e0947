/**
 * The one executor: whatever is changed on a computer, is changed here. Journal entry first, then each change
 * with the state read back after it; a change that fails takes everything before it back, in reverse.
 */
import type { FixId } from '@shared/catalogue';
import type { Message, ReasonCode } from '@shared/diagnosis';
import { explainError, formatErrorCode } from '@shared/error-codes';
import type { ShownParameters } from '@shared/fix-parameters';
import { ChangeRefused, Unreadable, type Computer } from '../computer';
import { Facts, type FactOptions } from '../facts';
import type { Journal } from '../journal';
import { settle } from '../situation';
import type { Change, Json, Secrets } from './change';
import { changeType } from './index';
import { readStates, sameState } from './state';
import { planTakeBack, type Effect, type TakeBack } from './take-back';

/** What is to be made. */
export interface Order {
  readonly fix: FixId;
  readonly parameters: ShownParameters;
  readonly changes: readonly Change[];
  /** The state of each change when it was planned. */
  readonly before: readonly Json[];
}

/** What became of one change. */
export interface Step {
  readonly change: Change;
  readonly status: 'done' | 'refused' | 'skipped';
  /** How it was made; null where it was not. */
  readonly way: string | null;
  /** The HRESULT that Windows gave, unsigned; null when it gave none. */
  readonly code: number | null;
}

/** How far the executor has come. */
export type ExecutionEvent =
  | { readonly type: 'change-started'; readonly index: number; readonly change: Change }
  | { readonly type: 'change-finished'; readonly index: number; readonly step: Step }
  | { readonly type: 'rolling-back' };

/** Where and by what means changes are made. */
export interface Execution {
  readonly computer: Computer;
  readonly journal: Journal;
  readonly secrets: Secrets;
  /** Stops it: what was begun is then rolled back. */
  readonly signal: AbortSignal;
  readonly factOptions?: FactOptions;
  /** Milliseconds that one change may take. */
  readonly changeLimitMs?: number;
  readonly onEvent?: (event: ExecutionEvent) => void;
}

/** How it ended. */
export type ExecutionResult =
  /** Nothing was done. */
  | { readonly outcome: 'stale' | 'not-elevated' }
  | {
      readonly outcome: 'applied' | 'rolled-back' | 'failed';
      readonly entry: string;
      readonly steps: readonly Step[];
      /** Why it failed and what became of it, a sentence each; empty when it did not. */
      readonly failure: readonly Message[];
      /** The person stopped it. */
      readonly cancelled: boolean;
    };

/** An activation goes through every KMS host that DNS names, 21 s for each that is silent. */
const CHANGE_LIMIT_MS = 120_000;

/** Waits between looks at what a change left, in milliseconds: Windows' own view is late at times. */
const LOOK_AGAIN_MS: readonly number[] = [250, 750, 1500, 2500];

/** Whether some of the changes need administrator rights. */
export function needsElevation(changes: readonly Change[]): boolean {
  return changes.some((change) => changeType(change).needsElevation(change));
}

/**
 * Makes the changes of an order.
 *
 * @throws JournalUnusable when the journal cannot be written; nothing was changed then
 * @throws Unreadable when a former value cannot be read; nothing was changed then
 */
export async function execute(order: Order, execution: Execution): Promise<ExecutionResult> {
  const { computer, journal, signal } = execution;
  const system = await computer.system(signal);
  if (needsElevation(order.changes) && system.elevated === false)
    return { outcome: 'not-elevated' };
  const before = await readStates(freshFacts(execution, signal), order.changes);
  if (isStale(order, before)) return { outcome: 'stale' };
  const entry = await journal.begin({
    fix: order.fix,
    target: system.id,
    computer: system.name,
    parameters: order.parameters,
    changes: order.changes,
    before,
  });
  return new Run(execution, entry, order.changes, before).make();
}

function isStale({ changes, before }: Order, now: readonly Json[]): boolean {
  return changes.some(
    (change, index) =>
      changeType(change).movesByItself !== true && !sameState(before[index], now[index]),
  );
}

/** Facts that remember nothing of earlier. */
export function freshFacts(
  { computer, factOptions }: Pick<Execution, 'computer' | 'factOptions'>,
  signal: AbortSignal,
): Facts {
  return new Facts(computer, factOptions ?? {}, signal);
}

/** A change that was not done, for people. */
interface Failure {
  readonly messages: readonly Message[];
  readonly refusal: string;
  readonly code: number | null;
  readonly said: string | null;
}

class Run {
  private readonly steps: Step[] = [];
  private readonly effects: Effect[] = [];

  constructor(
    private readonly execution: Execution,
    private readonly entry: string,
    private readonly changes: readonly Change[],
    private readonly before: readonly Json[],
  ) {}

  async make(): Promise<ExecutionResult> {
    const { computer, journal, signal, onEvent } = this.execution;
    for (const [index, change] of this.changes.entries()) {
      if (change.skipWhenDone !== undefined && this.steps[change.skipWhenDone]?.status === 'done') {
        await journal.note(this.entry, { type: 'change-skipped', index });
        this.finish(index, { change, status: 'skipped', way: null, code: null });
        continue;
      }
      const memory = computer.remember?.();
      await journal.note(this.entry, { type: 'change-started', index, memory });
      onEvent?.({ type: 'change-started', index, change });
      const failure = await this.makeOne(index, change, memory);
      if (failure === null) continue;
      const { refusal, code, said } = failure;
      await journal.note(this.entry, { type: 'change-refused', index, refusal, code, said });
      this.finish(index, { change, status: 'refused', way: null, code });
      if (change.tolerateFailure !== true || signal.aborted) return this.rollBack(failure);
    }
    const after = await settle(readStates(this.facts(signal), this.changes));
    await journal.note(this.entry, {
      type: 'entry-closed',
      state: 'applied',
      ...(after.read && { after: after.value }),
    });
    return this.result('applied', []);
  }

  /** Makes a change and looks at what it left; null when that is what was wanted. */
  private async makeOne(index: number, change: Change, memory: unknown): Promise<Failure | null> {
    const { computer, journal, secrets, signal } = this.execution;
    const type = changeType(change);
    const before = this.before[index] ?? null;
    const known = { index, change, before };
    let refused: Failure | null = null;
    let way = '';
    let trace = memory;
    try {
      if (change.kind === 'kms-assignment' && change.restores === true) {
        computer.undoing(this.effects.find((effect) => effect.change.kind === change.kind)?.trace);
      }
      const receipt = await type.apply(computer, change, secrets, this.limited(signal));
      way = receipt.way;
      trace = receipt.trace ?? memory;
    } catch (error) {
      refused = signal.aborted ? cancelled() : failureOf(error, change);
    }
    const state = await this.lookAt(change, refused === null);
    const isDone = state !== undefined && type.isDone(state, change);
    // What Windows says last may come after it has done it, but only a difference tells.
    const tookEffect = isDone && (refused === null || !sameState(state, before));
    if (tookEffect && !(refused !== null && signal.aborted)) {
      this.effects.push({ ...known, after: state, trace });
      await journal.note(this.entry, { type: 'change-done', index, way, trace, after: state });
      this.finish(index, { change, status: 'done', way, code: null });
      return null;
    }
    if (refused === null || state === undefined || !sameState(state, before)) {
      this.effects.push({ ...known, after: state, trace });
    }
    return refused ?? notDone(state === undefined);
  }

  /** The state after a change, looked at again where it is not yet what was wanted; undefined: unreadable. */
  private async lookAt(change: Change, expected: boolean): Promise<Json | undefined> {
    const type = changeType(change);
    const { computer } = this.execution;
    const signal = this.execution.signal.aborted ? neverAborted() : this.execution.signal;
    let state: Json | undefined;
    for (const wait of [0, ...(expected ? LOOK_AGAIN_MS : [])]) {
      if (wait > 0) {
        const waited = await settle(computer.wait(wait, signal));
        if (!waited.read) break;
      }
      const reading = await settle(type.readState(this.facts(signal), change));
      state = reading.read ? reading.value : undefined;
      if (reading.read && type.isDone(reading.value, change)) break;
    }
    return state;
  }

  private async rollBack(failure: Failure): Promise<ExecutionResult> {
    const { journal, onEvent } = this.execution;
    onEvent?.({ type: 'rolling-back' });
    // Whoever stopped the fix wants the former state all the more.
    const signal = neverAborted();
    const reading = await settle(
      readStates(
        this.facts(signal),
        this.effects.map(({ change }) => change),
      ),
    );
    const now = reading.read
      ? reading.value
      : this.effects.map(({ before, after }) => after ?? before);
    const left: Message[] = [];
    for (const back of planTakeBack(this.effects, now, () => true)) {
      if (back.what === 'kept' && back.kept !== null) left.push(back.kept);
      if (back.what !== 'restore') continue;
      const messages = await takeBack(back, { ...this.execution, signal });
      if (messages.length > 0) {
        const { kind } = back.change;
        left.push({ key: 'fixes.failure.leftOne', params: { kind } }, ...messages);
      } else await journal.note(this.entry, { type: 'change-taken-back', index: back.index });
    }
    const state = left.length === 0 ? 'rolled-back' : 'failed';
    const after = await settle(readStates(this.facts(signal), this.changes));
    await journal.note(this.entry, {
      type: 'entry-closed',
      state,
      ...(after.read && { after: after.value }),
    });
    const ending = left.length > 0 ? 'left' : this.effects.length > 0 ? 'rolledBack' : 'nothing';
    return this.result(state, [...failure.messages, { key: `fixes.failure.${ending}` }, ...left]);
  }

  private finish(index: number, step: Step): void {
    this.steps[index] = step;
    this.execution.onEvent?.({ type: 'change-finished', index, step });
  }

  private result(
    outcome: 'applied' | 'rolled-back' | 'failed',
    failure: readonly Message[],
  ): ExecutionResult {
    const isCancelled = outcome !== 'applied' && this.execution.signal.aborted;
    return { outcome, entry: this.entry, steps: this.steps, failure, cancelled: isCancelled };
  }

  private facts(signal: AbortSignal): Facts {
    return freshFacts(this.execution, signal);
  }

  private limited(signal: AbortSignal): AbortSignal {
    return limited(signal, this.execution.changeLimitMs);
  }
}

/**
 * Takes one change back and looks whether it is.
 *
 * @returns why it is not, a sentence each; empty when it is
 */
export async function takeBack(
  back: TakeBack,
  execution: Pick<Execution, 'computer' | 'factOptions' | 'signal' | 'changeLimitMs'>,
): Promise<readonly Message[]> {
  const { computer, signal, changeLimitMs } = execution;
  const { inverse, change, before, trace } = back;
  if (inverse === null) return [];
  const type = changeType(inverse);
  try {
    computer.undoing(trace);
    await type.apply(computer, inverse, {}, limited(signal, changeLimitMs));
  } catch (error) {
    return failureOf(error, inverse).messages;
  }
  for (const wait of [0, ...LOOK_AGAIN_MS]) {
    if (wait > 0) await settle(computer.wait(wait, signal));
    const reading = await settle(type.readState(freshFacts(execution, signal), change));
    if (!reading.read) return [{ key: 'refusals.unverified' }, reason(reading.reason)];
    if (type.isDone(reading.value, inverse) || sameState(reading.value, before)) return [];
  }
  return [{ key: 'refusals.not-done' }];
}

const neverAborted = (): AbortSignal => new AbortController().signal;

const limited = (signal: AbortSignal, limitMs = CHANGE_LIMIT_MS): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);

const reason = (code: ReasonCode): Message => ({ key: `reasons.${code}` });

const cancelled = (): Failure => ({
  messages: [{ key: 'refusals.cancelled' }],
  refusal: 'cancelled',
  code: null,
  said: null,
});

function notDone(isUnread: boolean): Failure {
  const refusal = isUnread ? 'unverified' : 'not-done';
  return { messages: [{ key: `refusals.${refusal}` }], refusal, code: null, said: null };
}

/** An error as a failure; one that is neither a refusal nor a failed reading is a limit that ran out, or a fault. */
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
