/** Probes a KMS host before anything is configured to use it: its addresses, and what responds there. */
import { addressesIn, type Reachability } from '@shared/kms-path';
import type { Message } from '@shared/message';
import { formatEndpoint, isAddress, isHostName, canonicalHost, type Endpoint } from '@shared/names';
import type { RecordType } from '../computer';
import type { Facts } from '../facts/facts';
import { readOr, toResult, type Probe, type Target } from '../facts/fact-types';
import { addressesFrom, allTargets, reachabilityOf } from '../facts/answers';
import type { Assessment } from '../verdict/assessment';

/** The result of probing a host and port. */
interface HostProbe extends Endpoint {
  readonly addresses: readonly string[];
  /** `unresolved`: it has no address. */
  readonly reach: Reachability | 'unresolved';
}

/** Maximum number of addresses of one host to try. */
const MAX_ADDRESSES = 4;

/** Probes a host, or reuses the result from the diagnosis. */
export async function probeHost(
  host: string,
  port: number,
  view: Assessment,
  facts: Facts,
): Promise<HostProbe> {
  const name = canonicalHost(host);
  const known = allTargets(view.snapshot).find(
    (target) => target.host === name && target.port === port,
  );
  if (known) return hostProbeOf(known);
  const addresses = isAddress(name) ? [name] : await addressesOf(name, view, facts);
  const probes = await Promise.all(
    addresses.slice(0, MAX_ADDRESSES).map((address) => probeAddress(address, port, facts)),
  );
  return hostProbeOf({ host: name, port, probes });
}

/** Probes one address. */
export async function probeAddress(address: string, port: number, facts: Facts): Promise<Probe> {
  const { connected, answered } = facts.probeKms(address, port);
  const [connect, answer] = await Promise.all([toResult(connected), toResult(answered)]);
  return { address, port, connected: connect, answered: answer };
}

function hostProbeOf({ host, port, probes }: Pick<Target, 'host' | 'port' | 'probes'>): HostProbe {
  // List addresses that accept connections first.
  const ranked = probes.toSorted((one, other) => rank(other) - rank(one));
  const addresses = ranked.map(({ address }) => address).filter(isAddress);
  return {
    host,
    port,
    addresses,
    reach: probes.length === 0 ? 'unresolved' : reachabilityOf({ probes }),
  };
}

const rank = ({ connected }: Probe): number =>
  connected.ok && connected.value.outcome === 'open' ? 1 : 0;

async function addressesOf(name: string, view: Assessment, facts: Facts): Promise<string[]> {
  const { suffixes } = view.domains;
  const names = name.includes('.')
    ? [name]
    : [...suffixes.map((suffix) => `${name}.${suffix}`), name];
  const servers = await readOr(facts.servers(), []);
  const askResolver = async (full: string, type: RecordType): Promise<string[]> =>
    facts.resolverTakesPart ? addressesIn((await facts.resolve(full, type)).records) : [];
  const asked = names
    .filter(isHostName)
    .flatMap((full) =>
      (['A', 'AAAA'] as const).flatMap((type) => [
        ...servers.map(async (server) =>
          addressesFrom(server, await facts.query(server, full, type)),
        ),
        askResolver(full, type),
      ]),
    );
  const answers = await Promise.all(asked.map((addresses) => readOr(addresses, [])));
  return [...new Set(answers.flat())];
}

const WARNINGS = {
  unresolved: 'unresolved',
  'not-kms': 'notKms',
  refused: 'refused',
  'no-route': 'noRoute',
  filtered: 'noAnswer',
  unread: 'noAnswer',
} as const satisfies Record<Exclude<HostProbe['reach'], 'kms'>, string>;

/** Returns warnings about using a host; none if a KMS service responds. */
export function hostWarnings({ host, port, reach }: HostProbe): readonly Message[] {
  if (reach === 'kms') return [];
  const params = { host, endpoint: formatEndpoint(host, port) };
  return [{ key: `fixes.warnings.${WARNINGS[reach]}`, params }];
}
