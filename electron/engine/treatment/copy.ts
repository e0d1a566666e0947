/**
 * The copy of a PC on which a treatment is rehearsed: the case that a diagnosis is saved as, in memory, with the rights
 * that the doing will have and with KMS hosts that do what is known of them.
 */
import { isFromKmsHost, verdictOfError } from '@shared/error-codes';
import { CLOCK_LIMIT_MINUTES, KMS_PORT } from '@shared/kms';
import { canonicalName, isAddress, parseEndpoint } from '@shared/names';
import type { ScenarioFile } from '@shared/scenario';
import { allTargets } from '../facts/answers';
import { valueOr, type FactSnapshot, type Product } from '../facts/fact-snapshot';
import type { RunResult } from '../run';
import { toScenario } from '../snapshot';
import { assess, attemptsOf, isClockOff, officeNotActivated } from '../verdict/assessment';
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
  const file = toScenario(result);
  const attempts = attemptsToActivate(result);
  const hosts = Object.entries(file.hosts ?? {}).map(([address, host]) => {
    const isKms = Object.values(host.ports ?? {}).includes('kms');
    if (!isKms) return [address, host] as const;
    const last = requestsOf(namesOf(address, result.situation), attempts).at(-1);
    return [address, { ...host, kms: { ...ACCEPTS, ...refusal(last, result) } }] as const;
  });
  return {
    ...file,
    computer: { ...file.computer, elevated: true },
    hosts: Object.fromEntries(hosts),
  };
}

/** The attempts of the last 30 days to activate what is to be activated, oldest first. */
export function attemptsToActivate({ diagnosis, situation }: RunResult): readonly Attempt[] {
  const view = assess(situation);
  const isOffice = diagnosis.verdict.about.product === 'office';
  const product: Product | null = isOffice ? officeNotActivated(view) : view.licence;
  if (product !== null) return attemptsOf(situation, product);
  return attemptsIn(valueOr(situation.events, []), {
    product: { application: 'windows', id: null },
    products: () => valueOr(situation.products, []),
    server: () => (situation.system.ok ? situation.system.value.server : null),
    now: situation.now,
  });
}

/** The requests to hosts with one of these names, oldest first. */
export const requestsOf = (
  names: ReadonlySet<string>,
  attempts: readonly Attempt[],
): readonly KmsRequest[] =>
  attempts.flatMap(({ requests }) => requests).filter(({ host }) => names.has(endpointOf(host)));

/** What events may call the host that has an address: `name#port`. */
export function namesOf(address: string, situation: FactSnapshot): ReadonlySet<string> {
  const named = allTargets(situation).flatMap(({ host, port, lookups, probes, standardPort }) =>
    [...probes, ...standardPort].some((probe) => probe.address === address)
      ? [host, ...lookups.map((lookup) => lookup.host)].map((name) => `${name}#${port}`)
      : [],
  );
  return new Set([...named, `${address}#${KMS_PORT}`]);
}

/** A host and its port, as an event has them, in one spelling. */
export function endpointOf(text: string): string {
  const asked = parseEndpoint(text);
  if (asked === null) return text;
  const host = isAddress(asked.host) ? asked.host : canonicalName(asked.host);
  return `${host}#${asked.port ?? KMS_PORT}`;
}

/** How a host refuses again that refused the newest request to it. */
function refusal(last: KmsRequest | undefined, { situation }: RunResult): Partial<KmsService> {
  if (last === undefined || !isFromKmsHost(last.code)) return {};
  switch (verdictOfError(last.code)) {
    case 'kms-host-not-activated':
      return { activated: false };
    case 'kms-host-cannot-activate-this-product':
      return { canActivate: false };
    case 'clock-skew': {
      // The clock of this PC explains it where that is wrong.
      if (isClockOff({ situation })) return {};
      const minutes = situation.clock.ok ? situation.clock.value.minutes : 0;
      return { clockSkewMinutes: minutes + CLOCK_LIMIT_MINUTES + 60 };
    }
    default:
      return { currentCount: 0 };
  }
}
