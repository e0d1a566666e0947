/**
 * Runs a diagnosis: starts all checks concurrently, reports each result as it arrives, observes its AbortSignal and
 * time limits, and ends with the verdict.
 */
import { Readable } from 'node:stream';
import { CHECKS, type CheckDefinition } from '@shared/catalog';
import type { CheckResult, Diagnosis, Finding, RunEvent } from '@shared/diagnosis';
import { Unreadable, type Computer } from './computer';
import { runCheck } from './checks';
import { finding, unread } from './checks/finding';
import { msSince, within } from './deadline';
import { Facts, type FactOptions } from './facts/facts';
import { DEFAULT_LIMITS } from './facts/limits';
import type { FactSnapshot } from './facts/fact-snapshot';
import { toResult, failure, type Result } from './facts/fact-types';
import { knownOr, whenKnown } from './facts/outstanding';
import { channelIn } from './facts/windows-facts';
import { RunCanceled } from './stop';
import {
  activationOf,
  otherProductsOf,
  targetInfo,
  assess,
  type Assessment,
} from './verdict/assessment';

/** Options of a diagnosis. */
export interface DiagnoseOptions extends FactOptions {
  /** Milliseconds for the whole run; the default is 60 s on a Windows computer and 10 s elsewhere. */
  readonly timeoutMs?: number;
  /** Cancels the run immediately. */
  readonly signal?: AbortSignal;
}

/** Result of a run. */
export interface RunResult {
  readonly diagnosis: Diagnosis;
  readonly snapshot: FactSnapshot;
  /** Results of all queries by key: a value or an {@link Unreadable}. */
  readonly readings: ReadonlyMap<string, unknown>;
  /** Hosts expected in DNS. */
  readonly expectedHosts: readonly string[];
}

/** A run in progress. */
export interface DiagnosisRun {
  /** Every event of the run, in order; ends with the run. */
  readonly events: AsyncIterable<RunEvent>;
  /** Rejects with {@link RunCanceled} if the run was canceled. */
  readonly result: Promise<RunResult>;
}

/** Default time limits of a whole run, in milliseconds. */
const WHOLE_LIMIT = { windows: 60_000, elsewhere: 10_000 } as const;

/** Starts the diagnosis of a computer. */
export function diagnose(computer: Computer, options: DiagnoseOptions = {}): DiagnosisRun {
  const events = new Readable({ objectMode: true, read: () => undefined });
  let isOver = false;
  const emit = (event: RunEvent): void => {
    if (!isOver) events.push(event);
  };
  const result = run(computer, options, emit);
  void result
    .catch((error: unknown) => {
      if (error instanceof RunCanceled) emit({ type: 'run-cancelled' });
    })
    .then(() => {
      isOver = true;
      events.push(null);
    });
  return { events, result };
}

/** Internal state of a run in progress. */
interface Course {
  readonly facts: Facts;
  readonly options: DiagnoseOptions;
  readonly emit: (event: RunEvent) => void;
  /** Whether the user canceled the run; no further events are then emitted. */
  readonly isCancelled: () => boolean;
  /** Milliseconds since the run started. */
  readonly elapsed: () => number;
}

async function run(
  computer: Computer,
  options: DiagnoseOptions,
  emit: (event: RunEvent) => void,
): Promise<RunResult> {
  const started = performance.now();
  const stop = new AbortController();
  const timer = setTimeout(
    () => stop.abort('timed-out'),
    options.timeoutMs ?? WHOLE_LIMIT[computer.target === 'this-pc' ? 'windows' : 'elsewhere'],
  );
  const cancel = (): void => stop.abort('cancelled');
  options.signal?.addEventListener('abort', cancel, { once: true });
  if (options.signal?.aborted === true) cancel();
  try {
    emit({ type: 'run-started', checks: CHECKS.map(({ id }) => id) });
    const facts = new Facts(computer, options, stop.signal);
    const isCancelled = () => stop.signal.aborted && stop.signal.reason === 'cancelled';
    const elapsed = () => msSince(started);
    return await follow({ facts, options, emit, isCancelled, elapsed });
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', cancel);
    // Abort everything still in progress: its results are no longer needed.
    stop.abort('cancelled');
  }
}

/** Starts all queries and checks, and assembles the diagnosis when they have finished. */
async function follow(course: Course): Promise<RunResult> {
  const { facts, emit, isCancelled, elapsed } = course;
  const { computer } = facts;
  const startedAt = computer.now().toISOString();
  void announceTarget(course);
  const [snapshot, verdict, results] = await Promise.all([
    // Requested immediately, so that no query is left to start when the checks have finished.
    facts.snapshot(),
    judge(facts).then((known) => {
      const target = targetInfo(computer.target, readNow(facts.soFar));
      if (!isCancelled()) emit({ type: 'verdict-known', known: { target, startedAt, ...known } });
      return known.verdict;
    }),
    Promise.all(CHECKS.map((definition) => resultOf(definition, course))),
  ]);
  if (isCancelled()) throw new RunCanceled();
  const view = assess(snapshot);
  const checks = results.map((result) => {
    const settled = markNotApplicable(result, view);
    if (settled !== result) emit({ type: 'check-finished', result: settled });
    return settled;
  });
  const diagnosis: Diagnosis = {
    target: targetInfo(computer.target, snapshot),
    startedAt,
    durationMs: elapsed(),
    activation: activationOf(view),
    otherProducts: otherProductsOf(snapshot),
    checks,
    verdict,
  };
  emit({ type: 'run-finished', diagnosis });
  const [readings, expectedHosts] = await Promise.all([facts.readings(), facts.expectedHosts()]);
  return { diagnosis, snapshot, readings, expectedHosts };
}

/** Emits the computer's identity as soon as it's known. */
async function announceTarget({ facts, emit }: Course): Promise<void> {
  const [system, dnsClient] = await Promise.all([
    toResult(facts.system()),
    toResult(facts.dnsClient()),
  ]);
  const early = { system, dnsClient, licence: failure(new Unreadable('not-reached')) };
  if (system.ok) emit({ type: 'target-known', target: targetInfo(facts.computer.target, early) });
}

/** Returns the verdict as soon as no outstanding fact can change it. */
async function judge(facts: Facts): Promise<Pick<Diagnosis, 'activation' | 'verdict'>> {
  // The rules import the fixes and their schemas, which load while the first queries are in flight.
  const { computeVerdict } = await import('./verdict/verdict');
  const view = assess(facts.soFar);
  return whenKnown(() => ({
    verdict: computeVerdict(view, facts.computer),
    activation: activationOf(view),
  }));
}

/** Returns the readings that identify the computer, as far as they're known. */
function readNow({ system, dnsClient, licence }: FactSnapshot): Parameters<typeof targetInfo>[1] {
  const now = <T>(reading: Result<T>): Result<T> =>
    knownOr(() => reading.ok, false) ? reading : failure(new Unreadable('not-reached'));
  return { system: now(system), dnsClient: now(dnsClient), licence: now(licence) };
}

/** Runs a check and emits its start and its result. */
async function resultOf(definition: CheckDefinition, course: Course): Promise<CheckResult> {
  const { facts, options, emit, isCancelled, elapsed } = course;
  const { id, procedure } = definition;
  const startedMs = elapsed();
  emit({ type: 'check-started', id });
  const found = await findingOf(definition, facts, options);
  const result = { ...found, id, procedure, startedMs, durationMs: elapsed() - startedMs };
  if (!isCancelled()) emit({ type: 'check-finished', result });
  return result;
}

/** Returns a check's finding. An error or a timeout becomes a finding too. */
async function findingOf(
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
    return await within({ ms: limitOf(definition, options) }, () => runCheck(definition.id, facts));
  } catch (error) {
    return unread(failure(error));
  }
}

/**
 * Returns a check's time limit. A KMS path check may run three probes in sequence; other checks wait for one provider.
 */
function limitOf({ scope }: CheckDefinition, options: DiagnoseOptions): number {
  const limits = options.limits ?? DEFAULT_LIMITS;
  return scope === 'kms-path' ? 4 * limits.probe + limits.provider : 2 * limits.provider;
}

/**
 * Marks checks of the KMS path as not applicable on a PC where everything is activated without KMS, or that is a KMS
 * host itself. Those checks don't wait for the license to be read, so their results are corrected here.
 */
function markNotApplicable(result: CheckResult, view: Assessment): CheckResult {
  const isHost = view.role === 'kms-host';
  // Office finds its host the same way, however Windows is activated.
  const needsNoHost = isHost || (view.activatedOtherwise && !view.officeAlone);
  const isOnPath = CHECKS.some(({ id, scope }) => id === result.id && scope === 'kms-path');
  const isMarked = result.status === 'not-applicable';
  if (!(needsNoHost && isOnPath && !isMarked) && !(isHost && passesDiscoveryCheck(result)))
    return result;
  return {
    ...result,
    status: 'not-applicable',
    reason: null,
    message: {
      key: isHost ? 'checks.common.isKmsHost' : 'checks.common.activatedOtherwise',
    },
  };
}

/** Whether a check found no problem with how Windows looks for a KMS host. */
function passesDiscoveryCheck({ id, status, message }: CheckResult): boolean {
  if (id === 'dns-suffixes') return status === 'pass';
  return message.key === 'checks.assigned-host-form.none';
}
