/**
 * Changes as data. A fix plans a list of them and does nothing else; preview, dry run, "by hand" text, journal,
 * undo and the executor are views of the same list. A change is plain JSON and holds no secret: of a product
 * key it knows the last five characters, and the key itself reaches the executor apart.
 */
import type { Message } from '@shared/message';
import { z } from 'zod';
import type { ChangeReceipt, ComputerChanges } from '../computer';
import type { Facts } from '../facts/facts';

/** Plain JSON. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** What any change has, as a journal may say of it. */
const anyChange = z.object({
  kind: z.string(),
  /** Goes on when this change is refused: an attempt whose outcome is itself what is wanted. */
  tolerateFailure: z.literal(true).optional(),
  /** Is left out when the change with this index in the same plan was done. */
  skipWhenDone: z.int().min(0).max(64).optional(),
});

/** The schema of a change in a journal, out of what its kind adds. */
export const storedChange = <K extends string, Shape extends z.ZodRawShape>(
  kind: K,
  shape: Shape,
) => z.strictObject({ ...anyChange.shape, kind: z.literal(kind), ...shape });

/** A text that a fix writes. */
export const changeText = z.string().max(512);
/** A DNS name, in characters. */
export const domainText = z.string().max(255);
/** A port; 0 where Windows has it for none. */
export const portNumber = z.int().min(0).max(65_535);
/** A service that fixes touch. */
export const serviceName = z.enum(['sppsvc', 'Dnscache']);

/** What a change needs and no plan, journal or log may hold. */
export interface Secrets {
  readonly productKey?: string;
}

/**
 * A kind of change. `State` is what of the computer it is about, as plain JSON; null stands for "was not
 * there".
 */
export interface ChangeType<C extends z.output<typeof anyChange>, State extends Json> {
  /** What a journal may say of such a change: nothing that no fix, nor the undo of one, could have planned. */
  readonly schema: z.ZodType<C>;
  /** What the computer may have been like: of any length, since others than this program have set it. */
  readonly stateSchema: z.ZodType<State>;
  /** Names what it changes: two changes of one slot follow one another. */
  slot(change: C): string;
  /**
   * The state as it is now.
   *
   * @throws Unreadable
   */
  readState(facts: Facts, change: C): Promise<State>;
  /** Makes it. @throws ChangeRefused */
  apply(
    computer: ComputerChanges,
    change: C,
    secrets: Secrets,
    signal: AbortSignal,
  ): Promise<ChangeReceipt>;
  /**
   * Whether the state that was read back is what was wanted. Receipts prove nothing; what could not be read is
   * for {@link readState} to say, never for this.
   */
  isDone(state: State, change: C): boolean;
  /** The change that brings the former state back; null where Windows has none. */
  inverse(change: C, before: State): C | null;
  /** The state moves by itself: neither a plan's age nor another's hand is judged by it. */
  readonly volatile?: true;
  /** There is no way back to a former state, so one that cannot be read holds up nobody: it is null. */
  readonly mayStartUnknown?: true;
  /** What it does cannot be seen: its state is the same before and after. */
  readonly unseen?: true;
  /** What it leaves on the computer: a setting that was not there, one less, or none that lasts. */
  leaves(change: C): 'setting' | 'cleared' | 'nothing';
  /** Whether it needs an administrator; without it, it does. */
  needsElevation?(change: C): boolean;
  /** What it does, as an imperative. */
  title(change: C): Message;
  /** The same by hand: one command or edit a line, in no language. */
  byHand(change: C): readonly string[];
  showBefore(state: State, change: C): Message;
  showAfter(change: C): Message;
  /** Why it cannot be taken back, where {@link inverse} gives null; null, or not here, where there is nothing to take back. */
  irreversibleReason?(change: C, before: State): Message | null;
}
