/** Groups computers: by root cause, by client machine ID, by what ends soon. */
import { hash } from 'node:crypto';
import { canonicalJson } from '@engine/changes/state';
import { VERDICT_CODES } from '@shared/catalogue';
import type { FleetGroup, FleetReport } from '@shared/fleet';
import { compare, type Computer } from './computers';

/** Computers that share a root cause. */
export interface Group extends Pick<FleetGroup, 'id' | 'code' | 'about'> {
  readonly members: readonly Computer[];
}

/** Names that a report lists at most. */
const MOST_NAMES = 1_000;

/** Minutes of a day. */
const DAY = 24 * 60;

/** The names of computers, as many as a report lists. */
export const namesOf = (computers: readonly Computer[]): string[] =>
  computers.slice(0, MOST_NAMES).map(({ name }) => name);

/** Sick computers by root cause and what it is about, widest first. */
export function groupsOf(computers: readonly Computer[]): readonly Group[] {
  const sick = computers.filter((one) => one.code !== 'healthy' && one.notReached === null);
  return widestFirst(sick, ({ code, about }) => canonicalJson([code, about]))
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

/** Different computers with one client machine ID: machines that were cloned without sysprep. */
export function sameClientId(computers: readonly Computer[]): FleetReport['sameClientId'] {
  const known = computers.filter(({ clientMachineId }) => clientMachineId !== null);
  return widestFirst(known, ({ clientMachineId }) => clientMachineId ?? '')
    .filter(([, { length }]) => length > 1)
    .map(([clientMachineId, members]) => ({
      clientMachineId,
      count: members.length,
      computers: namesOf(members),
    }));
}

/** Computers that were not reached, by how that ended. */
export function notReached(computers: readonly Computer[]): FleetReport['notReached'] {
  const missing = computers.filter((one) => one.notReached !== null);
  return widestFirst(missing, (one) => one.notReached ?? '').map(([outcome, members]) => ({
    outcome,
    count: members.length,
    computers: namesOf(members),
  }));
}

function widestFirst(
  computers: readonly Computer[],
  keyOf: (computer: Computer) => string,
): (readonly [string, readonly Computer[]])[] {
  const groups = new Map<string, Computer[]>();
  for (const one of computers) {
    const members = groups.get(keyOf(one));
    if (members === undefined) groups.set(keyOf(one), [one]);
    else members.push(one);
  }
  return [...groups].sort(
    ([key, one], [otherKey, other]) => other.length - one.length || compare(key, otherKey),
  );
}

/** Activated computers whose activation ends soon, each in the narrowest span. */
export function expiring(computers: readonly Computer[]): FleetReport['expiring'] {
  const spans = [7, 14, 30] as const;
  const ends = computers.flatMap(({ endsIn }) =>
    endsIn === null ? [] : (spans.find((days) => endsIn <= days * DAY) ?? []),
  );
  return spans.flatMap((days) => {
    const count = ends.filter((one) => one === days).length;
    return count === 0 ? [] : [{ days, count }];
  });
}
