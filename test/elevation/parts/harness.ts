/** Two real processes and what they leave behind, in a folder of their own. */
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
import type { DiaryLine, SessionOrders, WindowOrders } from './orders';

/** How programs are run: by this Node, or by another one that sees files elsewhere. */
export interface Runner {
  readonly file: string;
  readonly before: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** A path of ours as those programs see it. */
  seen(path: string): string;
}

/** This machine's own Node. */
const OWN_NODE: Runner = {
  file: process.execPath,
  before: [],
  env: process.env,
  seen: (path) => path,
};

/** A KMS host that does not publish itself: two changes put it right, both of which can be taken back. */
const SICK_HOST = fileURLToPath(
  new URL('../../scenarios/dns-publishing-disabled/switched-off.json', import.meta.url),
);

/** Milliseconds after which a process that does not go is ended; writing everything down takes longer. */
const GONE_MS = 10_000;
const SNAPSHOT_MS = 90_000;

/** What is asked for unless something else is. */
export const WISH = { apply: 'set-dns-publishing', parameters: { enabled: true } } as const;

/** One test's PC, journal and processes. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'kms-doctor-repair-'));
  readonly scenario = join(this.folder, 'pc.json');
  readonly data = join(this.folder, 'data');
  private runs = 0;

  /** @param beginning a scenario file, or a bench whose PC and journal are taken over */
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

  /** Starts a window that has the elevated side started and asks it for something; waits until it is gone. */
  async run({
    fixRequest = WISH,
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

  /** The simulated PC as it stands. */
  document(): Record<string, unknown> {
    return JSON.parse(readFileSync(this.scenario, 'utf8')) as Record<string, unknown>;
  }

  /** What of it a fix changes and undo brings back; records in DNS and events are the world's. */
  settings(): unknown {
    const { licensing, services = null } = this.document();
    return { licensing, services };
  }

  /** The lines of the journal, each of which must be whole. */
  journalLines(): { readonly type: string; readonly entry: string; readonly state?: string }[] {
    const file = join(this.data, 'journal.jsonl');
    return linesOf(file) as { type: string; entry: string; state?: string }[];
  }

  /** The newest entry; null when nothing was ever begun. */
  async newest(): Promise<{ readonly entry: string; readonly state: string } | null> {
    const [record] = await new Journal(this.data).entries();
    return record ?? null;
  }

  /** Takes the newest entry back, here. */
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

/** What two processes did. */
export class Run {
  exitCode: number | null = null;

  constructor(
    readonly windowDiary: string,
    readonly sessionDiary: string,
  ) {}

  get window(): readonly DiaryLine[] {
    return linesOf(this.windowDiary) as DiaryLine[];
  }

  get session(): readonly DiaryLine[] {
    return linesOf(this.sessionDiary) as DiaryLine[];
  }

  /** What the window was told in the end. */
  get outcome(): Record<string, unknown> | undefined {
    return this.window.find(({ what }) => what === 'outcome 1')?.detail as Record<string, unknown>;
  }

  /** Waits until the elevated side is gone; ends it when it does not go. */
  async sessionGone(patienceMs: number): Promise<void> {
    const until = Date.now() + patienceMs;
    while (Date.now() < until) {
      const pid = this.session[0]?.pid;
      // One that has written nothing may be about to.
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
