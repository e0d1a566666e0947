/** Reads one file, reduced to the data the fleet keeps of each computer. */
import type { Readable } from 'node:stream';
import { redactDeep } from '@shared/redaction';
import type { CaseResultCache } from './case-result-cache';
import { packCase, type Computer } from './computers';
import type { FleetInput, Problem } from './input';
import { judgeCase } from './judge';
import { inputsInFile } from './read';

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
 * @throws the signal's reason if aborted
 */
export async function* readComputers(
  file: string,
  options: ReaderOptions,
): AsyncGenerator<ReadResult> {
  for await (const input of inputsInFile(file, options)) {
    yield input.kind === 'problem' ? input : await computerOf(input, options);
  }
}

/** Whether a result is a problem. */
export const isProblem = (found: ReadResult): found is Problem => 'kind' in found;

async function computerOf(
  input: Exclude<FleetInput, Problem>,
  options: ReaderOptions,
): Promise<Computer> {
  const { source } = input;
  if (input.kind === 'report') {
    return { ...redactDeep(input.facts), source, packed: null, met: [], worlds: [] };
  }
  const { met, worlds, ...facts } = await judgeCase(input.file, input.name, options);
  options.signal.throwIfAborted();
  return { ...redactDeep(facts), source, packed: packCase(input.file, input.line), met, worlds };
}
