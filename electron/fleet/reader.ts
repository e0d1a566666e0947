/** Reads one file, reduced to the data the fleet keeps of each computer. */
import type { Readable } from 'node:stream';
import { redactDeep } from '@shared/redaction';
import type { CaseResultCache } from './case-result-cache';
import { packCase, type Computer } from './computers';
import type { FleetInput } from './input';
import { judgeCase } from './judge';
import { readFile } from './read';

/** Why an input couldn't be attributed to a computer. */
export type Problem = Extract<FleetInput, { kind: 'problem' }>;

/** A computer or a problem. Plain data that can be posted between threads. */
export type ReadResult = Computer | Problem;

/** Options of {@link readComputers}. */
export interface ReaderOptions {
  /** Input for the path `-`. */
  readonly stdin: Readable;
  /** Cache of earlier judged cases. */
  readonly alike: CaseResultCache;
  readonly signal: AbortSignal;
}

/**
 * Reads a file, or stdin for `-`.
 *
 * @param take receives each result; reading pauses until the returned promise resolves
 * @throws the signal's reason if aborted
 */
export async function readComputers(
  file: string,
  take: (found: ReadResult) => Promise<void>,
  { stdin, alike, signal }: ReaderOptions,
): Promise<void> {
  const by = { alike, signal };
  await readFile(file, { stdin, signal }, async (input) => {
    await take(input.kind === 'problem' ? input : await computerOf(input, by));
  });
}

/** Whether a result is a problem. */
export const isProblem = (found: ReadResult): found is Problem => 'kind' in found;

async function computerOf(
  input: Exclude<FleetInput, Problem>,
  by: Pick<ReaderOptions, 'alike' | 'signal'>,
): Promise<Computer> {
  const { source } = input;
  if (input.kind === 'report') {
    return { ...redactDeep(input.facts), source, packed: null, met: [], worlds: [] };
  }
  const { met, worlds, ...facts } = await judgeCase(input.file, input.name, by);
  by.signal.throwIfAborted();
  return { ...redactDeep(facts), source, packed: packCase(input.file, input.line), met, worlds };
}
