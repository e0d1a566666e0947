/** The engine as seen by the window: one computer, one run at a time, and its fixes. */
import type { AppInfo } from '@shared/ipc';
import type { RunEvent } from '@shared/diagnosis';
import type { Computer } from '@engine/computer';
import { type RunResult, diagnose } from '@engine/run';
import { RunCanceled } from '@engine/stop';
import type { FixService } from './fix-service';

/** A computer that the window shows. */
export interface ComputerSource {
  readonly kind: 'computer';
  readonly source: Exclude<AppInfo['source'], { kind: 'report' }>;
  readonly computer: Computer;
  readonly fixes: FixService;
  /** Result of its last completed run, for its fixes and reports. */
  readonly memory: { result: RunResult | null };
}

/** What the window shows: a computer, or a report about one. */
export type Source =
  | ComputerSource
  | { readonly kind: 'report'; readonly source: Extract<AppInfo['source'], { kind: 'report' }> };

/** Why nothing can be changed at the moment; the texts are under `dialogs.apply.<code>`. */
export type RunObstacle = 'busy' | 'running' | 'readOnly';

/** The engine behind the window's requests. */
export type DiagnosisSession = ReturnType<typeof createDiagnosisSession>;

/** Callbacks of a session. */
export interface DiagnosisListener {
  /** Receives all events of all runs, in order. */
  readonly event: (event: RunEvent) => void;
  /** Called when the source has changed. */
  readonly onSourceChanged: (source: Source) => void;
  /** Receives unexpected errors of a run. */
  readonly failed: (error: unknown) => void;
}

/**
 * Creates a session.
 *
 * @param first the initial source
 */
export function createDiagnosisSession(first: Source, listener: DiagnosisListener) {
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
        if (!(error instanceof RunCanceled)) listener.failed(error);
      },
    );
    for await (const event of started.events) {
      // Ignore further events of a canceled run: `stop` has reported its end.
      if (run === stop) listener.event(event);
    }
    await settled;
    if (run === stop) run = null;
  };

  const stop = (): boolean => {
    if (run === null) return false;
    run.abort();
    run = null;
    listener.event({ type: 'run-cancelled' });
    return true;
  };
  const stopChange = (): boolean => {
    change?.stop.abort();
    return change !== null;
  };

  return {
    source: (): Source => source,
    /** Switches to another computer or report: stops the current run and discards its result. */
    setSource(at: Source): void {
      stop();
      stopChange();
      if (source.kind === 'computer' && source !== at) source.fixes.close();
      source = at;
      listener.onSourceChanged(at);
    },
    /** Starts a run; false if one is in progress, the computer is being changed, or the source is a report. */
    start(): boolean {
      if (source.kind === 'report' || run !== null || change?.of === source) return false;
      run = new AbortController();
      source.memory.result = null;
      follow(source, run).catch(listener.failed);
      return true;
    },
    /** Cancels the run; false if there is none. */
    stop,
    /** Result of the source's last completed run. */
    last: (): RunResult | null => (source.kind === 'report' ? null : source.memory.result),
    /** The fixes of the current computer; null for a report. */
    fixes: (): FixService | null => (source.kind === 'report' ? null : source.fixes),
    /**
     * Adopts a diagnosis made elsewhere, and reports it as a run. Ignored if it's from changing a computer that the
     * window has switched away from.
     */
    take: (result: RunResult): void => {
      if (source.kind === 'report' || (change !== null && change.of !== source)) return;
      source.memory.result = result;
      const { diagnosis } = result;
      listener.event({ type: 'run-started', checks: diagnosis.checks.map(({ id }) => id) });
      listener.event({ type: 'run-finished', diagnosis });
    },
    /**
     * Performs a single operation that changes the computer, or returns a {@link RunObstacle} if it can't start.
     *
     * @param work its signal requests an end before the next step
     */
    async change<Outcome>(
      work: (fixes: FixService, stop: AbortSignal) => Promise<Outcome>,
    ): Promise<Outcome | RunObstacle> {
      if (source.kind === 'report') return 'readOnly';
      if (change !== null) return 'busy';
      if (run !== null) return 'running';
      const { fixes } = source;
      const stopping = new AbortController();
      change = { of: source, stop: stopping };
      try {
        return await work(fixes, stopping.signal);
      } finally {
        change = null;
      }
    },
    /** Requests the current operation to end before its next step; false if there is none. */
    stopChange,
  };
}
