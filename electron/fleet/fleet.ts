/** Reads a fleet: finds the inputs, deduplicates the computers, and groups them by root cause. */
import { setMaxListeners } from 'node:events';
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { FleetGroup, FleetReport } from '@shared/fleet';
import type { FleetProgressView } from '@shared/fleet-view';
import { translateMessage, translator, type Translate } from '@shared/i18n';
import type { Language } from '@shared/language';
import { neverAborted } from '@engine/deadline';
import { CaseResultCache } from './case-result-cache';
import { bySource, CommonParts, deduplicateComputers, type Computer } from './computers';
import { cureOf } from './cure';
import {
  endingSoon,
  expiring,
  groupsOf,
  namesOf,
  notReached,
  sameClientId,
  type Ending,
} from './group';
import { listFiles, STDIN } from './files';
import type { Problem } from './input';
import { isProblem, readComputers, type ReadResult } from './reader';
import { readInWorkers } from './readers';
import { Worlds } from './worlds';

export type { FleetSource } from './input';

/** A computer with its newest facts. */
export interface FleetComputer extends Pick<
  Computer,
  'name' | 'at' | 'code' | 'certainty' | 'source'
> {
  /** Its facts line, used to open it; null for a report or a case, which is opened from `source`. */
  readonly line: string | null;
}

/** A fleet for display: the report, and every computer of each group. */
export interface Fleet {
  readonly report: FleetReport;
  /** All computers of each group by the group's ID, sorted by name; the report lists only the first thousand. */
  readonly members: ReadonlyMap<string, readonly FleetComputer[]>;
  /** Sorted by name. */
  readonly healthy: readonly FleetComputer[];
  /** Activated computers whose activation ends within 30 days, soonest first. */
  readonly ending: readonly EndingComputer[];
}

/** A computer whose activation ends soon. */
export interface EndingComputer extends FleetComputer, Omit<Ending, 'computer'> {}

/** Options of {@link readFleet}. */
export interface ReadFleetOptions {
  /** Language of the sentences under `unreadable`. */
  readonly language: Language;
  readonly signal?: AbortSignal;
  /** Input for the path `-`; defaults to the process's stdin. */
  readonly stdin?: Readable;
  /** Called as reading and rehearsing progress. */
  readonly onProgress?: (progress: FleetProgress) => void;
}

/** Progress: number of files read, then number of computers of causes whose cures were rehearsed so far. */
export type FleetProgress = Omit<FleetProgressView, 'name'>;

/**
 * Reads reports, cases, facts lines, CSV and JSONL from files and folders (`-` for stdin) and groups the computers.
 * Input that can't be read is listed under `unreadable`. Yields often enough to keep a window responsive.
 *
 * @throws the signal's reason if aborted
 */
export async function readFleet(
  paths: readonly string[],
  { language, signal = neverAborted(), stdin = process.stdin, onProgress }: ReadFleetOptions,
): Promise<Fleet> {
  const t = translator(language);
  // Every open file adds a listener.
  setMaxListeners(0, signal);
  const giveWay = pacer(signal);
  const alike = new CaseResultCache();
  const parts = new CommonParts();
  const seen: Computer[] = [];
  const problems: Problem[] = [];
  const take = (found: ReadResult): void => {
    if (isProblem(found)) problems.push(found);
    else seen.push(parts.of(found));
  };
  const found = await listFiles(paths, signal);
  const files = found.flatMap((one) => ('problem' in one ? [] : one.file));
  for (const one of found) if ('problem' in one) problems.push(one);
  let done = 0;
  const onFiles = (count: number): void => {
    done += count;
    onProgress?.({ stage: 'reading', done, total: files.length, found: seen.length });
  };
  const readStdin = async (): Promise<void> => {
    for await (const one of readComputers(STDIN, { stdin, alike, signal })) {
      await giveWay();
      take(one);
    }
    onFiles(1);
  };
  await Promise.all([
    readInWorkers(
      files.filter((file) => file !== STDIN),
      { signal, take, onFiles },
    ),
    ...files.filter((file) => file === STDIN).map(readStdin),
  ]);
  const computers = deduplicateComputers(seen);
  const groups = groupsOf(computers);
  const worlds = new Worlds();
  for (const { worlds: at, met } of computers) worlds.learn(at, met);
  const total = groups.reduce((sum, { members }) => sum + members.length, 0);
  const onRehearsed = (done: number): void =>
    onProgress?.({ stage: 'rehearsing', done, total, found: seen.length });
  let ended = 0;
  const reported: FleetGroup[] = [];
  for (const group of groups) {
    const { id, code, about, members } = group;
    let rehearsed = 0;
    // A case may be rehearsed with more than one fix, and a computer without one isn't rehearsed.
    const onCase = async (): Promise<void> => {
      rehearsed = Math.min(rehearsed + 1, members.length);
      onRehearsed(ended + rehearsed);
      await giveWay();
    };
    reported.push({
      id,
      code,
      about,
      count: members.length,
      certain: members.filter(({ certainty }) => certainty === 'certain').length,
      computers: namesOf(members),
      cure: await cureOf(group, { worlds, alike, signal, onCase }),
    });
    ended += members.length;
    onRehearsed(ended);
  }
  const healthy = computers.filter(({ code }) => code === 'healthy');
  const ending = endingSoon(computers);
  return {
    report: {
      schema: 'kms-doctor/fleet@1',
      computers: computers.length,
      healthy: healthy.length,
      duplicates: seen.length - computers.length,
      groups: reported,
      sameClientId: sameClientId(computers),
      expiring: expiring(ending),
      notReached: notReached(computers),
      unreadable: await unreadableIn(problems, t, giveWay),
    },
    members: new Map(groups.map(({ id, members }) => [id, members.map(shown)])),
    healthy: healthy.map(shown),
    ending: ending.map(({ computer, ...when }) => ({ ...shown(computer), ...when })),
  };
}

/** Milliseconds of work between yields. */
const TURN_MS = 20;

/**
 * Returns a function that yields to other work whenever {@link TURN_MS} have passed.
 *
 * @throws the signal's reason if aborted
 */
function pacer(signal: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < TURN_MS) return;
    await setImmediate();
    signal.throwIfAborted();
    since = performance.now();
  };
}

function shown({ name, at, code, certainty, source, packed }: Computer): FleetComputer {
  const line = typeof packed === 'string' ? packed : null;
  return { name, at, code, certainty, source, line };
}

/** Maximum number of unreadable entries listed. */
const MAX_PROBLEMS = 200_000;

async function unreadableIn(
  problems: readonly Problem[],
  t: Translate,
  giveWay: () => Promise<void>,
): Promise<FleetReport['unreadable']> {
  const sorted = problems.toSorted(bySource);
  const listed: FleetReport['unreadable'] = [];
  for (const { source, problem } of sorted.slice(0, MAX_PROBLEMS)) {
    await giveWay();
    const { file, line } = source;
    listed.push({ file, line, problem: translateMessage(t, problem) });
  }
  const more = problems.length - listed.length;
  if (more > 0) {
    listed.push({ file: '', line: null, problem: t('fleet.problem.more', { count: more }) });
  }
  return listed;
}
