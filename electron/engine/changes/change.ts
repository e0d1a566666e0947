/**
 * Changes as data. A fix only plans a list of changes; the preview, dry run, manual instructions, journal, undo and
 * executor all work from that list. A change is plain JSON and holds no secrets: it has only the last five characters
 * of a product key, and the full key is passed to the executor separately.
 */
import type { Message } from '@shared/message';
import { z } from 'zod';
import type { ChangeReceipt, ComputerChanges } from '../computer';
import type { Facts } from '../facts/facts';

/** A JSON value. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Properties common to all changes, as stored in a journal. */
const anyChange = z.object({
  kind: z.string(),
  /** Whether to continue if this change is refused. Set on attempts made to learn their outcome. */
  tolerateFailure: z.literal(true).optional(),
  /** Index of a change in the same plan; if that one was done, this one is skipped. */
  skipWhenDone: z.int().min(0).max(64).optional(),
});

/** Builds the journal schema for a kind of change from the properties that the kind adds. */
export const storedChange = <K extends string, Shape extends z.ZodRawShape>(
  kind: K,
  shape: Shape,
) => z.strictObject({ ...anyChange.shape, kind: z.literal(kind), ...shape });

/** A string that a fix writes. */
export const changeText = z.string().max(512);
/** A DNS name; the limit is in characters. */
export const domainText = z.string().max(255);
/** A port number, where Windows uses 0 for "none", or the priority or weight of a record. */
export const uint16 = z.int().min(0).max(65_535);
/** A service that fixes may reconfigure or restart. */
export const serviceName = z.enum(['sppsvc', 'Dnscache']);

/** Secrets that a change needs but that must never be stored in a plan, journal or log. */
export interface Secrets {
  readonly productKey?: string;
}

/**
 * A kind of change. `State` is the part of the computer's state that it affects, as plain JSON; null means that it
 * didn't exist.
 */
export interface ChangeType<C extends z.output<typeof anyChange>, State extends Json> {
  /** Schema of such a change in a journal. Accepts only changes that a fix, or the undo of one, could have planned. */
  readonly schema: z.ZodType<C>;
  /** Schema of the computer's state. Has no length limits, because other software may have set the state. */
  readonly stateSchema: z.ZodType<State>;
  /**
   * Identifies what the change affects: changes with the same slot build on each other. Defaults to the kind, so only a
   * kind that affects one thing per computer may leave it out.
   */
  slot?(change: C): string;
  /**
   * Reads the current state.
   *
   * @throws Unreadable
   */
  readState(facts: Facts, change: C): Promise<State>;
  /** Makes the change. @throws ChangeRefused */
  apply(
    computer: ComputerChanges,
    change: C,
    secrets: Secrets,
    signal: AbortSignal,
  ): Promise<ChangeReceipt>;
  /**
   * Whether the state read back afterward is the intended one. Receipts prove nothing. Failure to read the state is
   * reported by {@link readState}, never here.
   */
  isDone(state: State, change: C): boolean;
  /** Returns the change that restores the previous state; null or absent if Windows offers none. */
  inverse?(change: C, before: State): C | null;
  /** The state changes on its own, so it can't show that a plan is stale or that something else changed it. */
  readonly volatile?: true;
  /** The previous state can't be restored, so failing to read it isn't an error: it's recorded as null. */
  readonly mayStartUnknown?: true;
  /** The effect isn't observable: the state is the same before and after. */
  readonly unobservable?: true;
  /** What the change leaves on the computer: a setting, or one setting fewer. Absent if it leaves nothing that lasts. */
  leaves?(change: C): 'setting' | 'cleared';
  /** Whether the change requires administrator rights. Defaults to true. */
  needsElevation?(change: C): boolean;
  /** Returns the title: what the change does, in the imperative. */
  title(change: C): Message;
  /** Returns the equivalent manual steps: one command or edit per line, not localized. */
  manualSteps(change: C): readonly string[];
  showBefore(state: State, change: C): Message;
  showAfter(change: C): Message;
  /** Why the change can't be undone, if {@link inverse} returns null; null or undefined if there's nothing to undo. */
  irreversibleReason?(change: C, before: State): Message | null;
}

/** Defines a kind of change, inferring the types of its changes and of their state from the schemas. */
export const defineChange = <C extends z.output<typeof anyChange>, State extends Json>(
  type: ChangeType<C, State>,
): ChangeType<C, State> => type;
