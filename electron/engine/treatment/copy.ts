/**
 * The copy of a PC on which a treatment is rehearsed: the case that a diagnosis is saved as, in memory, with the rights
 * that the doing will have and with KMS hosts that do what is known of them.
 */
import { isFromKmsHost, verdictOfError } from '@shared/error-codes';
import type { Verdict } from '@shared/diagnosis';
import { decodeEvent, fieldOf } from '@shared/events';
import { CLOCK_LIMIT_MINUTES } from '@shared/kms';
import { canonicalName, isAddress, parseEndpoint } from '@shared/names';
import type { ScenarioFile } from '@shared/scenario';
import { allTargets } from '../facts/answers';
import { valueOr, type FactSnapshot, type Target } from '../facts/fact-snapshot';
import type { RunResult } from '../run';
import { toScenario } from '../snapshot';
import {
  assess,
  attemptsOf,
  isClockOff,
  officeNotActivated,
  type Assessment,
} from '../verdict/assessment';
import { attemptsIn, type Attempt, type KmsRequest } from '../verdict/attempts';

type Hosts = NonNullable<ScenarioFile['hosts']>;
type KmsService = NonNullable<Hosts[string]['kms']>;

/** A KMS host of which nothing is known but that it answers: it activates whoever asks. */
const ACCEPTS: KmsService = {
  currentCount: 40,
  activated: true,
  canActivate: true,
  clockSkewMinutes: 0,
};

/** The case to rehearse on. */
export function copyOf(result: RunResult): ScenarioFile {
  const { diagnosis, situation } = result;
  const file = toScenario(result);
  const view = assess(situation);
  const requests = attemptsOn(diagnosis.verdict, view).flatMap((attempt) => attempt.requests);
  const hosts = Object.entries(file.hosts ?? {}).map(([address, host]) => {
    const isKms = Object.values(host.ports ?? {}).includes('kms');
    if (!isKms) return [address, host] as const;
    const names = namesAt(new Set([address]), situation);
    const last = requests.findLast((request) => names.has(hostOf(request.host)));
    return [address, { ...host, kms: { ...ACCEPTS, ...refusalOf(last, view) } }] as const;
  });
  return {
    ...file,
    computer: { ...file.computer, elevated: true },
    hosts: Object.fromEntries(hosts),
  };
}

/** The attempts of the last 30 days to activate what a verdict is about, oldest first. */
export function attemptsOn(
  { about }: Pick<Verdict, 'about'>,
  view: Assessment,
): readonly Attempt[] {
  const { situation } = view;
  const product = about.product === 'office' ? officeNotActivated(view) : view.licence;
  if (product !== null) return attemptsOf(situation, product);
  // Without a key there is no id that events could name.
  return attemptsIn(valueOr(situation.events, []), {
    product: { application: 'windows', id: null },
    products: () => valueOr(situation.products, []),
    server: () => valueOr(situation.system, null)?.server ?? null,
    now: situation.now,
  });
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
export function hostOf(text: string): string {
  const host = parseEndpoint(text)?.host ?? text;
  return isAddress(host) ? host : canonicalName(host);
}

/** Every name under which a run met a host. */
export function namesOf(host: string, situation: FactSnapshot): ReadonlySet<string> {
  const targets = allTargets(situation).filter((target) => namesIn(target).includes(host));
  return namesAt(new Set([host, ...targets.flatMap(addressesIn)]), situation);
}

/** The names that lead to some addresses, and the addresses themselves. */
function namesAt(addresses: ReadonlySet<string>, situation: FactSnapshot): ReadonlySet<string> {
  const targets = allTargets(situation).filter((target) =>
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
function refusalOf(last: KmsRequest | undefined, view: Assessment): Partial<KmsService> {
  if (last === undefined || !isFromKmsHost(last.code)) return {};
  switch (verdictOfError(last.code)) {
    case 'kms-count-too-low':
      return { currentCount: 0 };
    case 'kms-host-cannot-activate-this-product':
      return { canActivate: false };
    case 'clock-skew': {
      // The clock of this PC explains it where that is wrong.
      if (isClockOff(view)) return {};
      const { clock } = view.situation;
      const minutes = clock.ok ? clock.value.minutes : 0;
      return { clockSkewMinutes: minutes + CLOCK_LIMIT_MINUTES + 60 };
    }
    default:
      return { activated: false };
  }
}
