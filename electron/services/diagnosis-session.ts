/**
 * The engine as the window knows it: one computer, one run at a time, and its fixes.
 */
import type { AppInfo } from '@shared/ipc';
import type { RunEvent } from '@shared/diagnosis';
import type { Computer } from '@engine/computer';
import { type RunResult, diagnose } from '@engine/run';
import { RunCancelled } from '@engine/stop';
import type { FixService } from './fix-service';

/** Remembers the last run of a computer, for its fixes and reports. */
export interface RunHistory {
  result: RunResult | null;
}

/** What the window is about: a computer, or the report of one. */
export type Source =
  | {
      readonly kind: 'computer';
      readonly source: Exclude<AppInfo['source'], { kind: 'report' }>;
      readonly computer: Computer;
      readonly fixes: FixService;
      /** What its last finished run found. */
      readonly memory: RunHistory;
    }
  | { readonly kind: 'report'; readonly source: Extract<AppInfo['source'], { kind: 'report' }> };

type ComputerSource = Extract<Source, { kind: 'computer' }>;

/** Why nothing can be changed just now; words under `dialogs.apply.<code>`. */
export type RunObstacle = 'busy' | 'running' | 'readOnly';

/** The engine behind the window's requests. */
export interface DiagnosisSession {
  source(): Source;
  /** Turns to another computer or report: what runs is stopped, what was found is forgotten. */
  setSource(at: Source): void;
  /** Starts a run; false when one is under way, it is being changed, or this is a report. */
  start(): boolean;
  /** Stops the run; false when there is none. */
  stop(): boolean;
  /** What the last finished run of this source found. */
  last(): RunResult | null;
  /** The fixes of the computer at hand; null for a report. */
  fixes(): FixService | null;
  /**
   * Takes over a diagnosis that was made elsewhere, and tells it as a run; not what a change found on a computer that
   * the window has turned away from.
   */
  readonly take: (result: RunResult) => void;
  /**
   * Does one thing that changes the computer, alone; a {@link RunObstacle} when it cannot be begun.
   *
   * @param work its signal asks for an end before the next step
   */
  change<Outcome>(
    work: (fixes: FixService, stop: AbortSignal) => Promise<Outcome>,
  ): Promise<Outcome | RunObstacle>;
  /** Asks the change under way for an end before its next step; false when there is none. */
  stopChange(): boolean;
}

/** Who hears of what the service does. */
export interface DiagnosisListener {
  /** Every event of every run, in order. */
  readonly event: (event: RunEvent) => void;
  /** It turned to something else. */
  readonly onSourceChanged: (source: Source) => void;
  /** What a run threw, which is a fault of the program. */
  readonly failed: (error: unknown) => void;
}

/**
 * Makes the session.
 *
 * @param first the computer that it begins with
 */
export function createDiagnosisSession(
  first: Source,
  listener: DiagnosisListener,
): DiagnosisSession {
  let source = first;
  let run: AbortController | null = null;
  let change: { readonly of: Source; readonly stop: AbortController } | null = null;

  const follow = async (
    { computer, fixes, memory }: ComputerSource,
    stop: AbortController,
  ): Promise<void> => {
    const started = diagnose(computer, { ...fixes.factOptions(), signal: stop.signal });
    const settled = started.result.then(
      (found) => {
        if (run === stop) memory.result = found;
      },
      (error: unknown) => {
        if (!(error instanceof RunCancelled)) listener.failed(error);
      },
    );
    for await (const event of started.events) {
      // A run that was stopped has nothing more to say: `stop` said it.
      if (run === stop) listener.event(event);
    }
    await settled;
    if (run === stop) run = null;
  };

  const session: DiagnosisSession = {
    source: () => source,
    setSource(at) {
      session.stop();
      session.stopChange();
      if (source.kind === 'computer' && source !== at) source.fixes.close();
      source = at;
      listener.onSourceChanged(at);
    },
    start() {
      if (source.kind === 'report' || run !== null || change?.of === source) return false;
      run = new AbortController();
      source.memory.result = null;
      follow(source, run).catch(listener.failed);
      return true;
    },
    stop() {
      if (run === null) return false;
      run.abort();
      run = null;
      listener.event({ type: 'run-cancelled' });
      return true;
    },
    last: () => (source.kind === 'report' ? null : source.memory.result),
    fixes: () => (source.kind === 'report' ? null : source.fixes),
    take(result) {
      if (source.kind === 'report' || (change !== null && change.of !== source)) return;
      source.memory.result = result;
      const { diagnosis } = result;
      listener.event({ type: 'run-started', checks: diagnosis.checks.map(({ id }) => id) });
      listener.event({ type: 'run-finished', diagnosis });
    },
    async change(work) {
      const fixes = session.fixes();
      if (fixes === null) return 'readOnly';
      if (change !== null) return 'busy';
      if (run !== null) return 'running';
      const stop = new AbortController();
      change = { of: source, stop };
      try {
        return await work(fixes, stop.signal);
      } finally {
        change = null;
      }
    },
    stopChange() {
      change?.stop.abort();
      return change !== null;
    },
  };
  return session;
}
