/** What is brought in about one computer, as it was read: nothing is judged yet. */
import type { Message } from '@shared/message';
import type { ScenarioFile } from '@shared/scenario';
import type { ComputerFacts } from './report-facts';

/** Where a computer's facts stand. */
export interface FleetSource {
  /** As it was named on the command line, or below a folder that was. */
  readonly file: string;
  /** Of a list, counted from 1; null where the file is about this one computer. */
  readonly line: number | null;
}

/** A report, a case, or what could not be read. */
export type FleetInput = { readonly source: FleetSource } & (
  | { readonly kind: 'report'; readonly facts: ComputerFacts }
  | {
      readonly kind: 'case';
      readonly file: ScenarioFile;
      /** As whoever brought it in calls the computer; null where that is for the case to say. */
      readonly name: string | null;
      /** The facts line that it was packed in. */
      readonly line: string | null;
    }
  | { readonly kind: 'problem'; readonly problem: Message }
);

/** The name that stands beside an input. */
export interface FoundName {
  readonly name: string | null;
  /** Nothing says that it is a computer's: it counts where the input has none of its own. */
  readonly isGuess: boolean;
}

/** Where nothing stands beside an input. */
export const NO_NAME: FoundName = { name: null, isGuess: false };

/** Text of an input with the name that stands beside it. */
export interface NamedText extends FoundName {
  readonly text: string;
}

/** Makes an input that cannot be read. */
export const unreadable = (
  source: FleetSource,
  problem: Message,
): Extract<FleetInput, { kind: 'problem' }> => ({
  kind: 'problem',
  source,
  problem,
});

/** Longest name that is kept, in characters. */
const LONGEST_NAME = 256;

/** A computer's name as somebody wrote it; null where that is empty. */
export function nameIn(value: unknown): string | null {
  return typeof value === 'string' ? value.trim().slice(0, LONGEST_NAME) || null : null;
}
