/**
 * The current scenario: the loaded document, changed leaf by leaf, and the complete scenario that it expands to. The
 * state of the document before a change is remembered with the change, so that undoing it restores the document
 * exactly, including absent values, in this process or another one.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  DEFAULT_SCENARIO,
  MERGED,
  completeScenario,
  scenarioSchema,
  valueAt,
  type CompleteScenario,
  type ScenarioFile,
  type ScenarioPath,
} from '@shared/scenario';
import type { ServiceName } from '@engine/computer';
import type { z } from 'zod';

/** Parts of the document in which changes can be undone. */
const memorySchema = scenarioSchema.pick({
  computer: true,
  adapters: true,
  licensing: true,
  registry: true,
  services: true,
  dns: true,
});

/** Those parts as they were before a change. Plain JSON, since it's stored in the journal. */
export type SimulationState = z.infer<typeof memorySchema>;

/** Validates a memory that was read from a journal; null for anything else. */
export function parseSimulationState(memory: unknown): SimulationState | null {
  return memorySchema.safeParse(memory).data ?? null;
}

type Container = Record<string | number, unknown>;

/** A document being edited. */
export class ScenarioEditor {
  private meaning: CompleteScenario | null = null;

  constructor(readonly raw: ScenarioFile) {}

  /** The complete scenario that the current document expands to. */
  get scenario(): CompleteScenario {
    return (this.meaning ??= completeScenario(this.raw));
  }

  /** Returns the value at a path; undefined if there is none. */
  at(path: ScenarioPath): unknown {
    return valueAt(this.raw, path);
  }

  /** Sets a leaf, and creates its parents as needed. */
  set(path: ScenarioPath, value: unknown): void {
    if (isDeepStrictEqual(this.at(path), value)) return;
    const { container, name } = this.reach(path);
    container[name] = value;
    this.meaning = null;
  }

  /** Removes a leaf. */
  remove(path: ScenarioPath): void {
    if (this.at(path) === undefined) return;
    const { container, name } = this.reach(path);
    // The path ends in a property of the schema, never in a built-in one such as `constructor`.
    Reflect.deleteProperty(container, name);
    this.meaning = null;
  }

  /** Appends an item to a list. */
  append(path: ScenarioPath, item: unknown): void {
    this.listAt(path).push(item);
    this.meaning = null;
  }

  /** Removes the items of a list for which `gone` is true at the same index. */
  removeFrom(path: ScenarioPath, gone: readonly boolean[]): void {
    const list = this.listAt(path);
    const kept = list.filter((_, index) => gone[index] !== true);
    list.splice(0, list.length, ...kept);
    this.meaning = null;
  }

  /** Restores the remembered leaves whose paths have one of the given endings, ignoring case. */
  restore(memory: SimulationState, ends: readonly ScenarioPath[]): void {
    const isMeant = (path: ScenarioPath): boolean =>
      ends.some((end) => sameNames(path.slice(-end.length), end));
    const places = [...placesIn(memory), ...placesIn(this.remembered())].filter(isMeant);
    for (const path of places) {
      const former = valueAt(memory, path);
      if (former === undefined) this.remove(path);
      else this.set(path, structuredClone(former));
    }
  }

  /** Removes what was added since, unless the document would expand to a different scenario without it. */
  prune(memory: SimulationState): void {
    for (const path of placesIn(this.remembered()).reverse()) {
      if (valueAt(memory, path) !== undefined || typeof this.at(path) !== 'object') continue;
      const without = this.copy();
      without.remove(path);
      if (isDeepStrictEqual(read(without.scenario), read(this.scenario))) this.remove(path);
    }
  }

  /** Returns a copy of the parts that {@link SimulationState} contains. */
  remembered(): SimulationState {
    const parts = Object.keys(memorySchema.shape).map((name) => [name, this.at([name])]);
    return JSON.parse(JSON.stringify(Object.fromEntries(parts))) as SimulationState;
  }

  /** Returns an editor of a copy of the document. */
  copy(): ScenarioEditor {
    return new ScenarioEditor(structuredClone(this.raw));
  }

  private listAt(path: ScenarioPath): unknown[] {
    const { container, name } = this.reach([...path, 0]);
    if (!Array.isArray(container) || name !== 0) throw new Error(`No list at ${path.join('.')}`);
    return container;
  }

  private reach(path: ScenarioPath): {
    readonly container: Container;
    readonly name: string | number;
  } {
    let container = this.raw as unknown as Container;
    for (const [index, step] of path.slice(0, -1).entries()) {
      if (container[step] === undefined) {
        container[step] = this.made(path.slice(0, index + 1), path[index + 1]);
      }
      container = container[step] as Container;
    }
    return { container, name: path.at(-1) ?? '' };
  }

  private made(place: ScenarioPath, next: string | number | undefined): unknown {
    const merges = (path: ScenarioPath): boolean => MERGED.includes(path.join('.'));
    // What doesn't merge replaces its default as a whole, so that changing a part of it writes all of it.
    const replaces = !merges(place) && merges(place.slice(0, -1));
    const whole = replaces ? structuredClone(valueAt(DEFAULT_SCENARIO, place)) : null;
    return whole ?? (typeof next === 'number' ? [] : {});
  }
}

function sameNames(one: ScenarioPath, other: ScenarioPath): boolean {
  return one.join('\0').toLowerCase() === other.join('\0').toLowerCase();
}

/** Returns the path of every value in a document, parents before children. Lists aren't descended into. */
function placesIn(document: object): ScenarioPath[] {
  const places: ScenarioPath[] = Object.keys(document).map((key) => [key]);
  for (const path of places) {
    const value = valueAt(document, path);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    for (const key of Object.keys(value)) places.push([...path, key]);
  }
  return places;
}

/** Reduces a scenario to what can be observed: registry keys without values can't be. */
function read(scenario: CompleteScenario): CompleteScenario {
  const keys = Object.entries(scenario.registry).filter(
    ([, values]) => Object.keys(values).length > 0,
  );
  return { ...scenario, registry: Object.fromEntries(keys) };
}

/** A change to a document. */
export interface Edit {
  /** Makes the change. `back` is the memory of the change that this one undoes. */
  readonly make: (draft: ScenarioEditor, back: SimulationState | null) => void;
  /** Path endings of the leaves that it writes. */
  readonly leaves?: readonly ScenarioPath[];
  /**
   * Whether a scenario already is as the change wants it. If the change undoes another one and restoring the remembered
   * leaves satisfies this, they are restored exactly.
   */
  readonly done?: (scenario: CompleteScenario) => boolean;
}

/** The document of a simulated PC. */
export class ScenarioDocument {
  private current: ScenarioEditor;

  /**
   * @param keep called after each change, before it takes effect, with the document and whether it differs from the
   *   previous one; if this fails, the change is discarded
   */
  constructor(
    file: ScenarioFile,
    private readonly keep: (document: ScenarioFile, isOther: boolean) => Promise<void>,
  ) {
    this.current = new ScenarioEditor(file);
  }

  /** The complete scenario that the document expands to. */
  get scenario(): CompleteScenario {
    return this.current.scenario;
  }

  /** Returns a copy of the document. */
  file(): ScenarioFile {
    return this.current.copy().raw;
  }

  /** Returns the memory that is needed to undo the next change. */
  captureState(): SimulationState {
    return this.current.remembered();
  }

  /**
   * Makes one change and saves the document.
   *
   * @param back memory of the change that this one undoes; null if it undoes none
   * @throws errors of the edit and of `keep`; the document is then unchanged
   */
  async change({ make, leaves = [], done }: Edit, back: SimulationState | null): Promise<void> {
    let draft = this.current.copy();
    if (back === null) {
      make(draft, null);
    } else {
      draft.restore(back, leaves);
      if (!done?.(draft.scenario)) {
        draft = this.current.copy();
        make(draft, back);
      }
      draft.prune(back);
    }
    await this.keep(draft.copy().raw, !isDeepStrictEqual(draft.raw, this.current.raw));
    this.current = draft;
  }
}

/** A simulated PC, as its facts and changes see it. */
export interface Simulation {
  readonly document: ScenarioDocument;
  /** Services that were just started, and so run even if they're stopped in the document. */
  readonly started: Set<ServiceName>;
  readonly now: () => Date;
  /** Waits the real time that an answer takes; rejects when aborted. */
  readonly pause: (signal: AbortSignal) => Promise<void>;
}
