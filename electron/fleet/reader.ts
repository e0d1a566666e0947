/** Reads what one file holds, down to what the fleet keeps of each computer. */
import type { Readable } from 'node:stream';
import { redactDeep } from '@shared/redaction';
import type { Alike } from './alike';
import { packCase, type Computer } from './computers';
import type { FleetInput } from './input';
import { judgeCase } from './judge';
import { readFile } from './read';

/** Why something that was brought in says nothing of a computer. */
export type Problem = Extract<FleetInput, { kind: 'problem' }>;

/** A computer, or what cannot be read. Plain data, which passes from thread to thread. */
export type Found = Computer | Problem;

/** What a reading goes by. */
export interface ReaderOptions {
  /** What `-` reads. */
  readonly stdin: Readable;
  /** Cases that were judged before. */
  readonly alike: Alike;
  readonly signal: AbortSignal;
}

/**
 * Reads a file, or standard input for `-`.
 *
 * @param take hears of each finding, and holds the reading up until it has time for more
 * @throws the reason of the signal where that stops it
 */
export async function readComputers(
  file: string,
  take: (found: Found) => Promise<void>,
  { stdin, alike, signal }: ReaderOptions,
): Promise<void> {
  const by = { alike, signal };
  await readFile(file, { stdin, signal }, async (input) => {
    await take(input.kind === 'problem' ? input : await computerOf(input, by));
  });
}

/** Whether a finding is what cannot be read. */
export const isProblem = (found: Found): found is Problem => 'kind' in found;

async function computerOf(
  input: Exclude<FleetInput, Problem>,
  by: Pick<ReaderOptions, 'alike' | 'signal'>,
): Promise<Computer> {
  const { source } = input;
  if (input.kind === 'report') {
    return { ...redactDeep(input.facts), source, packed: null, met: [], worlds: [] };
  }
  const { facts, met, worlds } = await judgeCase(input.file, input.name, by);
  by.signal.throwIfAborted();
  return { ...redactDeep(facts), source, packed: packCase(input.file, input.line), met, worlds };
}
