/** Which hosts and domains are asked about, in which order. */
import { canonicalName, isHostName } from '@shared/names';
import type { Domains } from './fact-snapshot';

/** A host to be looked up and tried. */
export interface KmsCandidate {
  readonly host: string;
  readonly port: number;
  /** Names under which it may have an address; none where it is an address itself. */
  readonly names: readonly string[];
}

/** The host that a record names. */
export function candidateFor(target: string, port: number): KmsCandidate {
  const host = canonicalName(target);
  return { host, port, names: isHostName(host) ? [host] : [] };
}

/** Records in the order in which they are tried (RFC 2782). */
export function byPreference<R extends { readonly priority: number; readonly weight: number }>(
  records: readonly R[],
): R[] {
  return [...records].sort((a, b) => a.priority - b.priority || b.weight - a.weight);
}

/** The domains in which the record is asked for; null for the bare name. */
export function domainsToAsk({ candidates, others, publish }: Domains): (string | null)[] {
  const besides = publish.filter(
    (domain) => !candidates.includes(domain) && !others.includes(domain),
  );
  return [...candidates, ...others, ...besides, null];
}
