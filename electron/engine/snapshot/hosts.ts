/** Records the behavior of hosts' ports in the scenario format. */
import type { Diagnosis } from '@shared/diagnosis';
import { verdictOfError } from '@shared/error-codes';
import { CLOCK_LIMIT_MINUTES } from '@shared/kms';
import { parseEndpoint } from '@shared/names';
import type { ScenarioPart, ScenarioPort } from '@shared/scenario';
import type { FactSnapshot } from '../facts/fact-snapshot';
import type { Probe } from '../facts/fact-types';
import { wasTried } from '../facts/answers';
import { assess } from '../verdict/assessment';
import { allProbes } from './unread';
import { pingOf, tcpAnswers } from './icmp-and-tcp-evidence';

type Hosts = ScenarioPart<'hosts'>;
type KmsService = NonNullable<Hosts[string]['kms']>;

/** Clock difference in minutes that a host is certain to refuse. */
const SURELY_REFUSED_MINUTES = CLOCK_LIMIT_MINUTES + 60;

/** Returns the hosts that were probed, by address. */
export function recordHosts(diagnosis: Diagnosis, snapshot: FactSnapshot): Hosts {
  const ports: Record<string, Record<string, ScenarioPort>> = {};
  const put = (address: string, port: number, behaviour: ScenarioPort): void => {
    (ports[address] ??= {})[port] = behaviour;
  };
  for (const probe of allProbes(snapshot)) {
    // Ports that weren't tried are listed as unread. Here they would take space from those that were.
    if (wasTried(probe)) put(probe.address, probe.port, portState(probe));
  }
  for (const { server, byUdp, byTcp } of tcpAnswers(diagnosis)) {
    const endpoint = parseEndpoint(server);
    // If UDP and TCP agree, the DNS server's entry already has the result.
    if (endpoint === null || byUdp === byTcp) continue;
    put(endpoint.host, endpoint.port ?? 53, byTcp ? 'not-rpc' : 'filtered');
  }
  const kms = kmsOf(snapshot);
  return Object.fromEntries(
    Object.entries(ports).map(([address, own]): [string, Hosts[string]] => {
      const ping = pingOf(diagnosis, address);
      const isKms = Object.values(own).includes('kms');
      const known = { ...(ping !== null && { ping }), ports: own };
      return [address, { ...known, ...(isKms && kms !== null && { kms }) }];
    }),
  );
}

function portState({ connected, answered }: Probe): ScenarioPort {
  if (!connected.ok) return 'filtered';
  const { outcome } = connected.value;
  if (outcome !== 'open') return outcome;
  const said = answered.ok ? answered.value?.outcome : undefined;
  return said === undefined || said === 'cut' ? 'silent' : said;
}

/**
 * Returns the KMS service's last known response, so that activation in the case fails the same way; null if nothing is
 * known. Depends on the license, events, system and clock.
 */
export function kmsOf(snapshot: FactSnapshot): KmsService | null {
  const { lastError, role, attempts } = assess(snapshot);
  if (role !== 'kms-client') return null;
  const said = verdictOfError(lastError);
  if (said === 'kms-host-not-activated') return { activated: false };
  if (said === 'kms-host-cannot-activate-this-product') return { canActivate: false };
  const { clock } = snapshot;
  if (said === 'clock-skew' && clock.ok) {
    const { minutes } = clock.value;
    return Math.abs(minutes) >= SURELY_REFUSED_MINUTES
      ? null
      : { clockSkewMinutes: minutes + SURELY_REFUSED_MINUTES };
  }
  if (said !== 'kms-count-too-low') return null;
  return { currentCount: attempts.findLast(({ count }) => count !== null)?.count ?? 0 };
}
