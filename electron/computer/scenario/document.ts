/**
 * The scenario as it stands: the document that was read, changed leaf by leaf, and the complete scenario that it
 * means. What the document looked like before a change is remembered with the change, so that the one that takes
 * it back leaves the document as it was, "was not there" included, in this process or in another one.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  DEFAULT_SCENARIO,
  completeScenario,
  scenarioSchema,
  type CompleteScenario,
  type ScenarioFile,
} from '@shared/scenario';
import type { z } from 'zod';

/** The way to a place in the document. */
export type Path = readonly (string | number)[];

/** The parts of the document that changes can be taken back in. */
const memorySchema = scenarioSchema.pick({
  computer: true,
  adapters: true,
  licensing: true,
  registry: true,
  services: true,
  dns: true,
});

/** Those parts as they were before a change. Plain JSON: it goes through the journal. */
export type Memory = z.infer<typeof memorySchema>;

/** Reads a memory as a journal gives it back; null for anything else. */
export function parseMemory(memory: unknown): Memory | null {
  return memorySchema.safeParse(memory).data ?? null;
}

type Container = Record<string | number, unknown>;

/** Parts of the document that replace the default whole, so that a change to one of them writes it all. */
const WHOLE = [
  ['adapters'],
  ['licensing', 'products'],
  ['registry'],
  ['services'],
  ['events'],
  ['dns', 'servers'],
  ['hosts'],
];

/** A document being changed. */
export class ScenarioEditor {
  private meaning: CompleteScenario | null = null;

  constructor(readonly raw: ScenarioFile) {}

  /** What the document means as it stands now. */
  get scenario(): CompleteScenario {
    return (this.meaning ??= completeScenario(this.raw));
  }

  /** What stands at a place; undefined where nothing does. */
  at(path: Path): unknown {
    let value: unknown = this.raw;
    for (const step of path) {
      if (typeof value !== 'object' || value === null) return undefined;
      value = (value as Container)[step];
    }
    return value;
  }

  /** Writes a leaf, and makes what has to be around it. */
  set(path: Path, value: unknown): void {
    if (isDeepStrictEqual(this.at(path), value)) return;
    const { container, name } = this.reach(path);
    container[name] = value;
    this.meaning = null;
  }

  /** Takes a leaf away. */
  remove(path: Path): void {
    if (this.at(path) === undefined) return;
    const { container, name } = this.reach(path);
    // The path ends in a name of the format, never in one of an object's own machinery.
    Reflect.deleteProperty(container, name);
    this.meaning = null;
  }

  /** Puts an item at the end of a list. */
  append(path: Path, item: unknown): void {
    this.listAt(path).push(item);
    this.meaning = null;
  }

  /** Takes the items of a list away for which `goes` holds. */
  removeFrom(path: Path, goes: (item: unknown, index: number) => boolean): void {
    const list = this.listAt(path);
    const kept = list.filter((item, index) => !goes(item, index));
    list.splice(0, list.length, ...kept);
    this.meaning = null;
  }

  /** Writes the leaves whose paths end so, in whatever case, as they are remembered. */
  restore(memory: Memory, ends: readonly Path[]): void {
    const known = new ScenarioEditor(memory as ScenarioFile);
    const isMeant = (path: Path): boolean =>
      ends.some((end) => end.length <= path.length && sameNames(path.slice(-end.length), end));
    const places = [...placesIn(memory), ...placesIn(this.remembered())].filter(isMeant);
    for (const path of places) {
      const former = known.at(path);
      if (former === undefined) this.remove(path);
      else this.set(path, structuredClone(former));
    }
  }

  /** Takes away what has been added since, as far as the document means the same without it. */
  prune(memory: Memory): void {
    const known = new ScenarioEditor(memory as ScenarioFile);
    for (const path of placesIn(this.remembered()).reverse()) {
      if (known.at(path) !== undefined || typeof this.at(path) !== 'object') continue;
      const without = new ScenarioEditor(structuredClone(this.raw));
      without.remove(path);
      if (isDeepStrictEqual(read(without.scenario), read(this.scenario))) this.remove(path);
    }
  }

  /** A copy of what {@link Memory} keeps. */
  remembered(): Memory {
    const { computer, adapters, licensing, registry, services, dns } = this.raw;
    const parts = { computer, adapters, licensing, registry, services, dns };
    return JSON.parse(JSON.stringify(parts)) as Memory;
  }

  private listAt(path: Path): unknown[] {
    const { container, name } = this.reach([...path, 0]);
    if (!Array.isArray(container) || name !== 0) throw new Error(`No list at ${path.join('.')}`);
    return container;
  }

  private reach(path: Path): { readonly container: Container; readonly name: string | number } {
    let container = this.raw as unknown as Container;
    for (const [index, step] of path.slice(0, -1).entries()) {
      if (container[step] === undefined) {
        container[step] = this.made(path.slice(0, index + 1), path[index + 1]);
      }
      container = container[step] as Container;
    }
    return { container, name: path.at(-1) ?? '' };
  }

  private made(place: Path, next: string | number | undefined): unknown {
    if (WHOLE.some((whole) => isDeepStrictEqual(whole, place))) {
      return structuredClone(new ScenarioEditor(DEFAULT_SCENARIO).at(place));
    }
    return typeof next === 'number' ? [] : {};
  }
}

function sameNames(one: Path, other: Path): boolean {
  return one.join('\0').toLowerCase() === other.join('\0').toLowerCase();
}

/** Every place in a document down to the values of lists, the outer before the inner. */
function placesIn(document: object): Path[] {
  const places: Path[] = Object.keys(document).map((key) => [key]);
  for (const path of places) {
    const value = new ScenarioEditor(document as ScenarioFile).at(path);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    for (const key of Object.keys(value)) places.push([...path, key]);
  }
  return places;
}

/** A scenario as far as anybody can read it: of a registry key without values nothing can be. */
function read(scenario: CompleteScenario): CompleteScenario {
  const keys = Object.entries(scenario.registry).filter(
    ([, values]) => Object.keys(values).length > 0,
  );
  return { ...scenario, registry: Object.fromEntries(keys) };
}

/** A change to a document. */
export interface Edit {
  /** Makes it. `back`: what is remembered of the change that this one takes back. */
  readonly make: (draft: ScenarioEditor, back: Memory | null) => void;
  /** How the paths of the leaves that it writes end. */
  readonly leaves?: readonly Path[];
  /**
   * Whether a document is already as the change wants it. Where the change takes another one back and what is
   * remembered of its leaves satisfies it, they are put back to the letter.
   */
  readonly done?: (scenario: CompleteScenario) => boolean;
}

/** The document of one simulated PC. */
export class ScenarioDocument {
  private raw: ScenarioFile;
  private meaning: CompleteScenario;

  /**
   * @param keep gets the document after each change, before the change counts, and whether it is another one than
   *   before; its failure undoes the change
   */
  constructor(
    file: ScenarioFile,
    private readonly keep: (document: ScenarioFile, isOther: boolean) => Promise<void>,
  ) {
    this.raw = file;
    this.meaning = completeScenario(this.raw);
  }

  /** What the document means. */
  get scenario(): CompleteScenario {
    return this.meaning;
  }

  /** A copy of the document. */
  file(): ScenarioFile {
    return structuredClone(this.raw);
  }

  /** What has to be known of the document to take the next change back. */
  remember(): Memory {
    return new ScenarioEditor(this.raw).remembered();
  }

  /**
   * Makes one change and keeps the document.
   *
   * @param back what is remembered of the change that this one takes back
   * @throws whatever `edit` or keeping throws; the document is then as before
   */
  async change({ make, leaves = [], done }: Edit, back: Memory | null): Promise<void> {
    let draft = this.draft();
    if (back === null) {
      make(draft, null);
    } else {
      draft.restore(back, leaves);
      if (!done?.(draft.scenario)) {
        draft = this.draft();
        make(draft, back);
      }
      draft.prune(back);
    }
    await this.keep(structuredClone(draft.raw), !isDeepStrictEqual(draft.raw, this.raw));
    this.meaning = draft.scenario;
    this.raw = draft.raw;
  }

  private draft(): ScenarioEditor {
    return new ScenarioEditor(structuredClone(this.raw));
  }
}
