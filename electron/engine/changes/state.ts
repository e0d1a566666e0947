/** Reads and compares the states of changes. */
import { hash } from 'node:crypto';
import { Unreadable, type Computer } from '../computer';
import { Facts, type FactOptions } from '../facts/facts';
import { readOr } from '../facts/fact-types';
import { changeType, slotOf, type Change, type Json } from './index';

/** The computer that changes are made to, and how its state is read. */
export interface ChangedComputer {
  readonly computer: Computer;
  readonly factOptions?: FactOptions;
  readonly signal: AbortSignal;
}

/** Returns facts with nothing cached. */
export const freshFacts = ({ computer, factOptions = {}, signal }: ChangedComputer): Facts =>
  new Facts(computer, factOptions, signal);

/** Serializes a value to JSON with sorted properties, so that equal states give equal strings. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Returns a hash of a value's canonical JSON. */
export const hashOf = (value: unknown): string => hash('sha256', canonicalJson(value));

/** Whether two states are equal. */
export const sameState = (one: Json | undefined, other: Json | undefined): boolean =>
  canonicalJson(one ?? null) === canonicalJson(other ?? null);

/**
 * Reads the state of each change, reading each slot once. A state that is allowed to be unknown is null if it can't be
 * read.
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

/** Like {@link readStates}, but a state that can't be read is undefined and doesn't prevent reading the others. */
export function readEach(facts: Facts, changes: readonly Change[]): Promise<(Json | undefined)[]> {
  return Promise.all(startReading(facts, changes).map((state) => readOr(state, undefined)));
}

function startReading(facts: Facts, changes: readonly Change[]): Promise<Json>[] {
  const slots = new Map<string, Promise<Json>>();
  return changes.map((change) => {
    const slot = slotOf(change);
    const state = slots.get(slot) ?? changeType(change).readState(facts, change);
    slots.set(slot, state);
    return state;
  });
}
