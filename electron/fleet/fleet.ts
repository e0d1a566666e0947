/** Many computers: what was brought in, each computer once, grouped by root cause. */
import type { Readable } from 'node:stream';
import type { FleetReport } from '@shared/fleet';
import type { VerdictCode } from '@shared/catalogue';
import type { Verdict } from '@shared/diagnosis';
import type { Language } from '@shared/language';

/** Where a computer's facts stand. */
export interface FleetSource {
  /** As it was named on the command line, or below a folder that was. */
  readonly file: string;
  /** Of a list, counted from 1; null where the file is about this one computer. */
  readonly line: number | null;
}

/** A computer with its newest facts. */
export interface FleetComputer {
  readonly name: string;
  /** When it was looked at, ISO 8601, UTC. */
  readonly at: string;
  readonly code: VerdictCode;
  readonly certainty: Verdict['certainty'];
  readonly source: FleetSource;
  /** Its facts line, or its case packed as one, by which it can be opened; null for a report. */
  readonly line: string | null;
}

/** A fleet as it is shown: the report, and every computer of each group. */
export interface Fleet {
  readonly report: FleetReport;
  /** By the group's id all its computers, by name; the report names the first thousand. */
  readonly members: ReadonlyMap<string, readonly FleetComputer[]>;
  /** By name. */
  readonly healthy: readonly FleetComputer[];
}

/** How a fleet is read. */
export interface ReadFleetOptions {
  /** Language of the sentences under `unreadable`. */
  readonly language: Language;
  readonly signal?: AbortSignal;
  /** What `-` reads; standard input where it is not given. */
  readonly stdin?: Readable;
  /** Hears now and then how far it has come; `total` is in bytes, and 0 where it is not known. */
  readonly onProgress?: (progress: FleetProgress) => void;
}

/** How far the reading has come. */
export interface FleetProgress {
  readonly stage: 'reading' | 'rehearsing';
  readonly done: number;
  readonly total: number;
}

/**
 * Reads reports, cases, facts lines, CSV and JSONL from files and folders, `-` for stdin, and groups them. What cannot
 * be read is a line under `unreadable`. Gives way to other work often enough for a window.
 *
 * @throws the reason of the signal where that stops it
 */
export function readFleet(_paths: readonly string[], _options: ReadFleetOptions): Promise<Fleet> {
  return Promise.reject(new Error('not built yet'));
}
