/** The kinds of changes, by name. */
import { holdsProductKey } from '@shared/redaction';
import type { Message } from '@shared/message';
import { z } from 'zod';
import type { ChangeType, Json } from './change';
import * as registry from './registry';

/** The kind of a change. */
export type ChangeKind = keyof typeof registry;

/** A change of any kind. */
export type Change = z.output<(typeof registry)[ChangeKind]['schema']>;

/** All kinds, as they are named in the journal. */
export const CHANGE_KINDS = Object.keys(registry) as readonly ChangeKind[];

/** Returns the type of a change. A change and its state always match, which can't be expressed for a union type. */
export function changeType(change: Change): ChangeType<Change, Json> {
  return registry[change.kind];
}

/** Identifies what a change affects, see `ChangeType.slot`. */
export const slotOf = (change: Change): string => changeType(change).slot?.(change) ?? change.kind;

/** Whether a change restores the setting that a routing test changed. */
export const isRestoring = (change: Change): boolean =>
  change.kind === 'kms-assignment' && change.restores === true;

/** Returns the change that restores a previous state; null if there is none. A product key set as host isn't stored. */
export function inverseOf(change: Change, before: Json): Change | null {
  if (holdsProductKey(before)) return null;
  // What links the change to others in its plan doesn't apply to its inverse.
  const { skipWhenDone: _, tolerateFailure: __, ...alone } = change;
  return changeType(alone).inverse?.(alone, before) ?? null;
}

/** Why a change can't be undone; null if it can, or if there's nothing to undo. */
export function irreversibleReasonOf(change: Change, before: Json): Message | null {
  if (inverseOf(change, before) !== null) return null;
  return holdsProductKey(before)
    ? { key: 'changes.wasProductKey' }
    : (changeType(change).irreversibleReason?.(change, before) ?? null);
}

/** Whether a stored value is a change that a fix, or the undo of a fix, may make. */
export function isChange(stored: unknown): stored is Change {
  const { kind } = Object(stored) as { readonly kind?: unknown };
  if (typeof kind !== 'string' || !Object.hasOwn(registry, kind)) return false;
  return registry[kind as ChangeKind].schema.safeParse(stored).success;
}

/** Schema that accepts the state of any kind of change. */
export const anyState: z.ZodType<Json> = z.union(
  CHANGE_KINDS.map((kind) => registry[kind].stateSchema),
);

export type { Json } from './change';
