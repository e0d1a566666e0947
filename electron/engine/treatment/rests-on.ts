/** What the end of a rehearsal takes for granted, since nobody can read it from here. */
import { decodeEvent, fieldOf } from '@shared/events';
import type { ScenarioFile } from '@shared/scenario';
import { RESTS_ON, type RestsOn } from '@shared/treatment';
import type { Plan } from '../fixes/plan';
import type { Attempt } from '../verdict/attempts';
import { endpointOf, requestsOf } from './copy';

const BY_HOST: readonly RestsOn[] = [
  'host-count',
  'host-activated',
  'host-clock',
  'product-served',
];

/**
 * What a step rests on.
 *
 * @param before the copy before it
 * @param after the copy after it
 * @param attempts those of the PC itself
 */
export function restsOnOf(
  { changes }: Plan,
  before: ScenarioFile,
  after: ScenarioFile,
  attempts: readonly Attempt[],
): readonly RestsOn[] {
  const rests: RestsOn[] = [];
  if (changes.some(({ kind }) => kind === 'dns-cache-flush')) rests.push('resolver-cache');
  if (JSON.stringify(before.dns?.servers) !== JSON.stringify(after.dns?.servers)) {
    rests.push('dns-replication', 'rights');
  }
  if (changes.some(({ kind }) => kind === 'activation' || kind === 'phone-activation')) {
    const host = hostAsked(before, after);
    if (host === null) rests.push('microsoft-activation');
    else if (!requestsOf(new Set([host]), attempts).some(({ code }) => code === 0)) {
      rests.push(...BY_HOST);
    }
  }
  return rests;
}

/** The last KMS host that was asked between two states of a copy; null where none was. */
export function hostAsked(before: ScenarioFile, after: ScenarioFile): string | null {
  const fresh = (after.events ?? []).slice(before.events?.length ?? 0);
  const asked = fresh.flatMap(({ id, time = '', data = [] }) => {
    const decoded = id === 12288 ? decodeEvent({ id, time, data }) : null;
    return decoded === null ? [] : (fieldOf(decoded, 'host') ?? []);
  });
  const last = asked.at(-1);
  return last === undefined ? null : endpointOf(last);
}

/** In the order of {@link RESTS_ON}, each once. */
export const inOrder = (rests: readonly RestsOn[]): readonly RestsOn[] =>
  RESTS_ON.filter((one) => rests.includes(one));
