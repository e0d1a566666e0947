/**
 * The copy of a PC that a treatment is rehearsed on: the saved case, held in memory, with the rights available when the
 * treatment is carried out and with KMS hosts that behave as far as is known.
 */
import { isDeepStrictEqual } from 'node:util';
import { isFromKmsHost, verdictOfError } from '@shared/error-codes';
import type { Verdict } from '@shared/diagnosis';
import { decodeEvent, fieldOf } from '@shared/events';
import { CLOCK_LIMIT_MINUTES } from '@shared/kms';
import { isAddress, parseEndpoint, canonicalHost } from '@shared/names';
import { DEFAULT_ENTRIES, type ScenarioFile } from '@shared/scenario';
import { allTargets } from '../facts/answers';
import type { FactSnapshot } from '../facts/fact-snapshot';
import type { Target } from '../facts/fact-types';
import type { RunResult } from '../run';
import { toScenario } from '../snapshot';
import { assess, attemptsOf, officeNotActivated, type Assessment } from '../verdict/assessment';
import type { Attempt, KmsRequest } from '../verdict/attempts';
import { isClockOff, isClockSuspect, minutesAhead } from '../verdict/clock';

/** The product that a verdict is about, or that an attempt is made for. */
type Product = Verdict['about']['product'];

type Hosts = NonNullable<ScenarioFile['hosts']>;
type KmsService = NonNullable<Hosts[string]['kms']>;

/** A KMS host about which nothing is known except that it responds: it activates any client. */
const ACCEPTS: KmsService = DEFAULT_ENTRIES.kms;

/** Returns the case to rehearse on. */
export function copyOf(result: RunResult): ScenarioFile {
  const file = toScenario(result);
  const { product } = result.diagnosis.verdict.about;
  return {
    ...withHostsFor(product, file, result),
    computer: { ...file.computer, elevated: true },
  };
}

/** Returns a copy whose KMS hosts respond to this product as far as is known; null means Windows. */
export function withHostsFor(
  product: Product,
  file: ScenarioFile,
  { snapshot }: Pick<RunResult, 'snapshot'>,
): ScenarioFile {
  const view = assess(snapshot);
  const requests = attemptsToActivate(product, view).flatMap((attempt) => attempt.requests);
  const hosts = Object.entries(file.hosts ?? {}).map(([address, host]) => {
    const isKms = Object.values(host.ports ?? {}).includes('kms');
    if (!isKms) return [address, host] as const;
    const names = namesAt(new Set([address]), snapshot);
    const last = requests.findLast((request) => isAmong(canonicalHostIn(request.host), names));
    return [address, { ...host, kms: { ...ACCEPTS, ...refusesAgain(last, view) } }] as const;
  });
  return { ...file, hosts: Object.fromEntries(hosts) };
}

/** Whether a KMS host of a copy is known to refuse, so that assigning it wouldn't help. */
export function refuses(host: string, file: ScenarioFile, snapshot: FactSnapshot): boolean {
  const addresses = namesOf(canonicalHostIn(host), snapshot);
  const services = Object.entries(file.hosts ?? {})
    .filter(([address]) => addresses.has(address))
    .flatMap(([, { kms }]) => kms ?? []);
  return services.length > 0 && services.every((kms) => !isDeepStrictEqual(kms, ACCEPTS));
}

/** Returns the attempts of the last 30 days to activate a product, oldest first; null means Windows. */
export function attemptsToActivate(product: Product, view: Assessment): readonly Attempt[] {
  const row = product === 'office' ? officeNotActivated(view) : view.licence;
  // Without a key, there is no ID to match events by.
  return attemptsOf(view.snapshot, row ?? { application: 'windows', id: null });
}

/** Returns the requests made between two states of a copy. */
export function requestsBetween(before: ScenarioFile, after: ScenarioFile): readonly KmsRequest[] {
  const fresh = (after.events ?? []).slice(before.events?.length ?? 0);
  return fresh.flatMap(({ id, time = '', data = [] }) => {
    const event = id === 12288 ? decodeEvent({ id, time, data }) : null;
    const host = event === null ? null : fieldOf(event, 'host');
    return host === null ? [] : [{ host, code: event?.code ?? 0 }];
  });
}

/** Normalizes a host named by an event, a setting or the user. */
export function canonicalHostIn(text: string): string {
  return canonicalHost(parseEndpoint(text)?.host ?? text);
}

/** Whether a host is among these names; a name without a dot matches with any suffix. */
export const isAmong = (host: string, names: ReadonlySet<string>): boolean =>
  names.has(host) ||
  (!isAddress(host) &&
    !host.includes('.') &&
    [...names].some((name) => name.startsWith(`${host}.`)));

/** Returns all names and addresses of a host seen in a run. */
export function namesOf(host: string, snapshot: FactSnapshot): ReadonlySet<string> {
  const targets = allTargets(snapshot).filter((target) => namesIn(target).includes(host));
  return namesAt(new Set([host, ...targets.flatMap(addressesIn)]), snapshot);
}

/** Returns the names that resolve to some addresses, and the addresses themselves. */
function namesAt(addresses: ReadonlySet<string>, snapshot: FactSnapshot): ReadonlySet<string> {
  const targets = allTargets(snapshot).filter((target) =>
    addressesIn(target).some((address) => addresses.has(address)),
  );
  return new Set([...addresses, ...targets.flatMap(namesIn)]);
}

const namesIn = ({ host, lookups }: Target): string[] => [
  host,
  ...lookups.map((lookup) => lookup.host),
];

const addressesIn = ({ probes, standardPort }: Target): string[] =>
  [...probes, ...standardPort].map(({ address }) => address);

/** Returns the service properties that make a host refuse the way it refused its newest request. */
function refusesAgain(last: KmsRequest | undefined, view: Assessment): Partial<KmsService> {
  if (last === undefined || !isFromKmsHost(last.code)) return {};
  switch (verdictOfError(last.code)) {
    case 'kms-count-too-low':
      return { currentCount: 0 };
    case 'kms-host-cannot-activate-this-product':
      return { canActivate: false };
    case 'clock-skew': {
      // If this PC's clock is wrong, that explains the refusal.
      if (isClockOff(view)) return {};
      const minutes = minutesAhead(view);
      // Just over the limit from this PC, so that the host accepts once this PC's clock is correct.
      if (isClockSuspect(view)) {
        return { clockSkewMinutes: minutes - Math.sign(minutes) * (CLOCK_LIMIT_MINUTES + 1) };
      }
      return { clockSkewMinutes: minutes + CLOCK_LIMIT_MINUTES + 60 };
    }
    default:
      return { activated: false };
  }
}
