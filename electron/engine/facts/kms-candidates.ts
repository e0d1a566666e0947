/** Selects the hosts and domains to query, and their order. */
import { KMS_PORT } from '@shared/kms';
import { canonicalName, isAddress, isHostName, parseEndpoint } from '@shared/names';
import type { Domains } from './fact-types';

/** A host to look up and probe. */
export interface KmsCandidate {
  readonly host: string;
  readonly port: number;
  /** Names under which it may have an address; empty if it's an address itself. */
  readonly names: readonly string[];
}

/** Returns the host that a record names. */
export function candidateFor(target: string, port: number): KmsCandidate {
  const host = canonicalName(target);
  return { host, port, names: isHostName(host) ? [host] : [] };
}

/** Parses `host` or `host:port`; returns an empty list if the text names no host. */
export function candidateOf(text: string, port: number = KMS_PORT): KmsCandidate[] {
  const endpoint = parseEndpoint(text);
  if (endpoint === null) return [];
  const candidate = candidateFor(endpoint.host, endpoint.port ?? port);
  return candidate.names.length > 0 || isAddress(candidate.host) ? [candidate] : [];
}

/** Sorts records by the order in which they are tried (RFC 2782). */
export function byPreference<R extends { readonly priority: number; readonly weight: number }>(
  records: readonly R[],
): R[] {
  return records.toSorted((a, b) => a.priority - b.priority || b.weight - a.weight);
}

/** Returns the domains in which the record is queried; null is the bare name. */
export function domainsToAsk({ candidates, others, publish }: Domains): (string | null)[] {
  const besides = publish.filter(
    (domain) => !candidates.includes(domain) && !others.includes(domain),
  );
  return [...candidates, ...others, ...besides, null];
}
