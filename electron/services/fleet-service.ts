/** Serves the fleet to the window: read once, kept in the main process, and sent in parts. */
import { basename, relative, isAbsolute } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FleetCure, FleetGroup } from '@shared/fleet';
import {
  MAX_CAUSES,
  type FleetCauseView,
  type FleetProgressView,
  type FleetRow,
  type FleetRows,
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
import type { Language, Translate } from '@shared/i18n';
import { escapeCell } from '@shared/printable';
import type { Fleet, FleetComputer, FleetProgress, ReadFleetOptions } from '../fleet/fleet';

/** Reads a fleet. */
export type ReadFleet = (paths: readonly string[], options: ReadFleetOptions) => Promise<Fleet>;

/** Dependencies of the service. */
export interface FleetServiceOptions {
  readonly read: ReadFleet;
  readonly language: () => Language;
  readonly words: () => Translate;
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

/** A request for part of a list. */
interface RowsRequest {
  readonly list: string;
  readonly filter: string;
  readonly from: number;
  readonly count: number;
}

/** The open fleet. */
export interface FleetService {
  /** Reads a fleet and replaces the open one, which is kept if reading fails or is canceled. */
  open(places: FleetPlaces): Promise<'opened' | 'stopped' | 'empty'>;
  /** Cancels reading; false if nothing is being read. */
  stop(): boolean;
  close(): void;
  view(filter: string): Promise<FleetView | null>;
  rows(request: RowsRequest): FleetRows;
  /** Returns null if the row isn't a computer that can be opened. */
  computer(list: string, index: number): FleetComputer | null;
  /** Text to copy: the names in a list, one per line, or the sentence about a cause. */
  text(list: string, filter: string, what: 'names' | 'sentence'): { text: string; count: number };
  /** The open fleet; null if there is none. */
  fleet(): Fleet | null;
}

/** Minimum interval between progress events, in milliseconds. */
const PROGRESS_PAUSE = 100;
/** Number of texts to search before yielding to other work. */
const AT_A_TIME = 2_000;

/** An entry of a list, with its computer if that can be opened. */
interface Item {
  readonly index: number;
  readonly name: string;
  readonly computer: FleetComputer | null;
  readonly problem: string | null;
  /** End of the activation; null unless it ends soon. */
  readonly endsAt: string | null;
}

interface Open {
  readonly fleet: Fleet;
  readonly places: FleetPlaces;
  /** Lists by ID, created when they're first requested. */
  readonly lists: Map<string, readonly Item[]>;
}

/** Creates the service. */
export function createFleetService(options: FleetServiceOptions): FleetService {
  const { read, language, words, progress } = options;
  let open: Open | null = null;
  let reading: AbortController | null = null;

  const matches = (text: string, filter: string) =>
    filter === '' || text.toLowerCase().includes(filter);
  const found = (list: string, filter: string): readonly Item[] => {
    if (open === null) return [];
    const items = itemsOf(open, list);
    const wanted = filter.trim().toLowerCase();
    const group = open.fleet.report.groups.find(({ id }) => id === list);
    if (group !== undefined && matches(groupTitle(group, words()), wanted)) return items;
    return items.filter(({ name }) => matches(name, wanted));
  };

  return {
    async open(places) {
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
    stop() {
      reading?.abort();
      return reading !== null;
    },
    close() {
      reading?.abort();
      open = null;
    },
    async view(filter) {
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
        sections: sectionsOf(fleet, t)
          .map((section) => ({
            ...section,
            // The report contains only part of the longest lists, so use its count.
            found: filter === '' ? section.count : found(section.id, filter).length,
          }))
          .filter((section) => section.found > 0),
      };
    },
    rows({ list, filter, from, count }) {
      return {
        rows: found(list, filter)
          .slice(from, from + count)
          .map(rowOf),
      };
    },
    computer: (list, index) =>
      open === null ? null : (itemsOf(open, list)[index]?.computer ?? null),
    text(list, filter, what) {
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
    fleet: () => open?.fleet ?? null,
  };
}

function paced(tell: (progress: FleetProgress) => void): (progress: FleetProgress) => void {
  let last = 0;
  let stage = '';
  return (progress) => {
    const now = Date.now();
    if (progress.stage === stage && now - last < PROGRESS_PAUSE) return;
    last = now;
    stage = progress.stage;
    tell(progress);
  };
}

/** The lists other than causes. */
function sectionsOf({ report, ending }: Fleet, t: Translate): Omit<FleetSectionView, 'found'>[] {
  const { healthy, sameClientId, notReached, unreadable } = report;
  return [
    { id: 'healthy-0', kind: 'healthy', about: null, count: healthy },
    { id: 'ending-0', kind: 'ending', about: null, count: ending.length },
    ...sameClientId.map(({ clientMachineId, count }, index) => ({
      id: `same-client-id-${index}`,
      kind: 'same-client-id' as const,
      about: clientMachineId,
      count,
    })),
    ...notReached.map(({ outcome, count }, index) => ({
      id: `not-reached-${index}`,
      kind: 'not-reached' as const,
      about: describeReach(outcome, t),
      count,
    })),
    { id: 'unreadable-0', kind: 'unreadable', about: null, count: unreadable.length },
  ];
}

function itemsOf(open: Open, list: string): readonly Item[] {
  const known = open.lists.get(list);
  if (known !== undefined) return known;
  const made = makeItems(open, list);
  open.lists.set(list, made);
  return made;
}

function makeItems({ fleet, places }: Open, list: string): readonly Item[] {
  const place = Number(/-(\d+)$/.exec(list)?.[1] ?? 0);
  if (list.startsWith('healthy-')) return fleet.healthy.map((one, index) => itemOf(one, index));
  if (list.startsWith('ending-')) {
    return fleet.ending.map((one, index) => itemOf(one, index, one.endsAt));
  }
  if (list.startsWith('unreadable-')) {
    return fleet.report.unreadable.map(({ file, line, problem }, index) => {
      const name = (places.nameOf ?? nameBelow(places.paths))(file);
      const place = line === null ? name : `${name}:${line}`;
      return { index, name: place, computer: null, problem, endsAt: null };
    });
  }
  const group = fleet.members.get(list);
  if (group !== undefined) return group.map((one, index) => itemOf(one, index));
  const { sameClientId, notReached } = fleet.report;
  const named = list.startsWith('same-client-id-') ? sameClientId : notReached;
  const names = /^(?:same-client-id|not-reached)-/.test(list) ? named[place]?.computers : undefined;
  const wanted = new Set(names);
  const computers = new Map(
    [...fleet.members.values(), fleet.healthy]
      .flat()
      .filter(({ name }) => wanted.has(name))
      .map((computer) => [computer.name, computer]),
  );
  return (names ?? []).map((name, index) => ({
    index,
    name,
    computer: computers.get(name) ?? null,
    problem: null,
    endsAt: null,
  }));
}

const itemOf = (computer: FleetComputer, index: number, endsAt: string | null = null): Item => ({
  index,
  name: computer.name,
  computer,
  problem: null,
  endsAt,
});

const rowOf = ({ index, name, computer, problem, endsAt }: Item): FleetRow => ({
  index,
  name,
  at: computer?.at ?? null,
  endsAt,
  problem,
  certain: computer === null ? null : computer.certainty === 'certain',
  opens: computer !== null,
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
    cure: cure === null ? null : cureView(cure, t),
    advice: cure === null ? cureSentence(cure, t) : null,
  };
}

function cureView(cure: FleetCure, t: Translate): FleetCauseView['cure'] {
  const { on, heals, mayHeal, rehearsed } = cure;
  return {
    title: t(`fixes.${cure.fix}.title`),
    for: on === 'this-pc' ? t('window.fleet.onEachPc') : t(`treatment.cli.for.${on}`),
    heals,
    mayHeal,
    rehearsed,
  };
}
