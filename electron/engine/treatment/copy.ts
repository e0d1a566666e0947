/**
 * The copy of a PC on which a treatment is rehearsed: the case that a diagnosis is saved as, in memory, with the rights
 * that the doing will have and with KMS hosts that do what is known of them.
 */
import { isDeepStrictEqual } from 'node:util';
import { isFromKmsHost, verdictOfError } from '@shared/error-codes';
import type { Verdict } from '@shared/diagnosis';
import { decodeEvent, fieldOf } from '@shared/events';
import { CLOCK_LIMIT_MINUTES } from '@shared/kms';
import { canonicalName, isAddress, parseEndpoint } from '@shared/names';
import { DEFAULT_ENTRIES, type ScenarioFile } from '@shared/scenario';
import { allTargets } from '../facts/answers';
import type { FactSnapshot, Target } from '../facts/fact-snapshot';
import type { RunResult } from '../run';
import { toScenario } from '../snapshot';
import { assess, attemptsOf, officeNotActivated, type Assessment } from '../verdict/assessment';
import type { Attempt, KmsRequest } from '../verdict/attempts';
import { isClockOff, isClockSuspect, minutesAhead } from '../verdict/clock';

/** What a verdict is about, or an attempt is made for. */
type Product = Verdict['about']['product'];

type Hosts = NonNullable<ScenarioFile['hosts']>;
type KmsService = NonNullable<Hosts[string]['kms']>;

/** A KMS host of which nothing is known but that it answers: it activates whoever asks. */
const ACCEPTS: KmsService = DEFAULT_ENTRIES.kms;

/** The case to rehearse on. */
export function copyOf(result: RunResult): ScenarioFile {
  const file = toScenario(result);
  const { product } = result.diagnosis.verdict.about;
  return {
    ...withHostsFor(product, file, result),
    computer: { ...file.computer, elevated: true },
  };
}

/** A copy whose KMS hosts do what they are known to do when this product asks; null is Windows. */
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
    const last = requests.findLast((request) => isAmong(canonicalHost(request.host), names));
    return [address, { ...host, kms: { ...ACCEPTS, ...refusesAgain(last, view) } }] as const;
  });
  return { ...file, hosts: Object.fromEntries(hosts) };
}

/** Whether a copy's KMS host is known to refuse: nothing is won by an assignment of it. */
export function refuses(host: string, file: ScenarioFile, snapshot: FactSnapshot): boolean {
  const addresses = namesOf(canonicalHost(host), snapshot);
  const services = Object.entries(file.hosts ?? {})
    .filter(([address]) => addresses.has(address))
    .flatMap(([, { kms }]) => kms ?? []);
  return services.length > 0 && services.every((kms) => !isDeepStrictEqual(kms, ACCEPTS));
}

/** The attempts of the last 30 days to activate a product, oldest first; null is Windows. */
export function attemptsToActivate(product: Product, view: Assessment): readonly Attempt[] {
  const row = product === 'office' ? officeNotActivated(view) : view.licence;
  // Without a key there is no id that events could name.
  return attemptsOf(view.snapshot, row ?? { application: 'windows', id: null });
}

/** The requests that were made between two states of a copy. */
export function requestsBetween(before: ScenarioFile, after: ScenarioFile): readonly KmsRequest[] {
  const fresh = (after.events ?? []).slice(before.events?.length ?? 0);
  return fresh.flatMap(({ id, time = '', data = [] }) => {
    const event = id === 12288 ? decodeEvent({ id, time, data }) : null;
    const host = event === null ? null : fieldOf(event, 'host');
    return host === null ? [] : [{ host, code: event?.code ?? 0 }];
  });
}

/** The host that an event, a setting or a person names, in one spelling. */
export function canonicalHost(text: string): string {
  const host = parseEndpoint(text)?.host ?? text;
  return isAddress(host) ? host : canonicalName(host);
}

/** Whether a host is one of these names; one without a dot is what any suffix makes of it. */
export const isAmong = (host: string, names: ReadonlySet<string>): boolean =>
  names.has(host) ||
  (!isAddress(host) &&
    !host.includes('.') &&
    [...names].some((name) => name.startsWith(`${host}.`)));

/** Every name under which a run met a host. */
export function namesOf(host: string, snapshot: FactSnapshot): ReadonlySet<string> {
  const targets = allTargets(snapshot).filter((target) => namesIn(target).includes(host));
  return namesAt(new Set([host, ...targets.flatMap(addressesIn)]), snapshot);
}

/** The names that lead to some addresses, and the addresses themselves. */
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

/** How a host refuses again that refused the newest request to it. */
function refusesAgain(last: KmsRequest | undefined, view: Assessment): Partial<KmsService> {
  if (last === undefined || !isFromKmsHost(last.code)) return {};
  switch (verdictOfError(last.code)) {
    case 'kms-count-too-low':
      return { currentCount: 0 };
    case 'kms-host-cannot-activate-this-product':
      return { canActivate: false };
    case 'clock-skew': {
      // The clock of this PC explains it where that is wrong.
      if (isClockOff(view)) return {};
      const minutes = minutesAhead(view);
      // Just over the limit from here, so that it accepts once this PC's clock is right.
      if (isClockSuspect(view)) {
        return { clockSkewMinutes: minutes - Math.sign(minutes) * (CLOCK_LIMIT_MINUTES + 1) };
      }
      return { clockSkewMinutes: minutes + CLOCK_LIMIT_MINUTES + 60 };
    }
    default:
      return { activated: false };
  }
}
