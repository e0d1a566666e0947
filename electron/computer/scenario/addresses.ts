/** Finds what a scenario has under an address, however the address is written. */
import { isIPv6, parseEndpoint } from '@shared/names';
import type { CompleteScenario } from '@shared/scenario';

/** Port of DNS (RFC 1035 §4.2). */
export const DNS_PORT = 53;

/** The one way of writing an address (RFC 5952). */
function canonicalAddress(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

/** Whether two texts are the same address. */
export function sameAddress(one: string, other: string): boolean {
  return canonicalAddress(one) === canonicalAddress(other);
}

/** What a map of a scenario has under a key of its own. */
interface Entry<T> {
  readonly key: string;
  readonly value: T;
}

/** The entries of maps by what their keys mean; a map that is changed is another one. */
const indexes = new WeakMap<object, ReadonlyMap<string, Entry<unknown>>>();

function find<T>(
  entries: Readonly<Record<string, T>>,
  meaning: (key: string) => string,
  wanted: string,
): Entry<T> | null {
  let index = indexes.get(entries);
  if (index === undefined) {
    // The first of two keys with one meaning counts.
    const pairs = Object.entries(entries).map(
      ([key, value]) => [meaning(key), { key, value }] as const,
    );
    index = new Map(pairs.reverse());
    indexes.set(entries, index);
  }
  return (index.get(wanted) as Entry<T> | undefined) ?? null;
}

/** What a map of a scenario has under an address; the key is that of the document. */
export function entryAt<T>(entries: Readonly<Record<string, T>>, address: string): Entry<T> | null {
  return find(entries, canonicalAddress, canonicalAddress(address));
}

/** What a map of DNS servers has under an address and port; a key without port means 53. */
export function serverAt<T>(
  servers: Readonly<Record<string, T>>,
  address: string,
  port: number,
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

/** Whether an address is one of the simulated PC's own. */
export function isOwnAddress({ adapters }: CompleteScenario, address: string): boolean {
  return adapters.some((adapter) => adapter.addresses.some((own) => sameAddress(own, address)));
}
