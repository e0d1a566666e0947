/**
 * Cases that differ in nothing but who the computer is and when it was looked at. What is worked out of one of them
 * holds for the others, and machines of one image in one network are many.
 */
import { hash } from 'node:crypto';
import { isIPv4 } from '@shared/names';
import type { ScenarioFile } from '@shared/scenario';
import { clientMachineId } from './report-facts';

/** What is kept at most, so that no fleet fills the memory. */
const MOST_KEPT = 20_000;

const DAY_MS = 24 * 60 * 60_000;
/** Ages of events by which anything is decided: what is older says nothing of today, or of the present. */
const AGES_MS = [0, DAY_MS, 30 * DAY_MS] as const;
/** Longer than any rehearsal lets pass: an age that is no nearer to one of those stays on its side of it. */
const MARGIN_MS = 60 * 60_000;

/** A name that is like any other one, and a part of no other text by chance. */
const PLAIN_NAME = /^[a-z0-9](?:[a-z0-9-]{2,13})[a-z0-9]$/i;

/** A case without who and when, and what of it was put aside. */
interface Common {
  readonly key: string;
  /** In small letters. */
  readonly own: readonly string[];
}

/** What was worked out of cases, for those that are like them. */
export class Alike {
  private readonly results = new Map<string, unknown>();

  /**
   * The result of some work on a case, or of the same work on one that is like it.
   *
   * @param what names the work, with all that it goes by besides the case
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
    // What names the computer after all is its own.
    const text = JSON.stringify(result).toLowerCase();
    if (this.results.size < MOST_KEPT && !common.own.some((one) => text.includes(one))) {
      this.results.set(key, result);
    }
    return result;
  }
}

/** What a case has in common with others; null where who or when may count in it. */
function commonOf(file: ScenarioFile): Common | null {
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
  // An octet of a DNS name may be written as a number: what that spells is not looked for.
  const isTold = /\\\\\d{3}/.test(key) || own.some((one) => lower.includes(one));
  return isTold ? null : { key, own };
}

/** An address that says nothing by itself. */
const isUsual = (address: string): boolean =>
  isIPv4(address) && !/^(?:0|127|169\.254)\./.test(address);

/** For each event its distance to the newest one, and which ages it has passed; null where that may change. */
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
