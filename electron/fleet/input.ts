/** Input about one computer, read but not judged yet. */
import { message, type KeyPart, type Message } from '@shared/message';
import type { ScenarioFile } from '@shared/scenario';
import type { ComputerFacts } from './report-facts';

/** Location of a computer's facts. */
export interface FleetSource {
  /** Path as named on the command line, or below a folder named there. */
  readonly file: string;
  /** Line in a list, counted from 1; null if the file is about this computer only. */
  readonly line: number | null;
}

/** A report, a case, or a problem with unreadable input. */
export type FleetInput = { readonly source: FleetSource } & (
  | { readonly kind: 'report'; readonly facts: ComputerFacts }
  | {
      readonly kind: 'case';
      readonly file: ScenarioFile;
      /** Name the source gives the computer; null to use the case's own. */
      readonly name: string | null;
      /** The facts line the case was unpacked from; null for a scenario file. */
      readonly line: string | null;
    }
  | { readonly kind: 'problem'; readonly problem: Message }
);

/** The computer name found next to an input. */
export interface FoundName {
  readonly name: string | null;
  /** Whether the name is a guess. A guess is used only if the input itself has no name. */
  readonly isGuess: boolean;
}

/** No name next to an input. */
export const NO_NAME: FoundName = { name: null, isGuess: false };

/** Text of an input with the name found next to it. */
export interface NamedText extends FoundName {
  readonly text: string;
}

/** Why an input couldn't be attributed to a computer. */
export type Problem = Extract<FleetInput, { kind: 'problem' }>;

/** Creates a problem entry for unreadable input. */
export const problemEntry = (source: FleetSource, problem: Message): Problem => ({
  kind: 'problem',
  source,
  problem,
});

/** Creates a problem entry with one of the messages about fleets. */
export const fleetProblem = (
  source: FleetSource,
  name: KeyPart<'fleet.problem.'>,
  params?: Message['params'],
): Problem => problemEntry(source, message(`fleet.problem.${name}`, params));

/** Maximum length of a name, in characters. */
const MAX_NAME_LENGTH = 256;

/** Returns a trimmed computer name; null if it's empty or not a string. */
export function nameIn(value: unknown): string | null {
  return typeof value === 'string' ? value.trim().slice(0, MAX_NAME_LENGTH) || null : null;
}
