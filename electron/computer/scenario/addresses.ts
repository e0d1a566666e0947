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

/** What a map of a scenario has under an address; the key is that of the document. */
export function entryAt<T>(
  entries: Readonly<Record<string, T>>,
  address: string,
): { readonly key: string; readonly value: T } | null {
  for (const [key, value] of Object.entries(entries)) {
    if (sameAddress(key, address)) return { key, value };
  }
  return null;
}

/** What a map of DNS servers has under an address and port; a key without port means 53. */
export function serverAt<T>(
  servers: Readonly<Record<string, T>>,
  address: string,
  port: number,
): { readonly key: string; readonly value: T } | null {
  for (const [key, value] of Object.entries(servers)) {
    const own = parseEndpoint(key);
    if (own === null || (own.port ?? DNS_PORT) !== port) continue;
    if (sameAddress(own.host, address)) return { key, value };
  }
  return null;
}

/** Whether an address is one of the simulated PC's own. */
export function isOwnAddress({ adapters }: CompleteScenario, address: string): boolean {
  return adapters.some((adapter) => adapter.addresses.some((own) => sameAddress(own, address)));
}
