/** Carries out a treatment step by step on the PC it was planned for, as long as the PC follows the rehearsal. */
import type { FixId, VerdictCode } from '@shared/catalog';
import type { Verdict } from '@shared/diagnosis';
import { message, type Message, type MessageKey, type KeyPart } from '@shared/message';
import type { Assumption, StepResult, TreatmentProgress, TreatmentResult } from '@shared/treatment';
import { needsElevation } from '../changes/executor';
import { freshFacts, type ChangedComputer } from '../changes/state';
import { Unreadable } from '../computer';
import { reportFault } from '../errors';
import { toResult } from '../facts/fact-types';
import { planFix } from '../fixes';
import { applyFix, type AppliedPlan, type ApplyContext } from '../fixes/apply';
import type { Plan } from '../fixes/plan';
import { JournalUnusable, newJournalId, type Journal } from '../journal/journal';
import { diagnose, type RunResult } from '../run';
import { actualRemaining } from './left';
import { planTreatment, treatmentDigest } from './plan';
import type {
  RehearsalOptions,
  StepOutcome,
  Treatment,
  TreatmentOutcome,
  TreatmentStep,
} from './treatment';

/** A progress event of a treatment. */
export type TreatmentEvent =
  | Exclude<TreatmentProgress, { type: 'asking' | 'fix' }>
  | {
      readonly type: 'fix';
      readonly event: Parameters<NonNullable<ApplyContext['onEvent']>>[0];
    };

/** The computer to treat, with the options and callbacks that control the treatment. */
export interface TreatmentExecution extends RehearsalOptions, ChangedComputer {
  readonly journal: Journal;
  /** Cancels immediately; the step in progress is rolled back. */
  readonly signal: AbortSignal;
  /** Called before each step and while waiting for one to take effect; returning true ends the treatment. */
  readonly stopsBefore?: () => boolean;
  readonly onEvent?: (event: TreatmentEvent) => void;
}

/** The result of carrying out a treatment; `not-elevated`: nothing was changed. */
export type CarriedOut = TreatmentOutcome | { readonly outcome: 'not-elevated' };

/**
 * Carries out a treatment that the user confirmed. The caller must have just planned it from current facts.
 *
 * @param found the diagnosis that it was planned from
 * @throws JournalUnusable, Unreadable or RunCanceled if it fails before anything is changed
 */
export async function executeTreatment(
  treatment: Treatment,
  found: RunResult,
  execution: TreatmentExecution,
): Promise<CarriedOut> {
  const { computer, signal } = execution;
  const { elevated } = await computer.system(signal);
  if (elevated === false && needsElevation(treatment.steps.flatMap(({ changes }) => changes))) {
    return { outcome: 'not-elevated' };
  }
  return new TreatmentRun(treatment, execution, found).carryOut();
}

/** Diagnoses the computer before a treatment. */
export function diagnoseFirst(execution: TreatmentExecution): Promise<RunResult> {
  execution.onEvent?.({ type: 'looking' });
  return diagnoseAnew(execution);
}

const diagnoseAnew = ({ computer, signal, factOptions }: TreatmentExecution) =>
  diagnose(computer, { ...factOptions, signal }).result;

/** How long to wait for a step to take effect, and the interval between diagnoses, in milliseconds. */
const EFFECT_TIMEOUT_MS = 60_000;
const RETRY_INTERVAL_MS = 5_000;

/** Verdicts that can appear while a cache or a DNS server still has old data. */
const STALE_DNS: readonly VerdictCode[] = [
  'srv-record-missing',
  'srv-record-in-other-domain',
  'srv-record-bare-name',
  'dns-servers-disagree',
  'client-resolver-disagrees',
  'srv-target-unresolvable',
  'dns-publishing-refused',
];
const DNS_TAKES_TIME: readonly Assumption[] = ['resolver-cache', 'dns-replication'];

/** Whether stale data in a cache or a DNS server may explain why the verdict isn't the rehearsed one. */
function isNotYet({ because, then }: TreatmentStep, { code, certainty }: Verdict): boolean {
  if (code === then.code || !then.restsOn.some((one) => DNS_TAKES_TIME.includes(one))) return false;
  // The host's own event shows that its record was refused, so waiting doesn't help.
  if (code === 'dns-publishing-refused' && certainty === 'certain') return false;
  return code === because || STALE_DNS.includes(code);
}

/** How a treatment ends. */
interface Ending {
  /** Null if the last verdict decides. */
  readonly result: Extract<TreatmentResult, 'departed' | 'failed'> | null;
  readonly why: Message | null;
  /** Whether to plan a new treatment from there. */
  readonly replans: boolean;
}

type Why = KeyPart<'treatment.why.'>;

const why = (name: Why, params?: Message['params']): Message =>
  message(`treatment.why.${name}`, params);

const goesNoFurther = (
  name: Why,
  params?: Message['params'],
  result: Ending['result'] = null,
): Ending => ({ result, why: why(name, params), replans: true });
const COMPLETED: Ending = { result: null, why: null, replans: false };
const STOPPED = goesNoFurther('stopped');
const failed = (fix: FixId): Ending => goesNoFurther('failed', { fix }, 'failed');
const departed = (name: Why, params?: Message['params']): Ending =>
  goesNoFurther(name, params, 'departed');

/** Reasons to use instead if no steps remained to be skipped. */
const LAST_STEP_REASONS: Readonly<Partial<Record<MessageKey, Why>>> = {
  'treatment.why.failed': 'failedLast',
  'treatment.why.refused': 'refusedLast',
  'treatment.why.notDiagnosed': 'notDiagnosedLast',
  'treatment.why.departed': 'departedLast',
};

class TreatmentRun {
  private readonly id = newJournalId(new Date());
  private readonly steps: StepOutcome[] = [];
  /** The diagnosis after the last step; null if there was none. */
  private recheck: RunResult | null;

  constructor(
    private readonly treatment: Treatment,
    private readonly execution: TreatmentExecution,
    /** The last diagnosis. */
    private known: RunResult,
  ) {
    this.recheck = known;
  }

  async carryOut(): Promise<TreatmentOutcome> {
    const { steps, verdict } = this.treatment;
    const { onEvent } = this.execution;
    if (!this.isHealthy && this.verdict.code !== verdict.code) {
      return this.end(departed('changed'));
    }
    for (const [index, step] of steps.entries()) {
      if (this.isHealthy) return this.end(goesNoFurther('healthy'));
      if (this.isStopped) return this.end(STOPPED);
      onEvent?.({ type: 'step-started', index });
      const ending = await this.attempt(step);
      if (ending !== null) return this.end(ending);
    }
    return this.end(COMPLETED);
  }

  private get verdict(): Verdict {
    return this.known.diagnosis.verdict;
  }

  private get isHealthy(): boolean {
    return this.verdict.code === 'healthy';
  }

  /** Whether the user canceled or asked to stop. */
  private get isStopped(): boolean {
    const { signal, stopsBefore } = this.execution;
    return signal.aborted || stopsBefore?.() === true;
  }

  /** Carries out a step; returns null if the next one can follow. */
  private async attempt(step: TreatmentStep): Promise<Ending | null> {
    try {
      return await this.doStep(step);
    } catch (error) {
      if (error instanceof JournalUnusable) return this.loseJournal(step, error);
      if (this.execution.signal.aborted) {
        reportFault(error);
        return STOPPED;
      }
      if (error instanceof Unreadable) {
        return this.refuse(step, [why('unread'), { key: `reasons.${error.reason}` }]);
      }
      throw error;
    }
  }

  private async doStep(step: TreatmentStep): Promise<Ending | null> {
    const { fix, parameters } = step;
    const { given, onEvent } = this.execution;
    // The confirmation shows only the end of a secret. All other given parameters must match the confirmation.
    const raw = { ...parameters, ...given?.[fix] };
    const planned = await planFix(fix, raw, this.known.snapshot, freshFacts(this.execution));
    if (!planned.ok) {
      const said = planned.refusal.messages.flatMap((problem) => problem.message);
      return this.refuse(step, said);
    }
    if (!isAsConfirmed(planned.plan, step)) return this.refuse(step, [why('changed')]);
    const applied = await applyFix(planned, {
      ...this.execution,
      treatment: this.id,
      onEvent: (event) => onEvent?.({ type: 'fix', event }),
    });
    if (applied.outcome !== 'ended') {
      const isStale = applied.outcome === 'stale';
      return this.refuse(step, [isStale ? why('changed') : { key: 'fixes.notElevated' }]);
    }
    return this.conclude(step, applied);
  }

  /** Records a finished step and decides whether and how the treatment ends. */
  private async conclude(step: TreatmentStep, applied: AppliedPlan): Promise<Ending | null> {
    const { fix, because, then } = step;
    const { signal } = this.execution;
    const { entry, failure, cancelled } = applied;
    this.learn(applied.recheck);
    const stands = applied.result !== 'rolled-back' && applied.result !== 'failed';
    const result = stands ? await this.waitUntilItShows(step, applied) : applied.result;
    const found = this.recheck?.diagnosis.verdict ?? null;
    this.record(step, { entry, result, failure, found: found?.code ?? null });
    const isLast = this.steps.length === this.treatment.steps.length;
    // An activation attempt that was also refused in the rehearsal went as rehearsed.
    const isTry = isLast && result === 'rolled-back' && found?.code === then.code;
    if (cancelled && result === 'rolled-back') return STOPPED;
    if (!stands && !isTry) return failed(fix);
    if (found === null) return signal.aborted ? STOPPED : departed('notDiagnosed', { fix });
    const { code } = found;
    if (code === 'healthy') return null;
    if (code === then.code) {
      return result === 'unverified' && !isLast ? goesNoFurther('unverified', { fix }) : null;
    }
    if (signal.aborted) return STOPPED;
    if (isNotYet(step, found)) {
      return this.isStopped ? STOPPED : { ...goesNoFurther('notYet', { fix }), replans: false };
    }
    // What would be readable after this step couldn't be predicted, only that the fault itself would be gone.
    return then.restsOn.includes('licence-unread') && code !== because
      ? goesNoFurther('readNow', { fix, found: code })
      : departed('departed', { fix, found: code, rehearsed: then.code });
  }

  /** Clears the DNS cache and diagnoses again while stale DNS data may hide the effect of a step. */
  private async waitUntilItShows(
    step: TreatmentStep,
    { entry, result }: AppliedPlan,
  ): Promise<StepResult> {
    const { computer, journal, signal, onEvent } = this.execution;
    const isWaited = () => this.recheck !== null && isNotYet(step, this.verdict);
    if (!isWaited()) return result;
    onEvent?.({ type: 'waiting', index: this.steps.length });
    const until = computer.now().getTime() + EFFECT_TIMEOUT_MS;
    for (;;) {
      // Clearing the cache loses no settings. If it can't be cleared, its entries expire on their own.
      await computer.flushDnsCache(signal).catch(() => undefined);
      await this.look();
      if (!isWaited() || this.isStopped || computer.now().getTime() >= until) break;
      await computer.wait(RETRY_INTERVAL_MS, signal).catch(() => undefined);
    }
    if (result !== 'applied' || !this.isHealthy) return result;
    await journal.note(entry, { type: 'entry-closed', state: 'verified' });
    return 'verified';
  }

  private learn(recheck: RunResult | null): void {
    this.recheck = recheck;
    this.known = recheck ?? this.known;
  }

  /** Diagnoses the PC, unless canceled. */
  private async look(): Promise<void> {
    const found = await diagnoseAnew(this.execution).catch((error: unknown) => {
      if (!this.execution.signal.aborted) throw error;
      reportFault(error);
      return null;
    });
    this.learn(found);
  }

  /** Ends the treatment at a step that was refused before it started, because the PC has changed. */
  private async refuse(step: TreatmentStep, failure: readonly Message[]): Promise<Ending> {
    if (this.execution.signal.aborted) return STOPPED;
    this.record(step, { entry: null, result: 'refused', failure, found: null });
    await this.look();
    return departed('refused', { fix: step.fix });
  }

  /**
   * Handles a journal that can't be written during a step. If it has an entry for the step, changes may have been made.
   *
   * @throws JournalUnusable if no changes were made
   */
  private async loseJournal(step: TreatmentStep, error: JournalUnusable): Promise<Ending> {
    const { path, problem, detail } = error;
    const failure = [why('journal', { path, problem, detail })];
    const written = await toResult(this.execution.journal.stepsOf(this.id));
    const [last] = written.ok ? written.value : [];
    const entry = last !== undefined && last.entry !== this.steps.at(-1)?.entry ? last.entry : null;
    if (entry === null) {
      if (this.steps.length === 0) throw error;
      return this.refuse(step, failure);
    }
    await this.look();
    const found = this.recheck?.diagnosis.verdict.code ?? null;
    this.record(step, { entry, result: 'failed', failure, found });
    return failed(step.fix);
  }

  private record(
    { fix, then }: TreatmentStep,
    outcome: Omit<StepOutcome, 'fix' | 'rehearsed'>,
  ): void {
    const index = this.steps.push({ fix, rehearsed: then.code, ...outcome }) - 1;
    const { result, found } = outcome;
    this.execution.onEvent?.({ type: 'step-finished', index, result, found });
  }

  private async end({ result, why: reason, replans }: Ending): Promise<TreatmentOutcome> {
    const { signal } = this.execution;
    const next = replans && !signal.aborted ? await this.replan() : null;
    // Don't offer an attempt that would be refused again, or a treatment that was already carried out.
    const isOffered =
      next !== null &&
      next.steps.length > 0 &&
      !(result === 'failed' && next.ends.code === this.verdict.code) &&
      !(this.stands(0) && next.digest === this.treatment.digest);
    const { code, alsoFound } = this.verdict;
    const isUnchanged = [code, ...alsoFound].includes(this.treatment.verdict.code);
    const byVerdict = this.isHealthy ? 'healthy' : isUnchanged ? 'unchanged' : 'better';
    return {
      treatment: this.steps.some(({ entry }) => entry !== null) ? this.id : null,
      result: result === null || (result === 'departed' && this.isHealthy) ? byVerdict : result,
      steps: this.steps,
      recheck: this.recheck,
      left:
        this.recheck === null
          ? this.treatment.left
          : actualRemaining(this.recheck, this.treatment.left, (index) => this.stands(index)),
      why: this.withoutRest(reason),
      next: isOffered ? next : null,
      cancelled: signal.aborted || reason === STOPPED.why,
    };
  }

  private withoutRest(reason: Message | null): Message | null {
    const name = reason === null ? undefined : LAST_STEP_REASONS[reason.key];
    const isRest = this.steps.length < this.treatment.steps.length;
    return name === undefined || isRest ? reason : why(name, reason?.params);
  }

  /** Whether a step was done and not rolled back. */
  private stands(index: number): boolean {
    const step = this.steps[index];
    return step !== undefined && step.entry !== null && step.result !== 'rolled-back';
  }

  /** Plans a new treatment from the PC's current state; null if that fails, so that the outcome is still reported. */
  private async replan(): Promise<Treatment | null> {
    if (this.recheck === null) return null;
    return planTreatment(this.recheck, this.execution).catch((error: unknown) => {
      reportFault(error);
      return null;
    });
  }
}

/**
 * Whether a step was planned as the user confirmed it. The previous states are left out: a volatile one, or one in DNS,
 * may have changed without changing what the step does.
 */
function isAsConfirmed(plan: Plan, step: TreatmentStep): boolean {
  return treatmentDigest([plan]) === treatmentDigest([step]);
}
