/**
 * The scenario as it stands: the document that was read, changed leaf by leaf, and the complete scenario that it
 * means. What a change touched is told in its trace, with which the change that takes it back leaves the
 * document as it was, "was not there" included, in this process or in another one.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  DEFAULT_SCENARIO,
  completeScenario,
  type CompleteScenario,
  type ScenarioFile,
} from '@shared/scenario';
import { z } from 'zod';

/** The way to a place in the document. */
export type Path = readonly (string | number)[];

/** What a change touched. Plain JSON: it goes through the journal. */
const traceSchema = z.object({
  /** Leaves that were written, with what stood there; without `before` where nothing did. */
  leaves: z.array(
    z.object({ path: z.array(z.union([z.string(), z.number()])), before: z.json().optional() }),
  ),
  /** Objects and lists that were not there and had to be made, the outermost first. */
  made: z.array(z.array(z.union([z.string(), z.number()]))),
});

/** See {@link Draft.trace}. */
export type Trace = z.infer<typeof traceSchema>;

/** Reads a trace as a journal gives it back; null for anything else. */
export function parseTrace(trace: unknown): Trace | null {
  return traceSchema.safeParse(trace).data ?? null;
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
export class Draft {
  readonly trace: Trace = { leaves: [], made: [] };
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
    this.remember(path, container[name]);
    container[name] = value;
    this.meaning = null;
  }

  /** Takes a leaf away. */
  remove(path: Path): void {
    if (this.at(path) === undefined) return;
    const { container, name } = this.reach(path);
    this.remember(path, container[name]);
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

  /** Puts back what a trace says stood in its leaves. */
  restoreLeaves(trace: Trace): void {
    for (const { path, before } of [...trace.leaves].reverse()) {
      if (before === undefined) this.remove(path);
      else this.set(path, structuredClone(before));
    }
  }

  /** Takes away what a change had to make, as far as the document means the same without it. */
  prune(trace: Trace): void {
    for (const path of [...trace.made].reverse()) {
      if (this.at(path) === undefined) continue;
      const without = new Draft(structuredClone(this.raw));
      without.remove(path);
      if (isDeepStrictEqual(without.scenario, this.scenario)) this.remove(path);
    }
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
        const place = path.slice(0, index + 1);
        container[step] = this.made(place, path[index + 1]);
        this.trace.made.push(place);
      }
      container = container[step] as Container;
    }
    return { container, name: path.at(-1) ?? '' };
  }

  private made(place: Path, next: string | number | undefined): unknown {
    if (WHOLE.some((whole) => isDeepStrictEqual(whole, place))) {
      return structuredClone(new Draft(DEFAULT_SCENARIO).at(place));
    }
    return typeof next === 'number' ? [] : {};
  }

  private remember(path: Path, before: unknown): void {
    if (this.trace.leaves.some((leaf) => isDeepStrictEqual(leaf.path, path))) return;
    // A leaf in something that the change itself made goes with it.
    this.trace.leaves.push({
      path: [...path],
      ...(before !== undefined && { before: structuredClone(before) as z.core.util.JSONType }),
    });
  }
}

/** A change to a document. */
export interface Edit {
  /** Makes it. `back`: what the change touched that this one takes back. */
  readonly make: (draft: Draft, back: Trace | null) => void;
  /**
   * Whether a document is already as the change wants it. Where the change takes another one back and what
   * stood there before satisfies it, that is put back to the letter.
   */
  readonly done?: (scenario: CompleteScenario) => boolean;
}

/** The document of one simulated PC. */
export class ScenarioDocument {
  private raw: ScenarioFile;
  private meaning: CompleteScenario;

  /** @param keep gets the document after each change, before the change counts; its failure undoes it */
  constructor(
    file: ScenarioFile,
    private readonly keep: (document: ScenarioFile) => void,
  ) {
    this.raw = structuredClone(file);
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

  /**
   * Makes one change, keeps the document, and tells what was touched.
   *
   * @param back what the change touched that this one takes back
   * @throws whatever `edit` or keeping throws; the document is then as before
   */
  change({ make, done }: Edit, back: Trace | null = null): Trace {
    let draft = new Draft(structuredClone(this.raw));
    if (back === null) {
      make(draft, null);
    } else {
      draft.restoreLeaves(back);
      if (!done?.(draft.scenario)) {
        draft = new Draft(structuredClone(this.raw));
        make(draft, back);
      }
      draft.prune(back);
    }
    if (!isDeepStrictEqual(draft.raw, this.raw)) {
      this.keep(structuredClone(draft.raw));
      this.meaning = draft.scenario;
      this.raw = draft.raw;
    }
    return draft.trace;
  }
}
