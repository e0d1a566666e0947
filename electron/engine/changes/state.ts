/** States of changes: read, compared, turned back. */
import { Unreadable } from '../computer';
import type { Facts } from '../facts';
import type { Change, Json } from './change';
import { changeType } from './index';

/** JSON with its properties in one order, so that equal states are equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Whether two states are the same. */
export const sameState = (one: Json | undefined, other: Json | undefined): boolean =>
  canonicalJson(one ?? null) === canonicalJson(other ?? null);

/** The state of each change, each slot read once. @throws Unreadable */
export async function readStates(facts: Facts, changes: readonly Change[]): Promise<Json[]> {
  const slots = new Map<string, Promise<Json>>();
  for (const change of changes) {
    const type = changeType(change);
    const slot = type.slot(change);
    if (!slots.has(slot)) slots.set(slot, type.readState(facts, change));
  }
  return Promise.all(
    changes.map((change) => {
      const state = slots.get(changeType(change).slot(change));
      return state ?? Promise.reject(new Unreadable('check-failed'));
    }),
  );
}
