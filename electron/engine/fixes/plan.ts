/**
 * Plans: what a fix would do, worked out from facts and parameters and nothing else.
 */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { FixId } from '@shared/catalogue';
import type { Message, MessageKey } from '@shared/message';
import type { ShownParameters } from '@shared/plan';
import { changeType, type Change, type Json } from '../changes';
import type { Secrets } from '../changes/change';
import { canonicalJson } from '../changes/state';
import type { Step } from '../changes/executor';
import type { Facts } from '../facts/facts';
import type { HandoverText } from '../admin-instructions/text';
import type { Assessment } from '../verdict/assessment';
import type { ParameterName, ParameterSchema } from './parameters';

/** A fix planned on the facts at hand. */
export interface Plan {
  readonly fix: FixId;
  /** As they were understood, without secrets. */
  readonly parameters: ShownParameters;
  readonly changes: readonly Change[];
  /** The state of each change as it was read for this plan. */
  readonly before: readonly Json[];
  readonly handover: HandoverText | null;
  readonly warnings: readonly Message[];
  /** Names the plan: other facts, parameters or changes give another one. */
  readonly digest: string;
}

/** Why there is no plan. */
export interface PlanRefusal {
  /** `parameters`: something in the form is wrong. `not-here`: the fix makes no sense on this computer. */
  readonly problem: 'parameters' | 'not-here';
  readonly messages: readonly {
    readonly field: string | null;
    /** Sentences. */
    readonly message: readonly Message[];
    readonly suggestions: readonly string[];
    readonly instead?: FixId;
  }[];
}

/** What a planner goes by. */
interface PlanRequest<Schema extends ParameterSchema> {
  readonly values: z.output<Schema>;
  readonly view: Assessment;
  /** Read-only questions, each asked once. */
  readonly facts: Facts;
}

/** What a planner gives. */
export interface PlanDraft {
  readonly changes: readonly Change[];
  readonly handover?: HandoverText | null;
  /** Doubts; what is false is none. */
  readonly warnings?: readonly (Message | false)[];
  readonly secrets?: Secrets;
}

/** What is known when a fix is over. */
export interface AppliedFix<Schema extends ParameterSchema = ParameterSchema> {
  readonly values: z.output<Schema>;
  readonly steps: readonly Step[];
  /** Facts of now. */
  readonly freshFacts: () => Facts;
  readonly wait: (ms: number) => Promise<void>;
  /** The computer's time when the changes began. */
  readonly startedAt: Date;
}

/** Values that a form starts with, as a person would type them. */
type Initial = Partial<Record<ParameterName, string | number | boolean | readonly string[]>>;

/** Parameters as they come from a form or a command line, or as the facts suggest them. */
export type GivenParameters = Readonly<Partial<Record<ParameterName, unknown>>>;

/** A parameter as text, a list with its entries after one another; empty where it is not given. */
export function givenText(given: () => GivenParameters, name: ParameterName): string {
  const texts = [given()[name]].flat().filter((value) => typeof value === 'string');
  return texts.join(', ');
}

/** Everything about a fix but its words and its row in the catalogue (`shared/catalogue/fixes.ts`). */
export interface Fix<Schema extends ParameterSchema = ParameterSchema> {
  readonly parameters: Schema;
  /**
   * Why it makes no sense on this PC, whatever its parameters; a text to hand over is no refusal, nor is a parameter
   * that nothing suggests. The verdict leaves out what is refused and waits for the facts that are looked at here.
   *
   * @param given works out the parameters as far as they are known: as they were typed in, or suggested
   */
  refusesHere?(view: Assessment, given: () => GivenParameters): PlanRefusal | null;
  plan(request: PlanRequest<Schema>): PlanDraft | PlanRefusal | Promise<PlanDraft | PlanRefusal>;
  /** What the facts suggest for the form. */
  initial?(view: Assessment): Initial;
  /** What a person reads out or copies before the parameters can be known; nothing where that cannot be read. */
  readOut?(
    facts: Facts,
  ): Promise<readonly { readonly label: MessageKey; readonly value: string }[]>;
  /** Looks at what came of it, beyond the states of the changes. */
  afterApply?(ending: AppliedFix<Schema>): Promise<readonly Message[]>;
}

/** A fix, whose planner is given what its schema says. */
export const defineFix = <Schema extends ParameterSchema>(fix: Fix<Schema>): Fix<Schema> => fix;

/** Whether a planner refused. */
export const isRefusal = (answer: PlanDraft | PlanRefusal): answer is PlanRefusal =>
  'problem' in answer;

/** The fix makes no sense on this computer. */
export const notApplicable = (...message: readonly Message[]): PlanRefusal => ({
  problem: 'not-here',
  messages: [{ field: null, message, suggestions: [] }],
});

/** A parameter is wrong in the light of the facts. */
export const wrongParameter = (
  field: ParameterName,
  message: Message,
  suggestions: readonly string[] = [],
): PlanRefusal => ({
  problem: 'parameters',
  messages: [{ field, message: [message], suggestions }],
});

/** The changes whose state is not yet what they want; a setting that is as it should be is left alone. */
export async function pendingChanges(
  facts: Facts,
  changes: readonly Change[],
): Promise<readonly Change[]> {
  const states = await Promise.all(
    changes.map((change) => changeType(change).readState(facts, change)),
  );
  return changes.filter(
    (change, index) => !changeType(change).isDone(states[index] ?? null, change),
  );
}

/** The name of a plan. */
export function digestOf({
  fix,
  parameters,
  changes,
  before,
}: Pick<Plan, 'fix' | 'parameters' | 'changes' | 'before'>): string {
  const settled = before.map((state, index) => {
    const change = changes[index];
    return change !== undefined && changeType(change).volatile === true ? null : state;
  });
  const text = canonicalJson({ fix, parameters, changes, before: settled });
  return createHash('sha256').update(text).digest('hex');
}
