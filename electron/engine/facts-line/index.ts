/** Packs a saved case into one line of text, and takes it out again (shared/facts-line.ts). */
import type { Message } from '@shared/message';
import type { ScenarioFile } from '@shared/scenario';
import type { RunResult } from '../run';

/** What came of reading a facts line. */
export type UnpackedFacts =
  | { readonly ok: true; readonly file: ScenarioFile }
  /** Cut off, damaged, of a newer version, or not what its schema asks for. */
  | { readonly ok: false; readonly problem: Message };

/**
 * The facts line of a finished run, at most {@link MAX_FACTS_LINE} ASCII characters. What does not fit is left out
 * from the least telling on and stands in `leftOut`.
 */
export function packFacts(_result: RunResult): string {
  throw new Error('not built yet');
}

/** Reads a facts line of either kind. Hostile input is a problem, never an error, and takes bounded time and memory. */
export function unpackFacts(_line: string): UnpackedFacts {
  throw new Error('not built yet');
}
