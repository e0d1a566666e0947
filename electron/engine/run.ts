/**
 * One diagnosis: starts every check at once, reports each as it ends, obeys its AbortSignal and its limits,
 * and closes with the verdict.
 */
import { CHECKS, type CheckDefinition } from '@shared/catalogue';
import type { CheckResult, Diagnosis, Finding, RunEvent } from '@shared/diagnosis';
import { Unreadable, type Computer } from './computer';
import { CHECK_FUNCTIONS } from './checks';
import { finding, unread } from './checks/finding';
import { within } from './deadline';
import { Facts, type FactOptions } from './facts/facts';
import { DEFAULT_LIMITS } from './facts/limits';
import { toResult, failure, type Result, type FactSnapshot } from './facts/fact-snapshot';
import { knownOr, whenKnown } from './facts/outstanding';
import { channelIn } from './facts/windows-facts';
import { RunCancelled } from './stop';
import {
  activationOf,
  otherProductsOf,
  targetInfo,
  assess,
  type Assessment,
} from './verdict/assessment';

/** How a diagnosis is to be made. */
export interface DiagnoseOptions extends FactOptions {
  /** Milliseconds for the whole; by default 60 s on a Windows computer, 10 s elsewhere. */
  readonly timeoutMs?: number;
  /** Stops the run at once. */
  readonly signal?: AbortSignal;
}

/** What comes out of a run. */
export interface RunResult {
  readonly diagnosis: Diagnosis;
  readonly situation: FactSnapshot;
  /** What each question came to, by its key: a value, or {@link Unreadable}. */
  readonly readings: ReadonlyMap<string, unknown>;
  /** Hosts that ought to be in DNS. */
  readonly expectedHosts: readonly string[];
}

/** A run under way. */
export interface DiagnosisRun {
  /** Every event of the run, in order; ends with the run. */
  readonly events: AsyncIterable<RunEvent>;
  /** Rejects with {@link RunCancelled} when it was stopped. */
  readonly result: Promise<RunResult>;
}

/** Time limits of a whole run, in milliseconds. */
const WHOLE_LIMIT = { windows: 60_000, elsewhere: 10_000 } as const;

/** Diagnoses a computer. */
export function diagnose(computer: Computer, options: DiagnoseOptions = {}): DiagnosisRun {
  const channel = new EventChannel<RunEvent>();
  const result = run(computer, options, (event) => {
    channel.push(event);
  });
  result.then(
    () => {
      channel.close();
    },
    (error: unknown) => {
      if (error instanceof RunCancelled) channel.push({ type: 'run-cancelled' });
      channel.close();
    },
  );
  return { events: channel, result };
}

async function run(
  computer: Computer,
  options: DiagnoseOptions,
  emit: (event: RunEvent) => void,
): Promise<RunResult> {
  const started = performance.now();
  const startedAt = computer.now().toISOString();
  const elapsed = (): number => Math.round(performance.now() - started);
  const stop = new AbortController();
  const limit =
    options.timeoutMs ??
    (computer.target === 'this-pc' ? WHOLE_LIMIT.windows : WHOLE_LIMIT.elsewhere);
  const timer = setTimeout(() => {
    stop.abort('timed-out');
  }, limit);
  const cancel = (): void => {
    stop.abort('cancelled');
  };
  options.signal?.addEventListener('abort', cancel, { once: true });
  if (options.signal?.aborted === true) cancel();
  try {
    emit({ type: 'run-started', checks: CHECKS.map(({ id }) => id) });
    const facts = new Facts(computer, options, stop.signal);
    void announceTarget(facts, computer, emit);
    const check = async (definition: CheckDefinition): Promise<CheckResult> => {
      const startedMs = elapsed();
      emit({ type: 'check-started', id: definition.id });
      const found = await runCheck(definition, facts, options);
      const ended: CheckResult = {
        ...found,
        id: definition.id,
        procedure: definition.procedure,
        startedMs,
        durationMs: elapsed() - startedMs,
      };
      if (!isCancelled(stop.signal)) emit({ type: 'check-finished', result: ended });
      return ended;
    };
    const [situation, verdict, results] = await Promise.all([
      // Asked at once, so that nothing is left to ask when the checks have ended.
      facts.situation(),
      judge(facts).then((known) => {
        const target = targetInfo(computer.target, readNow(facts.soFar));
        if (!isCancelled(stop.signal)) {
          emit({ type: 'verdict-known', known: { target, startedAt, ...known } });
        }
        return known.verdict;
      }),
      Promise.all(CHECKS.map(check)),
    ]);
    if (isCancelled(stop.signal)) throw new RunCancelled();
    const view = assess(situation);
    const checks = results.map((result) => {
      const settled = markNotApplicable(result, view);
      if (settled !== result) emit({ type: 'check-finished', result: settled });
      return settled;
    });
    const diagnosis: Diagnosis = {
      target: targetInfo(computer.target, situation),
      startedAt,
      durationMs: elapsed(),
      activation: activationOf(view),
      otherProducts: otherProductsOf(situation),
      checks,
      verdict,
    };
    emit({ type: 'run-finished', diagnosis });
    const [readings, expected] = await Promise.all([facts.readings(), facts.expectedHosts()]);
    return { diagnosis, situation, readings, expectedHosts: expected };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', cancel);
    // Whatever is still under way has lost its reader.
    stop.abort('cancelled');
  }
}

function isCancelled(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason === 'cancelled';
}

/** Says who the computer is as soon as it is known. */
async function announceTarget(
  facts: Facts,
  computer: Computer,
  emit: (event: RunEvent) => void,
): Promise<void> {
  const [system, dnsClient] = await Promise.all([
    toResult(facts.system()),
    toResult(facts.dnsClient()),
  ]);
  const early = { system, dnsClient, licence: failure(new Unreadable('not-reached')) };
  if (system.ok) emit({ type: 'target-known', target: targetInfo(computer.target, early) });
}

/** Gives the verdict as soon as no fact that is outstanding can change it. */
async function judge(facts: Facts): Promise<Pick<Diagnosis, 'activation' | 'verdict'>> {
  // The rules bring the fixes and their schemas with them, which load while the first questions are out.
  const { verdictOn } = await import('./verdict/verdict');
  const view = assess(facts.soFar);
  const isWhole = (facts.computer.leftOut ?? []).length === 0;
  return whenKnown(() => {
    const verdict = verdictOn(view);
    const certainty = isWhole ? verdict.certainty : 'likely';
    return { verdict: { ...verdict, certainty }, activation: activationOf(view) };
  });
}

/** What names the computer, as far as it is known. */
function readNow({ system, dnsClient, licence }: FactSnapshot): Parameters<typeof targetInfo>[1] {
  const now = <T>(reading: Result<T>): Result<T> =>
    knownOr(() => reading.ok, false) ? reading : failure(new Unreadable('not-reached'));
  return { system: now(system), dnsClient: now(dnsClient), licence: now(licence) };
}

/** A check's finding. A throw is a result, and so is running out of time. */
async function runCheck(
  definition: CheckDefinition,
  facts: Facts,
  options: DiagnoseOptions,
): Promise<Finding> {
  const windows = facts.computer.diagnosedAs === 'this-pc';
  if (!windows && (definition.scope === 'windows' || definition.scope === 'kms-host')) {
    return unread(failure(new Unreadable('needs-windows')));
  }
  try {
    if (definition.scope === 'kms-host') {
      const licence = await facts.licence();
      if (licence === null || channelIn(licence) !== 'kms-host') {
        return finding('not-applicable', 'checks.common.notKmsHost');
      }
    }
    return await within({ ms: limitOf(definition, options) }, () =>
      CHECK_FUNCTIONS[definition.id](facts),
    );
  } catch (error) {
    return unread(failure(error));
  }
}

/** A check of the path goes through three probes one after the other; another one waits for one provider. */
function limitOf({ scope }: CheckDefinition, options: DiagnoseOptions): number {
  const limits = options.limits ?? DEFAULT_LIMITS;
  return scope === 'kms-path' ? 4 * limits.probe + limits.provider : 2 * limits.provider;
}

/**
 * A PC on which all is activated without KMS, or that is a KMS host itself, does not need the path to one. The checks
 * of the path do not wait for the licence to be read, so they are put right when it is.
 */
function markNotApplicable(result: CheckResult, view: Assessment): CheckResult {
  const isHost = view.role === 'kms-host';
  // Office finds its host by the same way, however Windows is activated.
  const needsNoHost = isHost || (view.activatedOtherwise && !view.officeAlone);
  const isOnPath = CHECKS.some(({ id, scope }) => id === result.id && scope === 'kms-path');
  const isTold = result.status === 'not-applicable';
  if (!(needsNoHost && isOnPath && !isTold) && !(isHost && tellsOfSearch(result))) return result;
  return {
    ...result,
    status: 'not-applicable',
    reason: null,
    message: {
      key: isHost ? 'checks.common.isKmsHost' : 'checks.common.activatedOtherwise',
    },
  };
}

/** Whether a check finds nothing amiss with how Windows looks for a KMS host. */
function tellsOfSearch({ id, status, message }: CheckResult): boolean {
  if (id === 'dns-suffixes') return status === 'pass';
  return message.key === 'checks.assigned-host-form.none';
}

/** A queue that an async loop reads from. */
class EventChannel<T> implements AsyncIterable<T> {
  private readonly waiting: T[] = [];
  private closed = false;
  private wake: (() => void) | undefined;

  push(event: T): void {
    this.waiting.push(event);
    this.wake?.();
  }

  close(): void {
    this.closed = true;
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (;;) {
      let event = this.waiting.shift();
      while (event !== undefined) {
        yield event;
        event = this.waiting.shift();
      }
      if (this.closed) return;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = undefined;
    }
  }
}
