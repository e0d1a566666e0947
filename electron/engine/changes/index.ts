/** Kinds of changes by their names. */
import { holdsProductKey } from '@shared/redaction';
import type { Message } from '@shared/message';
import { z } from 'zod';
import type { ChangeType, Json } from './change';
import * as registry from './registry';

/** Kind of a change. */
export type ChangeKind = keyof typeof registry;

/** Any change. */
export type Change = z.output<(typeof registry)[ChangeKind]['schema']>;

/** Every kind, by the name that a journal's line has for it. */
export const CHANGE_KINDS = Object.keys(registry) as readonly ChangeKind[];

/** The type of a change; a change and its state always go together, which no type can say of a union. */
export function changeType(change: Change): ChangeType<Change, Json> {
  return registry[change.kind];
}

/** The change that brings a former state back; null where there is none. A product key, set as a host, is kept nowhere. */
export function inverseOf(change: Change, before: Json): Change | null {
  return holdsProductKey(before) ? null : changeType(change).inverse(change, before);
}

/** Why a change cannot be taken back, where {@link inverseOf} gives null; null where there is nothing to take back. */
export function irreversibleReasonOf(change: Change, before: Json): Message | null {
  return holdsProductKey(before)
    ? { key: 'changes.wasProductKey' }
    : (changeType(change).irreversibleReason?.(change, before) ?? null);
}

/** Whether this is a change that a fix, or the undo of one, may make. */
export function isChange(stored: unknown): stored is Change {
  const { kind } = Object(stored) as { readonly kind?: unknown };
  if (typeof kind !== 'string' || !Object.hasOwn(registry, kind)) return false;
  return registry[kind as ChangeKind].schema.safeParse(stored).success;
}

/** What any computer may have been like to any kind of change. */
export const anyState: z.ZodType<Json> = z.union(
  CHANGE_KINDS.map((kind) => registry[kind].stateSchema),
);

export type { Json } from './change';
