/** Serves the fleet to the window: read once, kept in the main process, and sent in parts. */
import { basename, relative, isAbsolute } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FleetGroup } from '@shared/fleet';
import {
  MAX_CAUSES,
  type FleetCauseView,
  type FleetProgressView,
  type FleetRow,
  type FleetSectionView,
  type FleetView,
} from '@shared/fleet-view';
import {
  cureSentence,
  fleetHeadline,
  fleetLight,
  groupSentence,
  groupTitle,
  describeReach,
} from '@shared/fleet-words';
import { translator, type Language, type Translate } from '@shared/i18n';
import type { RequestOf } from '@shared/ipc';
import { escapeCell } from '@shared/printable';
import { getOrCreate } from '@shared/get-or-create';
import type { Fleet, FleetComputer, FleetProgress, readFleet } from '../fleet/fleet';

/** Reads a fleet. */
export type ReadFleet = typeof readFleet;

/** Dependencies of the service. */
export interface FleetServiceOptions {
  readonly read: ReadFleet;
  readonly language: () => Language;
  readonly progress: (progress: FleetProgressView) => void;
}

/** Paths to read, with their display names. */
export interface FleetPlaces {
  /** Files and folders on this PC. */
  readonly paths: readonly string[];
  /** Display name of a single folder or file; null for several files. */
  readonly name: string | null;
  /** Returns the display name of a file; defaults to its path relative to the folder that was read. */
  readonly nameOf?: (file: string) => string;
}

/** Minimum interval between progress events, in milliseconds. */
const PROGRESS_PAUSE = 100;
/** Number of texts to search before yielding to other work. */
const AT_A_TIME = 2_000;

/** An entry of a list, with its place there, and its computer if that can be opened. */
interface Entry
  extends Pick<FleetRow, 'name' | 'index'>, Partial<Pick<FleetRow, 'endsAt' | 'problem'>> {
  readonly computer?: FleetComputer | undefined;
}

/** A list other than a cause, with its entries. */
interface Section extends Omit<FleetSectionView, 'found'> {
  readonly entries: () => readonly Entry[];
}

interface Open {
  readonly fleet: Fleet;
  readonly places: FleetPlaces;
  /** Lists by ID, created when they're first requested. */
  readonly lists: Map<string, readonly Entry[]>;
}

/** The open fleet. */
export type FleetService = ReturnType<typeof createFleetService>;

/** Creates the service. */
export function createFleetService({ read, language, progress }: FleetServiceOptions) {
  const words = () => translator(language());
  let open: Open | null = null;
  let reading: AbortController | null = null;

  const matches = (text: string, filter: string) =>
    filter === '' || text.toLowerCase().includes(filter);
  const found = (list: string, filter: string): readonly Entry[] => {
    if (open === null) return [];
    const items = entriesOf(open, list, words());
    const wanted = filter.trim().toLowerCase();
    const group = open.fleet.report.groups.find(({ id }) => id === list);
    if (group !== undefined && matches(groupTitle(group, words()), wanted)) return items;
    return items.filter(({ name }) => matches(name, wanted));
  };

  return {
    /** Reads a fleet and replaces the open one, which is kept if reading fails or is canceled. */
    async open(places: FleetPlaces): Promise<'opened' | 'stopped' | 'empty'> {
      reading?.abort();
      const mine = new AbortController();
      reading = mine;
      const { name } = places;
      // A single file can take minutes, so progress and Cancel appear immediately.
      progress({ stage: 'reading', done: 0, total: 0, found: 0, name });
      try {
        const fleet = await read(places.paths, {
          language: language(),
          signal: mine.signal,
          onProgress: paced((step) => progress({ ...step, name })),
        });
        if (mine.signal.aborted) return 'stopped';
        const { computers, unreadable } = fleet.report;
        if (computers === 0 && unreadable.length === 0) return 'empty';
        open = { fleet, places, lists: new Map() };
        return 'opened';
      } catch (error) {
        if (mine.signal.aborted) return 'stopped';
        throw error;
      } finally {
        if (reading === mine) reading = null;
      }
    },
    /** Cancels reading; false if nothing is being read. */
    stop(): boolean {
      reading?.abort();
      return reading !== null;
    },
    close(): void {
      reading?.abort();
      open = null;
    },
    async view(filter: string): Promise<FleetView | null> {
      if (open === null) return null;
      const { fleet, places } = open;
      const t = words();
      const { computers, healthy, duplicates, groups } = fleet.report;
      const causes: FleetCauseView[] = [];
      let causesFound = 0;
      let looked = 0;
      for (const group of groups) {
        looked += group.count;
        if (looked > AT_A_TIME) {
          looked = 0;
          await nextTurn();
        }
        const count = found(group.id, filter).length;
        if (count === 0) continue;
        causesFound += 1;
        if (causes.length < MAX_CAUSES) causes.push(causeView(group, count, t));
      }
      return {
        name: places.name,
        computers,
        healthy,
        sick: groups.reduce((sum, { count }) => sum + count, 0),
        ending: fleet.ending.length,
        duplicates,
        headline: fleetHeadline(fleet.report, t),
        light: fleetLight(fleet.report),
        causes,
        causesFound,
        sections: sectionsOf(open, t)
          .map(({ entries: _, ...section }) => ({
            ...section,
            // The report contains only part of the longest lists, so use its count.
            found: filter === '' ? section.count : found(section.id, filter).length,
          }))
          .filter((section) => section.found > 0),
      };
    },
    rows: ({ list, filter, from, count }: RequestOf<'fleet:rows'>): readonly FleetRow[] =>
      found(list, filter)
        .slice(from, from + count)
        .map(rowOf),
    /** Returns null if the row isn't a computer that can be opened. */
    computer: (list: string, index: number): FleetComputer | null =>
      open === null ? null : (entriesOf(open, list, words())[index]?.computer ?? null),
    /** Text to copy: the names in a list, one per line, or the sentence about a cause. */
    text({ list, filter, what }: RequestOf<'fleet:copy'>): { text: string; count: number } {
      if (what === 'names') {
        const names = found(list, filter).map(({ name }) => name);
        return {
          text: names.map((name) => `${escapeCell(name)}\r\n`).join(''),
          count: names.length,
        };
      }
      const group = open?.fleet.report.groups.find(({ id }) => id === list);
      if (open === null || group === undefined) return { text: '', count: 0 };
      const sentence = groupSentence(group, open.fleet.report.computers, words());
      return { text: `${escapeCell(sentence)}\r\n`, count: group.count };
    },
    /** The open fleet; null if there is none. */
    fleet: (): Fleet | null => open?.fleet ?? null,
  };
}

/** Passes on progress at intervals, and always the start and the end of a stage. */
function paced(tell: (progress: FleetProgress) => void): (progress: FleetProgress) => void {
  let last = 0;
  let told: FleetProgress | null = null;
  return (progress) => {
    const now = Date.now();
    const isStart = progress.stage !== told?.stage;
    // The end may be reported repeatedly.
    const isEnd = progress.done === progress.total && progress.done !== told?.done;
    if (!isStart && !isEnd && now - last < PROGRESS_PAUSE) return;
    last = now;
    told = progress;
    tell(progress);
  };
}

/** The lists other than causes. */
function sectionsOf({ fleet, places }: Open, t: Translate): readonly Section[] {
  const { healthy, sameClientId, notReached, unreadable } = fleet.report;
  const named = (names: readonly string[]) => (): readonly Entry[] => {
    const all = [...fleet.members.values(), fleet.healthy].flat();
    const computers = new Map(all.map((computer) => [computer.name, computer]));
    return names.map((name, index) => ({ name, index, computer: computers.get(name) }));
  };
  const nameOf = places.nameOf ?? nameBelow(places.paths);
  return [
    createSection('healthy', healthy, () => fleet.healthy.map(entryOf)),
    createSection('ending', fleet.ending.length, () =>
      fleet.ending.map((one, index) => ({ ...entryOf(one, index), endsAt: one.endsAt })),
    ),
    ...sameClientId.map(({ clientMachineId, count, computers }, index) =>
      createSection('same-client-id', count, named(computers), { about: clientMachineId, index }),
    ),
    ...notReached.map(({ outcome, count, computers }, index) =>
      createSection('not-reached', count, named(computers), {
        about: describeReach(outcome, t),
        index,
      }),
    ),
    createSection('unreadable', unreadable.length, () =>
      unreadable.map(({ file, line, problem }, index) => {
        const name = nameOf(file);
        return { name: line === null ? name : `${name}:${line}`, index, problem };
      }),
    ),
  ];
}

/**
 * Creates a list other than a cause.
 *
 * @param about what the list has in common if there are several of its kind
 * @param index its place among those of its kind
 */
function createSection(
  kind: Section['kind'],
  count: number,
  entries: Section['entries'],
  { about = null, index = 0 }: { readonly about?: string | null; readonly index?: number } = {},
): Section {
  return { id: `${kind}-${index}`, kind, about, count, entries };
}

function entriesOf(open: Open, list: string, t: Translate): readonly Entry[] {
  return getOrCreate(
    open.lists,
    list,
    () =>
      open.fleet.members.get(list)?.map(entryOf) ??
      sectionsOf(open, t)
        .find(({ id }) => id === list)
        ?.entries() ??
      [],
  );
}

const entryOf = (computer: FleetComputer, index: number): Entry => ({
  name: computer.name,
  index,
  computer,
});

const rowOf = ({ index, name, computer, problem = null, endsAt = null }: Entry): FleetRow => ({
  index,
  name,
  at: computer?.at ?? null,
  endsAt,
  problem,
  certain: computer === undefined ? null : computer.certainty === 'certain',
  opens: computer !== undefined,
});

/** Returns a file's path relative to the single path that was read, or its base name. */
function nameBelow(paths: readonly string[]): (file: string) => string {
  const [folder] = paths;
  return (file) => {
    const below = paths.length === 1 && folder !== undefined ? relative(folder, file) : '';
    return below === '' || below.startsWith('..') || isAbsolute(below) ? basename(file) : below;
  };
}

function causeView(group: FleetGroup, found: number, t: Translate): FleetCauseView {
  const { id, code, count, cure } = group;
  return {
    id,
    code,
    title: groupTitle(group, t),
    count,
    found,
    cure: cure && {
      title: t(`fixes.${cure.fix}.title`),
      for: cure.on === 'this-pc' ? t('window.fleet.onEachPc') : t(`treatment.cli.for.${cure.on}`),
      heals: cure.heals,
      mayHeal: cure.mayHeal,
      rehearsed: cure.rehearsed,
    },
    advice: cure === null ? cureSentence(cure, t) : null,
  };
}
