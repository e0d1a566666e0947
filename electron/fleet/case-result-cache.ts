/**
 * Deduplicates work on cases that differ only in the computer's identity and the time of the diagnosis. PCs deployed
 * from one image into one network produce many of them.
 */
import { hash } from 'node:crypto';
import { isIPv4 } from '@shared/names';
import type { ScenarioFile } from '@shared/scenario';
import { clientMachineId } from './report-facts';

/** Maximum number of cached results, to bound memory. */
const MAX_KEPT = 20_000;

const DAY_MS = 24 * 60 * 60_000;
/** Event age limits used in decisions: beyond them, an event isn't from today, or is no longer relevant. */
const AGES_MS = [0, DAY_MS, 30 * DAY_MS] as const;
/** Longer than the time any rehearsal simulates, so an age at least this far from a limit stays on its side of it. */
const MARGIN_MS = 60 * 60_000;

/** A name without special meaning, long enough not to occur in other text by chance. */
const PLAIN_NAME = /^[a-z0-9](?:[a-z0-9-]{2,13})[a-z0-9]$/i;

/** Caches results per case, shared by all cases that are alike. */
export class CaseResultCache {
  private readonly results = new Map<string, unknown>();

  /**
   * Returns the result of some work on a case, or the cached result of an earlier case that's alike.
   *
   * @param what identifies the work, including all of its inputs other than the case
   */
  async once<T extends object | boolean>(
    what: string,
    file: ScenarioFile,
    work: () => Promise<T>,
  ): Promise<T> {
    const common = commonOf(file);
    if (common === null) return work();
    const key = hash('sha256', `${what}\n${common.key}`, 'base64');
    if (this.results.has(key)) return this.results.get(key) as T;
    const result = await work();
    // A result that mentions this computer isn't shared.
    const text = JSON.stringify(result).toLowerCase();
    if (this.results.size < MAX_KEPT && !common.own.some((one) => text.includes(one))) {
      this.results.set(key, result);
    }
    return result;
  }
}

/**
 * Strips identity and time from a case. Returns the rest as a key, and the removed strings that identify the computer
 * in lowercase; null if identity or time may affect the result.
 */
function commonOf(file: ScenarioFile) {
  const { now, computer: { name, ...computer } = {}, events = [], adapters, ...others } = file;
  const times = timesOf(events, now);
  if (name === undefined || !PLAIN_NAME.test(name) || times === null) return null;
  const id = clientMachineId(file.licensing?.service?.['ClientMachineID']);
  const addresses = (adapters ?? []).flatMap((adapter) =>
    (adapter.addresses ?? []).filter(isUsual),
  );
  const networks = adapters?.map((adapter) => ({
    ...adapter,
    addresses: adapter.addresses?.map((one) => (isUsual(one) ? '*' : one)),
  }));
  const told = events.map(({ time: _, ...event }, index) => ({ ...event, time: times[index] }));
  const text = JSON.stringify({ ...others, computer, adapters: networks, events: told });
  const key = id === null ? text : text.replaceAll(id, '*');
  const own = [name, ...(id === null ? [] : [id]), ...addresses].map((one) => one.toLowerCase());
  const lower = key.toLowerCase();
  // DNS names may escape a byte as `\DDD`. Escapes aren't decoded, so they could hide a name: such cases aren't shared.
  const isTold = /\\\\\d{3}/.test(key) || own.some((one) => lower.includes(one));
  return isTold ? null : { key, own };
}

/** Whether an address has no special meaning. */
const isUsual = (address: string): boolean =>
  isIPv4(address) && !/^(?:0|127|169\.254)\./.test(address);

/** For each event, its distance to the newest one and the number of age limits passed; null if that may change. */
function timesOf(
  events: NonNullable<ScenarioFile['events']>,
  now: string | undefined,
): readonly string[] | null {
  const at = events.map(({ time }) => Date.parse(time ?? ''));
  const newest = at.reduce((one, other) => Math.max(one, other), 0);
  const times: string[] = [];
  for (const one of at) {
    const age = Date.parse(now ?? '') - one;
    const isNear = AGES_MS.some((limit) => Math.abs(age - limit) < MARGIN_MS);
    if (!Number.isFinite(age) || age < 0 || isNear) return null;
    times.push(`${newest - one} ${AGES_MS.filter((limit) => age > limit).length}`);
  }
  return times;
}
