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

/** What computers have in common, as many as are alike. */
type Common = Omit<Computer, 'name' | 'at' | 'clientMachineId' | 'endsIn' | 'source' | 'packed'>;

/** What is kept once at most, so that no fleet fills the memory with what nobody shares. */
const MOST_COMMON = 20_000;

/** Keeps once what many computers have in common: of what a thread tells, each has a copy. */
export class CommonParts {
  private readonly known = new Map<string, Common>();
  private file = '';

  /** The same computer, made of what is kept. */
  of(one: Computer): Computer {
    const { name, at, clientMachineId, endsIn, source, packed, ...common } = one;
    const key = JSON.stringify(common);
    const known = this.known.get(key) ?? common;
    if (this.known.size < MOST_COMMON) this.known.set(key, known);
    // Lists have many computers in one file, and of other files each has one.
    if (source.file !== this.file) this.file = source.file;
    const { file } = this;
    return {
      ...{ name, at, clientMachineId, endsIn, packed, source: { file, line: source.line } },
      ...known,
    };
  }
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
  const byName = new Map<string, Computer[]>();
  const seen = new Set<string>();
  // Newest first, and of the same time in an order that does not depend on that of the files.
  for (const one of [...all].sort(newestFirst)) {
    const name = one.name.toLowerCase();
    const key = `${one.clientMachineId ?? ''} ${name}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [one]);
    else known.push(one);
  }
  return [...byName.values()].flatMap(ofOneName).sort(byNameFirst);
}

/** The computers of one name: facts without an ID are those of the one that was seen last. */
function ofOneName(known: readonly Computer[]): readonly Computer[] {
  const unnamed = known.find(({ clientMachineId }) => clientMachineId === null);
  if (unnamed === undefined || known.length === 1) return known;
  const [newest = unnamed, ...others] = known.filter((one) => one !== unnamed);
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
