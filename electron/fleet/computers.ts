/** Deduplicates computers and keeps their cases in compact form. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { unpackValidated } from '@engine/facts-line';
import { getOrCreate } from '@shared/get-or-create';
import type { ScenarioFile } from '@shared/scenario';
import type { FleetSource } from './input';
import type { JudgedComputer } from './judge';

/** A computer as described by one report or case. */
export interface Computer extends JudgedComputer {
  readonly source: FleetSource;
  /** Its case, packed; null for a report. */
  readonly packed: string | Uint8Array | null;
}

/** The fields that many computers have equal values in. */
type Common = Omit<Computer, 'name' | 'at' | 'clientMachineId' | 'endsIn' | 'source' | 'packed'>;

/** Maximum number of shared values, to bound memory if few computers share anything. */
const MAX_COMMON = 20_000;

/** Deduplicates values that many computers share: results arrive from worker threads as separate copies. */
export class CommonParts {
  private readonly known = new Map<string, Common>();
  private file = '';

  /** Returns the same computer with shared values. */
  of(one: Computer): Computer {
    const { name, at, clientMachineId, endsIn, source, packed, ...common } = one;
    const key = JSON.stringify(common);
    const known = this.known.get(key) ?? common;
    if (this.known.size < MAX_COMMON) this.known.set(key, known);
    // A list has many computers in one file; every other file has one.
    if (source.file !== this.file) this.file = source.file;
    return { ...one, ...known, source: { file: this.file, line: source.line } };
  }
}

/** Packs a case to save memory; a facts line stays as it is. */
export function packCase(file: ScenarioFile, line: string | null): string | Uint8Array {
  // Copy the line: a substring would keep the whole file's text in memory.
  if (line !== null) return Buffer.from(line, 'latin1').toString('latin1');
  // Copy the output: zlib returns a view of a buffer sixteen times its size.
  return new Uint8Array(deflateRawSync(JSON.stringify(file)));
}

/** Unpacks the case of a computer; null for a report. */
export function caseOf({ packed }: Computer): ScenarioFile | null {
  if (packed === null) return null;
  if (typeof packed !== 'string') {
    return JSON.parse(inflateRawSync(packed).toString('utf8')) as ScenarioFile;
  }
  return unpackValidated(packed);
}

/** Returns each computer once, with its newest facts, sorted by name. */
export function deduplicateComputers(all: readonly Computer[]): readonly Computer[] {
  const byName = new Map<string, Computer[]>();
  const seen = new Set<string>();
  // Newest first. Ties are broken independently of the order in which the files were read.
  for (const one of [...all].sort(newestFirst)) {
    const name = one.name.toLowerCase();
    const key = `${one.clientMachineId ?? ''} ${name}`;
    if (seen.has(key)) continue;
    seen.add(key);
    getOrCreate(byName, name, () => []).push(one);
  }
  return [...byName.values()]
    .flatMap(ofOneName)
    .sort((one, other) => compare(one.name, other.name) || newestFirst(one, other));
}

/** The computers with the same name. Facts without a client machine ID belong to the most recently seen one. */
function ofOneName(known: readonly Computer[]): readonly Computer[] {
  const unnamed = known.find(({ clientMachineId }) => clientMachineId === null);
  if (unnamed === undefined || known.length === 1) return known;
  const [newest = unnamed, ...others] = known.filter((one) => one !== unnamed);
  if (newestFirst(unnamed, newest) > 0) return [newest, ...others];
  return [{ ...unnamed, clientMachineId: newest.clientMachineId }, ...others];
}

/** Compares strings by code units, which is faster than by locale. */
export const compare = (one: string, other: string): number =>
  one < other ? -1 : Number(one > other);

type Sourced = Pick<Computer, 'source'>;

/** Compares by file and line. */
export const bySource = ({ source: one }: Sourced, { source: other }: Sourced): number =>
  compare(one.file, other.file) || (one.line ?? 0) - (other.line ?? 0);

const newestFirst = (one: Computer, other: Computer): number =>
  compare(other.at, one.at) ||
  Number(one.packed === null) - Number(other.packed === null) ||
  bySource(one, other);
