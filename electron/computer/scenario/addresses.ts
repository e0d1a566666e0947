/** Finds entries of a scenario by address, regardless of how the address is written. */
import type { DnsServer } from '@engine/computer';
import { getOrCreate } from '@shared/get-or-create';
import { isIPv6, parseEndpoint } from '@shared/names';
import type { CompleteScenario } from '@shared/scenario';
import { DNS_PORT } from '../network/dns-message';

/** Returns the canonical form of an address (RFC 5952). */
function canonicalAddress(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

/** Whether two strings are the same address. */
export function sameAddress(one: string, other: string): boolean {
  return canonicalAddress(one) === canonicalAddress(other);
}

/** An entry of a map in a scenario. */
export interface Entry<T> {
  readonly key: string;
  readonly value: T;
}

/** Caches the entries of maps by normalized key. A changed map is a new object. */
const indexes = new WeakMap<object, ReadonlyMap<string, Entry<unknown>>>();

function find<T>(
  entries: Readonly<Record<string, T>>,
  meaning: (key: string) => string,
  wanted: string,
): Entry<T> | null {
  const index = getOrCreate(indexes, entries, () => {
    const pairs = Object.entries(entries).map(
      ([key, value]) => [meaning(key), { key, value }] as const,
    );
    // Of two equivalent keys, the first one wins.
    return new Map(pairs.reverse());
  });
  return (index.get(wanted) as Entry<T> | undefined) ?? null;
}

/** Finds the entry for an address; `key` is as written in the document. */
export function entryAt<T>(entries: Readonly<Record<string, T>>, address: string): Entry<T> | null {
  return find(entries, canonicalAddress, canonicalAddress(address));
}

/** Finds the entry for a DNS server's address and port; a key without a port means 53. */
export function serverAt<T>(
  servers: Readonly<Record<string, T>>,
  { address, port }: DnsServer,
): Entry<T> | null {
  const meaning = (host: string, at: number): string => `${canonicalAddress(host)}#${at}`;
  return find(
    servers,
    (key) => {
      const own = parseEndpoint(key);
      return own === null ? '' : meaning(own.host, own.port ?? DNS_PORT);
    },
    meaning(address, port),
  );
}

/** Whether an address belongs to the simulated PC. */
export function isOwnAddress({ adapters }: CompleteScenario, address: string): boolean {
  return adapters.some((adapter) => adapter.addresses.some((own) => sameAddress(own, address)));
}
