/** Rehearses fixes on copies of a PC, one fix at a time, and diagnoses the copy after each. */
import { setImmediate } from 'node:timers/promises';
import type { FixId } from '@shared/catalog';
import type { Verdict } from '@shared/diagnosis';
import { isFromKmsHost } from '@shared/error-codes';
import { isLoopback } from '@shared/names';
import type { ScenarioFile } from '@shared/scenario';
import { execute } from '../changes/executor';
import { nullIfUnreadable } from '../computer';
import { neverAborted } from '../deadline';
import { Facts, type FactOptions } from '../facts/facts';
import { planFix } from '../fixes';
import type { GivenParameters, Plan } from '../fixes/plan';
import { suggestedHosts } from '../fixes/suggest';
import type { RunResult } from '../run';
import { assess, type Assessment } from '../verdict/assessment';
import { computeVerdict } from '../verdict/verdict';
import { requestsBetween, withHostsFor } from './copy';
import type { RehearsalOptions, SimulatedComputer } from './treatment';

/** The diagnosed state of a copy at one point of a treatment. */
export interface RehearsedState {
  readonly file: ScenarioFile;
  readonly facts: Facts;
  readonly view: Assessment;
  readonly verdict: Verdict;
}

/** The result of a fix on a copy. */
export interface Rehearsed {
  readonly plan: Plan;
  readonly state: RehearsedState;
  /** Whether the fix was an activation attempt that a KMS host refused. */
  readonly refused: boolean;
}

/** Rehearsals aren't journaled. */
const NO_JOURNAL = {
  begin: () => Promise.resolve('rehearsal'),
  note: () => Promise.resolve(),
};

/** The rehearsals of one treatment. */
export class Rehearsals {
  /** Number of copies diagnosed. */
  count = 0;
  private readonly factOptions: FactOptions;
  private readonly signal: AbortSignal;

  /** @param copy the case of the run, with the rights available when the treatment is carried out */
  constructor(
    private readonly result: Pick<RunResult, 'snapshot' | 'expectedHosts'>,
    private readonly copy: ScenarioFile,
    private readonly options: RehearsalOptions,
  ) {
    this.factOptions = {
      atOnce: true,
      expectedHosts: result.expectedHosts,
      // Hosts that were probed stay in question, regardless of where they were found.
      journalHosts: result.snapshot.hostsInQuestion,
    };
    this.signal = options.signal ?? neverAborted();
  }

  /** Diagnoses the copy before anything is changed. */
  begin(): Promise<RehearsedState> {
    return this.diagnose(this.options.simulate(this.copy));
  }

  /** Plans and applies a fix on a copy; null if nothing is changed or the fix may not be rehearsed. */
  async apply(
    fix: FixId,
    parameters: GivenParameters,
    { file, facts, view }: RehearsedState,
  ): Promise<Rehearsed | null> {
    const planned = await planFix(fix, parameters, view.snapshot, facts);
    if (!planned.ok || planned.plan.changes.length === 0) return null;
    const { plan, secrets } = planned;
    if (!mayBeRehearsed(plan, view)) return null;
    const attempt = plan.changes.find((change) => change.kind === 'activation');
    const product = attempt?.office === undefined ? null : 'office';
    const asked = attempt === undefined ? file : withHostsFor(product, file, this.result);
    const computer = this.options.simulate(asked);
    // If a previous value can no longer be read, nothing was changed.
    const executed = await execute(plan, {
      computer,
      journal: NO_JOURNAL,
      secrets,
      signal: this.signal,
      factOptions: this.factOptions,
    }).catch(nullIfUnreadable);
    this.signal.throwIfAborted();
    if (executed === null || !('entry' in executed)) return null;
    const isAttempt = plan.changes.every(({ kind }) => kind === 'activation');
    if (executed.outcome !== 'applied' && !isAttempt) return null;
    const state = await this.diagnose(computer);
    const refused = executed.outcome !== 'applied';
    const byHost = requestsBetween(file, state.file).some(({ code }) => isFromKmsHost(code));
    return refused && !byHost ? null : { plan, state, refused };
  }

  private async diagnose(computer: SimulatedComputer): Promise<RehearsedState> {
    await setImmediate();
    this.signal.throwIfAborted();
    this.count += 1;
    return rehearsedState(computer, this.factOptions, this.signal);
  }
}

/** Diagnoses a copy, without the checks, since they're never displayed. */
export async function rehearsedState(
  computer: SimulatedComputer,
  factOptions: FactOptions,
  signal: AbortSignal,
): Promise<RehearsedState> {
  const file = computer.document();
  const facts = new Facts(computer, factOptions, signal);
  const view = assess(await facts.snapshot());
  return { file, facts, view, verdict: computeVerdict(view, computer) };
}

/** Whether enough is known about a plan's preconditions to rehearse it. */
function mayBeRehearsed({ changes, before }: Plan, view: Assessment): boolean {
  return changes.every((change, index) => {
    switch (change.kind) {
      case 'dns-record': {
        const { how } = change;
        // Whether a server accepts updates from this PC is known only for this PC's own server or with a key.
        if (how.method === 'dynamic-update') return how.tsigKeyFile !== null;
        return how.server === null || isOwn(how.server.address, view);
      }
      case 'product-key': {
        const isReplaced = before[index] !== null;
        const needsHost = change.purpose === 'kms-client';
        return !isReplaced || !needsHost || view.pathIsHealthy || suggestedHosts(view).length > 0;
      }
      case 'phone-activation':
        // The installation ID identifies the PC, so it's never part of a copy.
        return false;
      default:
        return true;
    }
  });
}

function isOwn(address: string, { snapshot: { adapters } }: Assessment): boolean {
  const own = adapters.ok ? adapters.value.flatMap(({ addresses }) => addresses) : [];
  return isLoopback(address) || own.includes(address);
}
