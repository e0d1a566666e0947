/** What computers know of each other's networks: a world is a domain at a DNS server. */
import { canonicalName, parseEndpoint } from '@shared/names';
import type { CompleteScenario } from '@shared/scenario';

/** A KMS host that answered a computer as one. */
export interface KnownHost {
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
}

/** Names a KMS host and its port. */
export const hostKey = ({ host, port }: Pick<KnownHost, 'host' | 'port'>): string =>
  `${host}#${String(port)}`;

/**
 * The configured DNS servers that a computer shares with others. A home router has an address that thousands of
 * others have: it knows nothing of the company's domain, or is the gateway of a PC that belongs to none.
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

/** The names of worlds. */
export const worldsAt = (
  domains: readonly string[],
  servers: readonly string[],
): readonly string[] =>
  domains.flatMap((domain) => servers.map((server) => `${canonicalName(domain)}@${server}`));

/** The KMS hosts of worlds, each with how many computers found it there. */
export class Worlds {
  private readonly worlds = new Map<string, Map<string, { known: KnownHost; count: number }>>();

  learn(worlds: readonly string[], met: readonly KnownHost[]): void {
    for (const world of worlds) {
      const hosts =
        this.worlds.get(world) ?? new Map<string, { known: KnownHost; count: number }>();
      this.worlds.set(world, hosts);
      for (const known of met) {
        const before = hosts.get(hostKey(known));
        // The smaller one, whoever comes first: what is said of a fleet does not depend on the order of its files.
        const isFirst =
          before === undefined || String(known.addresses) < String(before.known.addresses);
        const count = (before?.count ?? 0) + 1;
        hosts.set(hostKey(known), { known: isFirst ? known : before.known, count });
      }
    }
  }

  /** A host as it is known in one of some worlds, where it may have other addresses than elsewhere; null where it is not. */
  find(worlds: readonly string[], host: KnownHost): KnownHost | null {
    const key = hostKey(host);
    return worlds.flatMap((world) => this.worlds.get(world)?.get(key)?.known ?? [])[0] ?? null;
  }

  /** The hosts that are known in some worlds, first those that most computers found. */
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
