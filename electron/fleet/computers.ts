/** Which of the things that were brought in are about the same computer. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { unpackAgain } from '@engine/facts-line';
import type { ScenarioFile } from '@shared/scenario';
import type { FleetSource } from './input';
import type { ComputerFacts } from './report-facts';
import type { KnownHost } from './worlds';

/** A computer as one report or case tells of it. */
export interface Computer extends ComputerFacts {
  readonly source: FleetSource;
  /** Its case, packed; null for a report. */
  readonly packed: string | Uint8Array | null;
  readonly met: readonly KnownHost[];
  readonly worlds: readonly string[];
}

/** A case in as little memory as it takes; a facts line stays as it is. */
export function packCase(file: ScenarioFile, line: string | null): string | Uint8Array {
  // A copy: a line cut out of a file would keep the whole of what was read of that in memory.
  if (line !== null) return Buffer.from(line, 'latin1').toString('latin1');
  // A copy here as well: what is deflated stands in a buffer of sixteen times its size.
  return new Uint8Array(deflateRawSync(JSON.stringify(file)));
}

/** The case of a computer; null for a report. */
export function caseOf({ packed }: Computer): ScenarioFile | null {
  if (packed === null) return null;
  if (typeof packed !== 'string') {
    return JSON.parse(inflateRawSync(packed).toString('utf8')) as ScenarioFile;
  }
  return unpackAgain(packed);
}

/** The computers, each once with its newest facts, by name. */
export function distinct(all: readonly Computer[]): readonly Computer[] {
  const byName = new Map<string, Map<string | null, Computer>>();
  // Newest first, and of the same time in an order that does not depend on that of the files.
  for (const one of [...all].sort(newestFirst)) {
    const name = one.name.toLowerCase();
    const known = byName.get(name) ?? new Map<string | null, Computer>();
    byName.set(name, known);
    if (!known.has(one.clientMachineId)) known.set(one.clientMachineId, one);
  }
  return [...byName.values()].flatMap(ofOneName).sort(byNameFirst);
}

/** The computers of one name: facts without an ID are those of the one that was seen last. */
function ofOneName(known: ReadonlyMap<string | null, Computer>): readonly Computer[] {
  const unnamed = known.get(null);
  if (unnamed === undefined || known.size === 1) return [...known.values()];
  const [newest = unnamed, ...others] = [...known.values()].filter((one) => one !== unnamed);
  if (newestFirst(unnamed, newest) > 0) return [newest, ...others];
  return [{ ...unnamed, clientMachineId: newest.clientMachineId }, ...others];
}

/** Compares texts by their code units, as fast as it goes. */
export const compare = (one: string, other: string): number =>
  one < other ? -1 : Number(one > other);

const newestFirst = (one: Computer, other: Computer): number =>
  compare(other.at, one.at) ||
  Number(one.packed === null) - Number(other.packed === null) ||
  compare(one.source.file, other.source.file) ||
  (one.source.line ?? 0) - (other.source.line ?? 0);

const byNameFirst = (one: Computer, other: Computer): number =>
  compare(one.name, other.name) || newestFirst(one, other);
