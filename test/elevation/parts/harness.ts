/** Runs two real processes in a dedicated folder and reads the files they leave behind. */
import { spawn } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Journal } from '@engine/journal/journal';
import { undo } from '@engine/changes/undo';
import { parseScenario } from '@shared/scenario';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import type { Programs } from './bundle';
import type { TraceEntry, SessionOrders, WindowOrders } from './orders';

/** How programs are run: with this Node, or with another one that sees different paths. */
export interface Runner {
  readonly file: string;
  readonly before: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Converts a path of ours to the form these programs use. */
  seen(path: string): string;
}

/** This machine's Node. */
const OWN_NODE: Runner = {
  file: process.execPath,
  before: [],
  env: process.env,
  seen: (path) => path,
};

/** A KMS host that doesn't publish itself. Two undoable changes fix it. */
const SICK_HOST = fileURLToPath(
  new URL('../../scenarios/dns-publishing-disabled/switched-off.json', import.meta.url),
);

/**
 * Timeout in milliseconds after which a lingering process is killed. A heap snapshot takes longer.
 */
const GONE_MS = 10_000;
const SNAPSHOT_MS = 90_000;

/** The default request. */
export const DEFAULT_REQUEST = {
  apply: 'set-dns-publishing',
  parameters: { enabled: true },
} as const;

/** PC, journal and processes of one test. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'kms-doctor-repair-'));
  readonly scenario = join(this.folder, 'pc.json');
  readonly data = join(this.folder, 'data');
  private runs = 0;

  /** @param beginning a scenario file, or a bench whose PC and journal are copied */
  constructor(
    private readonly programs: Programs,
    beginning: string | Bench = SICK_HOST,
    private readonly runner: Runner = OWN_NODE,
  ) {
    if (typeof beginning === 'string') copyFileSync(beginning, this.scenario);
    else {
      copyFileSync(beginning.scenario, this.scenario);
      cpSync(beginning.data, this.data, { recursive: true });
    }
  }

  /**
   * Starts a window that launches the elevated process and sends it a request. Waits until both are
   * gone.
   */
  async run({
    fixRequest = DEFAULT_REQUEST,
    session = {},
    window = {},
  }: {
    readonly fixRequest?: WindowOrders['fixRequest'];
    readonly session?: Partial<SessionOrders>;
    readonly window?: Partial<WindowOrders>;
  } = {}): Promise<Run> {
    this.runs += 1;
    const { seen } = this.runner;
    const file = (name: string): string => join(this.folder, name.replace('.', `-${this.runs}.`));
    const run = new Run(file('window.jsonl'), file('session.jsonl'));
    const orders: WindowOrders = {
      session: {
        folder: seen(this.folder),
        scenario: seen(this.scenario),
        data: seen(this.data),
        traceLog: seen(run.sessionDiary),
        confirm: 'yes',
        paceMs: 0,
        killAt: null,
        killWindowAt: null,
        ...session,
      },
      program: seen(this.programs.session),
      traceLog: seen(run.windowDiary),
      fixRequest,
      killAt: null,
      stayMs: 0,
      digest: null,
      ...window,
    };
    const ordersFile = file('window-orders.json');
    writeFileSync(ordersFile, JSON.stringify(orders));
    const output = openSync(file('output.txt'), 'a');
    const child = spawn(
      this.runner.file,
      [...this.runner.before, seen(this.programs.window), seen(ordersFile)],
      { env: this.runner.env, stdio: ['ignore', output, output] },
    );
    closeSync(output);
    run.exitCode = await new Promise((resolve) => {
      child.once('error', () => resolve(null));
      child.once('exit', resolve);
    });
    await run.sessionGone(session.heapSnapshot === true ? SNAPSHOT_MS : GONE_MS);
    return run;
  }

  /** Returns the simulated PC's current state. */
  document(): Record<string, unknown> {
    return JSON.parse(readFileSync(this.scenario, 'utf8')) as Record<string, unknown>;
  }

  /**
   * Returns the parts of the state that a fix changes and undo restores. DNS records and events
   * belong to the environment.
   */
  settings(): unknown {
    const { licensing, services = null } = this.document();
    return { licensing, services };
  }

  /** Returns the lines of the journal. Each must be complete. */
  journalLines(): { readonly type: string; readonly entry: string; readonly state?: string }[] {
    const file = join(this.data, 'journal.jsonl');
    return linesOf(file) as { type: string; entry: string; state?: string }[];
  }

  /** Returns the newest entry, or null if the journal is empty. */
  async newest(): Promise<{ readonly entry: string; readonly state: string } | null> {
    const [record] = await new Journal(this.data).entries();
    return record ?? null;
  }

  /** Undoes the newest entry in this process. */
  async undo(): Promise<Awaited<ReturnType<typeof undo>>> {
    const parsed = parseScenario(this.document());
    if (!parsed.ok) throw new Error('The saved PC is not whole');
    return undo(null, {
      computer: createScenarioComputer(parsed.scenario, { save: this.scenario }),
      journal: new Journal(this.data),
      signal: new AbortController().signal,
    });
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The exit code and trace logs of the two processes. */
export class Run {
  exitCode: number | null = null;

  constructor(
    readonly windowDiary: string,
    readonly sessionDiary: string,
  ) {}

  get window(): readonly TraceEntry[] {
    return linesOf(this.windowDiary) as TraceEntry[];
  }

  get session(): readonly TraceEntry[] {
    return linesOf(this.sessionDiary) as TraceEntry[];
  }

  /** Outcome that the window received. */
  get outcome(): Record<string, unknown> | undefined {
    return this.window.find(({ what }) => what === 'outcome 1')?.detail as Record<string, unknown>;
  }

  /** Waits until the elevated process is gone, and kills it after the timeout. */
  async sessionGone(patienceMs: number): Promise<void> {
    const until = Date.now() + patienceMs;
    while (Date.now() < until) {
      const pid = this.session[0]?.pid;
      // A process that has written nothing may still be starting.
      if (
        pid !== undefined ? !isAlive(pid) : this.window.every(({ what }) => what !== 'launched 1')
      ) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const pid = this.session[0]?.pid;
    if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGKILL');
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function linesOf(file: string): unknown[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}
