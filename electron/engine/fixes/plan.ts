/**
 * Plans: what a fix would do, derived only from facts and parameters.
 */
import type { z } from 'zod';
import type { Message, MessageKey } from '@shared/message';
import { changeType, type Change } from '../changes';
import type { Secrets } from '../changes/change';
import type { ApplyRequest, Step } from '../changes/executor';
import type { Facts } from '../facts/facts';
import type { HandoverText } from '../admin-instructions/text';
import type { Assessment } from '../verdict/assessment';
import type { ParameterName, ParameterProblem, ParameterSchema } from './parameters';

/** A fix planned from the current facts. */
export interface Plan extends ApplyRequest {
  readonly handover: HandoverText | null;
  readonly warnings: readonly Message[];
  /** Identifies the plan: different states, parameters or changes give a different digest. */
  readonly digest: string;
}

/** Why there is no plan. */
export interface PlanRefusal {
  /** `parameters`: a parameter is invalid. `not-here`: the fix isn't applicable to this computer. */
  readonly problem: 'parameters' | 'not-here';
  readonly messages: readonly (Omit<ParameterProblem, 'field' | 'message'> & {
    readonly field: string | null;
    /** One sentence per message. */
    readonly message: readonly Message[];
  })[];
}

/** Input to a planner. */
interface PlanRequest<Schema extends ParameterSchema> {
  readonly values: z.output<Schema>;
  readonly view: Assessment;
  /** Read-only queries, each made once. */
  readonly facts: Facts;
}

/** Output of a planner. */
interface PlanDraft {
  /** False entries are dropped, here and in the warnings. */
  readonly changes?: readonly (Change | false)[];
  readonly handover?: HandoverText | null;
  readonly warnings?: readonly (Message | false)[];
  readonly secrets?: Secrets;
}

/** Information available after a fix was applied. */
export interface AppliedFix<Schema extends ParameterSchema = ParameterSchema> {
  readonly values: z.output<Schema>;
  readonly steps: readonly Step[];
  /** Returns facts with nothing cached. */
  readonly freshFacts: () => Facts;
  readonly wait: (ms: number) => Promise<void>;
  /** The computer's time when the changes started. */
  readonly startedAt: Date;
}

/** Initial values of a form, as the user would type them. */
type Initial = Partial<Record<ParameterName, string | number | boolean | readonly string[]>>;

/** Unparsed parameters from a form or command line, or suggested by the facts. */
export type GivenParameters = Readonly<Partial<Record<ParameterName, unknown>>>;

/** Returns a parameter as a string, with list entries joined by commas; empty if it isn't given. */
export function givenText(given: () => GivenParameters, name: ParameterName): string {
  const texts = [given()[name]].flat().filter((value) => typeof value === 'string');
  return texts.join(', ');
}

/** Everything about a fix except its texts and its row in the catalog (`shared/catalog/fixes.ts`). */
export interface Fix<Schema extends ParameterSchema = ParameterSchema> {
  readonly parameters: Schema;
  /**
   * Returns why the fix isn't applicable to this PC, whatever its parameters. Producing only a handover isn't a reason
   * to refuse, nor is a parameter without a suggestion. The verdict omits refused fixes and waits for the facts that
   * this method reads.
   *
   * @param given returns the parameters known so far, either typed or suggested
   */
  refusesHere?(view: Assessment, given: () => GivenParameters): PlanRefusal | null;
  plan(request: PlanRequest<Schema>): PlanDraft | PlanRefusal | Promise<PlanDraft | PlanRefusal>;
  /** Returns the form's initial values, suggested by the facts. */
  initial?(view: Assessment): Initial;
  /** Returns values that the user reads out or copies to obtain the parameters; empty if they can't be read. */
  readOut?(
    facts: Facts,
  ): Promise<readonly { readonly label: MessageKey; readonly value: string }[]>;
  /** Checks the outcome, beyond the states of the changes. */
  afterApply?(ending: AppliedFix<Schema>): Promise<readonly Message[]>;
}

/** Defines a fix, inferring its planner's input from its parameter schema. */
export const defineFix = <Schema extends ParameterSchema>(fix: Fix<Schema>): Fix<Schema> => fix;

/** Returns the refusal of a fix that isn't applicable to this computer. False messages are dropped. */
export const notApplicable = (...message: readonly (Message | false)[]): PlanRefusal => ({
  problem: 'not-here',
  messages: [{ field: null, message: listed(message), suggestions: [] }],
});

/** Returns the refusal of a parameter that conflicts with the facts. */
export const wrongParameter = (
  field: ParameterName,
  message: Message,
  suggestions: readonly string[] = [],
): PlanRefusal => ({
  problem: 'parameters',
  messages: [{ field, message: [message], suggestions }],
});

/** Returns a list without its false entries. */
export const listed = <T>(entries: readonly (T | false)[]): readonly T[] =>
  entries.filter((entry): entry is T => entry !== false);

/** Returns the changes that aren't already in effect, so that correct settings are left alone. */
export async function pendingChanges(
  facts: Facts,
  changes: readonly (Change | false)[],
): Promise<readonly Change[]> {
  const pending = await Promise.all(
    listed(changes).map(async (change) => {
      const type = changeType(change);
      return !type.isDone(await type.readState(facts, change), change) && change;
    }),
  );
  return listed(pending);
}
