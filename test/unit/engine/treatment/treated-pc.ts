/** A simulated PC under treatment. It is stored in a file, and its environment may change at any time. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FixId } from '@shared/catalog';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import type { Assumption } from '@shared/treatment';
import type { Computer } from '@engine/computer';
import { Facts } from '@engine/facts/facts';
import { planFix } from '@engine/fixes';
import { applyFix } from '@engine/fixes/apply';
import { Journal } from '@engine/journal/journal';
import { diagnose, type RunResult } from '@engine/run';
import {
  executeTreatment,
  diagnoseFirst,
  type TreatmentEvent,
  type TreatmentExecution,
} from '@engine/treatment/carry-out';
import type { Treatment, TreatmentOutcome, TreatmentStep } from '@engine/treatment/treatment';
import { undoTreatment, type TreatmentUndone } from '@engine/treatment/undo';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { readCase } from '../../../scenarios/cases';
import { Bench } from '../fixes/fix-harness';

/** Changes to a scenario. Objects are merged, also into list elements by index; other values are replaced. */
export type Edit = Readonly<Record<string, unknown>>;

type Container = Record<string, unknown>;
const isContainer = (value: unknown): value is Container =>
  typeof value === 'object' && value !== null;

function merge(container: Container, edit: Edit): void {
  for (const [name, value] of Object.entries(edit)) {
    const there = container[name];
    const isPart = isContainer(value) && !Array.isArray(value) && Object.keys(value).length > 0;
    if (isPart && isContainer(there)) merge(there, value);
    else container[name] = value;
  }
}

/** The steps of a treatment: fixes with their parameters. */
export type Steps = readonly (readonly [
  fix: FixId,
  parameters?: Readonly<Record<string, unknown>>,
])[];

const { signal: never } = new AbortController();

const edited = (scenario: ScenarioFile, edit: Edit): ScenarioFile => {
  const copy: Container = { ...structuredClone(scenario) };
  merge(copy, edit);
  const parsed = parseScenario(copy);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
};

/** Unreadable facts that the outcome of a fix depends on. */
const RESTS_ON: Partial<Record<FixId, readonly Assumption[]>> = {
  'activate-now': ['host-count', 'host-activated', 'host-clock', 'product-served'],
  'create-srv-record': ['dns-replication', 'rights'],
  'set-dns-publishing': ['dns-replication', 'rights'],
  'flush-dns-cache': ['resolver-cache'],
  'restart-licensing-service': ['licence-unread'],
};

/** Rehearses the steps on a copy of the PC described by the scenario. */
export async function rehearse(scenario: ScenarioFile, steps: Steps): Promise<Treatment> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-rehearsal-'));
  const copy = createScenarioComputer(scenario);
  const first = await diagnose(copy).result;
  const done: TreatmentStep[] = [];
  let { verdict } = first.diagnosis;
  let { snapshot } = first;
  for (const [fix, raw = {}] of steps) {
    const planned = await planFix(fix, raw, snapshot, new Facts(copy, {}, never));
    if (!planned.ok) throw new Error(`${fix}: ${JSON.stringify(planned.refusal)}`);
    const applied = await applyFix(planned, {
      computer: copy,
      journal: new Journal(folder),
      signal: never,
    });
    if (applied.outcome !== 'ended' || applied.recheck === null) throw new Error(fix);
    const restsOn = [...new Set([...(done.at(-1)?.then.restsOn ?? []), ...(RESTS_ON[fix] ?? [])])];
    const { parameters, changes, before } = planned.plan;
    const { code } = applied.recheck.diagnosis.verdict;
    const certainty = restsOn.length === 0 ? verdict.certainty : 'likely';
    const isUnread = fix === 'restart-licensing-service';
    done.push({
      fix,
      parameters,
      changes,
      before,
      because: verdict.code,
      then: { code: isUnread ? 'cannot-diagnose' : code, certainty, restsOn },
    });
    ({ verdict } = applied.recheck.diagnosis);
    ({ snapshot } = applied.recheck);
  }
  rmSync(folder, { recursive: true });
  const last = done.at(-1);
  return {
    verdict: first.diagnosis.verdict,
    steps: done,
    ends: last?.then ?? { ...first.diagnosis.verdict, restsOn: [] },
    left: [],
    rehearsals: 1,
    digest: createHash('sha256').update(JSON.stringify(done)).digest('hex'),
  };
}

/** Overrides for carrying out a treatment. */
export interface Doing extends Partial<TreatmentExecution> {
  /** Wraps the computer that the treatment uses. */
  readonly wrap?: (computer: Computer) => Computer;
  readonly onEvent?: (event: TreatmentEvent) => void;
  /** The diagnosis to start from; by default a new one. */
  readonly found?: RunResult;
}

/** The PC under treatment. */
export class TreatedPc {
  readonly bench: Bench;
  readonly journal: Journal;
  /** The scenario as it would be if nothing had been treated. */
  untreated: ScenarioFile;
  readonly events: TreatmentEvent[] = [];
  private current: ReturnType<typeof createScenarioComputer>;

  constructor(scenario: string | ScenarioFile, edit: Edit = {}) {
    this.untreated = edited(typeof scenario === 'string' ? readCase(scenario) : scenario, edit);
    this.bench = new Bench(this.untreated);
    this.journal = new Journal(this.bench.dataDir);
    this.current = this.bench.computer();
  }

  /** Forwards every call to the current state of the PC. */
  readonly computer = new Proxy({} as Computer, {
    get: (_, name): unknown => Reflect.get(this.current, name),
    has: (_, name) => Reflect.has(this.current, name),
  });

  get document(): ScenarioFile {
    return this.current.document();
  }

  /** Changes the PC independently of the treatment. */
  becomes(edit: Edit): void {
    this.untreated = edited(this.untreated, edit);
    const document = edited(this.current.document(), edit);
    this.current = createScenarioComputer(document, { save: this.bench.file });
  }

  async carryOut(treatment: Treatment, doing: Doing = {}): Promise<TreatmentOutcome> {
    const { wrap = (computer: Computer) => computer, onEvent, found, ...over } = doing;
    const execution: TreatmentExecution = {
      computer: wrap(this.computer),
      journal: this.journal,
      signal: never,
      simulate: createScenarioComputer,
      onEvent: (event) => {
        this.events.push(event);
        onEvent?.(event);
      },
      ...over,
    };
    const ended = await executeTreatment(
      treatment,
      found ?? (await diagnoseFirst(execution)),
      execution,
    );
    if ('outcome' in ended) throw new Error(ended.outcome);
    return ended;
  }

  undo(treatment: string | null): Promise<TreatmentUndone> {
    if (treatment === null) throw new Error('Nothing was done');
    const { computer, journal } = this;
    return undoTreatment(treatment, { computer, journal, signal: never });
  }
}
