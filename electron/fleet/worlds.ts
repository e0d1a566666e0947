/** Combines what computers know about their networks. A world is a domain at a DNS server. */
import { getOrCreate } from '@shared/get-or-create';
import { canonicalName, parseEndpoint } from '@shared/names';
import type { CompleteScenario } from '@shared/scenario';

/** A KMS host that answered a computer. */
export interface KnownHost {
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
}

/** Key of a KMS host and port. */
export const hostKey = ({ host, port }: Pick<KnownHost, 'host' | 'port'>): string =>
  `${host}#${String(port)}`;

/**
 * Returns the configured DNS servers that a computer shares with others. Excludes home routers, which have the same
 * address in thousands of networks: they don't host the company's domain, or they're the gateway of a PC outside any
 * domain.
 */
export function sharedServers({ adapters, computer, dns }: CompleteScenario): readonly string[] {
  const up = adapters.filter((adapter) => adapter.up);
  const gateways = up.flatMap((adapter) => adapter.gateways);
  return up
    .flatMap((adapter) => adapter.dnsServers)
    .filter((server) => {
      const address = parseEndpoint(server)?.host ?? server;
      const isAtHome = computer.domain === null && gateways.includes(address);
      return !isAtHome && dns.servers[server]?.hostsAdDomain === true;
    });
}

/** Names of the worlds for these domains and servers. */
export const worldsAt = (
  domains: readonly string[],
  servers: readonly string[],
): readonly string[] =>
  domains.flatMap((domain) => servers.map((server) => `${canonicalName(domain)}@${server}`));

type FoundHosts = Map<string, { readonly known: KnownHost; readonly count: number }>;

/** The KMS hosts of each world, with the number of computers that found them. */
export class Worlds {
  private readonly worlds = new Map<string, FoundHosts>();

  learn(worlds: readonly string[], met: readonly KnownHost[]): void {
    for (const world of worlds) {
      const hosts = getOrCreate(this.worlds, world, (): FoundHosts => new Map());
      for (const known of met) {
        const key = hostKey(known);
        const found = hosts.get(key);
        const before = found?.known ?? known;
        // Keep the smaller addresses, so that the result doesn't depend on the order of the files.
        const isSmaller = String(known.addresses) < String(before.addresses);
        hosts.set(key, { known: isSmaller ? known : before, count: (found?.count ?? 0) + 1 });
      }
    }
  }

  /** Finds a host in the given worlds, where its addresses may differ from elsewhere; null if unknown there. */
  find(worlds: readonly string[], host: KnownHost): KnownHost | null {
    const key = hostKey(host);
    return worlds.flatMap((world) => this.worlds.get(world)?.get(key)?.known ?? [])[0] ?? null;
  }

  /** The hosts known in the given worlds, those found by most computers first. */
  hostsIn(worlds: readonly string[]): readonly KnownHost[] {
    return worlds
      .flatMap((world) => [...(this.worlds.get(world)?.values() ?? [])])
      .sort(
        (one, other) =>
          other.count - one.count || (hostKey(one.known) < hostKey(other.known) ? -1 : 1),
      )
      .map(({ known }) => known);
  }
}
