/** States of changes: read, compared, turned back. */
import { Unreadable } from '../computer';
import type { Facts } from '../facts/facts';
import { toResult, type Result } from '../facts/fact-snapshot';
import { changeType, type Change, type Json } from './index';

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

/**
 * The state of each change, each slot read once; null for one that may be unknown.
 *
 * @throws Unreadable
 */
export async function readStates(facts: Facts, changes: readonly Change[]): Promise<Json[]> {
  const states = startReading(facts, changes);
  return Promise.all(
    states.map((state, index) =>
      state.catch((error: unknown) => {
        const change = changes[index];
        const mayBeUnknown = change !== undefined && changeType(change).mayStartUnknown === true;
        if (mayBeUnknown && error instanceof Unreadable) return null;
        throw error;
      }),
    ),
  );
}

/** The same, and one that cannot be read keeps nobody from the others. */
export function readEach(facts: Facts, changes: readonly Change[]): Promise<Result<Json>[]> {
  return Promise.all(startReading(facts, changes).map(toResult));
}

function startReading(facts: Facts, changes: readonly Change[]): Promise<Json>[] {
  const slots = new Map<string, Promise<Json>>();
  return changes.map((change) => {
    const type = changeType(change);
    const slot = type.slot(change);
    const state = slots.get(slot) ?? type.readState(facts, change);
    slots.set(slot, state);
    return state;
  });
}
