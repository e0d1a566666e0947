/** Groups computers by root cause, client machine ID and remaining activation time. */
import { hash } from 'node:crypto';
import { ABOUT_NOTHING } from '@engine/verdict/about';
import { VERDICT_CODES } from '@shared/catalog';
import type { FleetGroup, FleetReport } from '@shared/fleet';
import { MINUTES_PER_DAY } from '@shared/utc-time';
import { getOrCreate } from '@shared/get-or-create';
import { compare, type Computer } from './computers';

/** Computers that share a root cause. */
export interface Group extends Pick<FleetGroup, 'id' | 'code' | 'about'> {
  readonly members: readonly Computer[];
}

/** Maximum number of names in a report. */
const MAX_NAMES = 1_000;

const MINUTE_MS = 60_000;

/** The properties of a verdict's subject, in the order they're serialized in a group's key. */
const PARTS = Object.keys(ABOUT_NOTHING).sort();

/** The names of computers, up to the report's limit. */
export const namesOf = (computers: readonly Computer[]): string[] =>
  computers.slice(0, MAX_NAMES).map(({ name }) => name);

const listed = (computers: readonly Computer[]) => ({
  count: computers.length,
  computers: namesOf(computers),
});

/** Groups unhealthy computers by root cause and its subject, largest group first. */
export function groupsOf(computers: readonly Computer[]): readonly Group[] {
  const keyOf = ({ code, about, notReached: outcome }: Computer): string | null =>
    code === 'healthy' || outcome !== null ? null : JSON.stringify([code, about], PARTS);
  return widestFirst(computers, keyOf)
    .flatMap(([key, members]): Group[] => {
      const [{ code, about }] = members as readonly [Computer];
      return [{ id: hash('sha256', key).slice(0, 12), code, about, members }];
    })
    .sort(
      (one, other) =>
        other.members.length - one.members.length ||
        VERDICT_CODES.indexOf(one.code) - VERDICT_CODES.indexOf(other.code),
    );
}

/** Groups different computers with the same client machine ID: clones that weren't generalized with Sysprep. */
export const sameClientId = (computers: readonly Computer[]): FleetReport['sameClientId'] =>
  widestFirst(computers, (one) => one.clientMachineId)
    .filter(([, { length }]) => length > 1)
    .map(([clientMachineId, members]) => ({ clientMachineId, ...listed(members) }));

/** Groups computers that weren't reached by outcome. */
export const notReached = (computers: readonly Computer[]): FleetReport['notReached'] =>
  widestFirst(computers, (one) => one.notReached).map(([outcome, members]) => ({
    outcome,
    ...listed(members),
  }));

/** Groups by key, largest group first, without those whose key is null; ties go to the first key in sort order. */
export function widestFirst<T, K extends string>(
  all: readonly T[],
  keyOf: (one: T) => K | null,
): (readonly [K, readonly T[]])[] {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    if (key !== null) getOrCreate(groups, key, () => []).push(one);
  }
  return [...groups].sort(
    ([key, one], [otherKey, other]) => other.length - one.length || compare(key, otherKey),
  );
}

/** Spans in days within which an activation counts as ending soon. */
const SPANS = [7, 14, 30] as const;

/** An activated computer whose activation ends soon. */
export interface Ending {
  readonly computer: Computer;
  /** The smallest span it fits in. */
  readonly days: (typeof SPANS)[number];
  /** ISO 8601, UTC. */
  readonly endsAt: string;
}

/** Returns activated computers whose activation ends soon, soonest first. */
export function endingSoon(computers: readonly Computer[]): readonly Ending[] {
  return computers
    .flatMap((computer): Ending[] => {
      const { at, endsIn } = computer;
      if (endsIn === null) return [];
      const days = SPANS.find((span) => endsIn <= span * MINUTES_PER_DAY);
      if (days === undefined) return [];
      const endsAt = new Date(Date.parse(at) + endsIn * MINUTE_MS).toISOString();
      return [{ computer, days, endsAt }];
    })
    .sort((one, other) => compare(one.endsAt, other.endsAt));
}

/** Counts the computers per span. */
export function expiring(ending: readonly Ending[]): FleetReport['expiring'] {
  return SPANS.flatMap((span) => {
    const count = ending.filter(({ days }) => days === span).length;
    return count === 0 ? [] : [{ days: span, count }];
  });
}
