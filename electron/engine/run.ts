/**
 * One diagnosis: starts every check at once, reports each as it ends, obeys its AbortSignal and its limits,
 * and closes with the verdict.
 */
import { Readable } from 'node:stream';
import { CHECKS, type CheckDefinition } from '@shared/catalogue';
import type { CheckResult, Diagnosis, Finding, RunEvent } from '@shared/diagnosis';
import { Unreadable, type Computer } from './computer';
import { CHECK_FUNCTIONS } from './checks';
import { finding, unread } from './checks/finding';
import { msSince, within } from './deadline';
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
  readonly snapshot: FactSnapshot;
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
  const events = new Readable({ objectMode: true, read: () => undefined });
  let isOver = false;
  const emit = (event: RunEvent): void => {
    if (!isOver) events.push(event);
  };
  const result = run(computer, options, emit);
  void result
    .catch((error: unknown) => {
      if (error instanceof RunCancelled) emit({ type: 'run-cancelled' });
    })
    .then(() => {
      isOver = true;
      events.push(null);
    });
  return { events, result };
}

/** A run under way, as its parts see it. */
interface Course {
  readonly facts: Facts;
  readonly options: DiagnoseOptions;
  readonly emit: (event: RunEvent) => void;
  /** Whether somebody stopped it: then nobody is told of what comes in. */
  readonly isCancelled: () => boolean;
  /** Milliseconds since it began. */
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
    () => {
      stop.abort('timed-out');
    },
    options.timeoutMs ?? WHOLE_LIMIT[computer.target === 'this-pc' ? 'windows' : 'elsewhere'],
  );
  const cancel = (): void => {
    stop.abort('cancelled');
  };
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
    // Whatever is still under way has lost its reader.
    stop.abort('cancelled');
  }
}

/** Asks for everything at once, and puts the diagnosis together when all of it has ended. */
async function follow(course: Course): Promise<RunResult> {
  const { facts, emit, isCancelled, elapsed } = course;
  const { computer } = facts;
  const startedAt = computer.now().toISOString();
  void announceTarget(course);
  const [snapshot, verdict, results] = await Promise.all([
    // Asked at once, so that nothing is left to ask when the checks have ended.
    facts.snapshot(),
    judge(facts).then((known) => {
      const target = targetInfo(computer.target, readNow(facts.soFar));
      if (!isCancelled()) emit({ type: 'verdict-known', known: { target, startedAt, ...known } });
      return known.verdict;
    }),
    Promise.all(CHECKS.map((definition) => resultOf(definition, course))),
  ]);
  if (isCancelled()) throw new RunCancelled();
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

/** Says who the computer is as soon as it is known. */
async function announceTarget({ facts, emit }: Course): Promise<void> {
  const [system, dnsClient] = await Promise.all([
    toResult(facts.system()),
    toResult(facts.dnsClient()),
  ]);
  const early = { system, dnsClient, licence: failure(new Unreadable('not-reached')) };
  if (system.ok) emit({ type: 'target-known', target: targetInfo(facts.computer.target, early) });
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

/** Runs a check, and tells of its beginning and its end. */
async function resultOf(definition: CheckDefinition, course: Course): Promise<CheckResult> {
  const { facts, options, emit, isCancelled, elapsed } = course;
  const { id, procedure } = definition;
  const startedMs = elapsed();
  emit({ type: 'check-started', id });
  const found = await runCheck(definition, facts, options);
  const result = { ...found, id, procedure, startedMs, durationMs: elapsed() - startedMs };
  if (!isCancelled()) emit({ type: 'check-finished', result });
  return result;
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
