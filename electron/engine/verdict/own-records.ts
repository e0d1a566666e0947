/** A KMS host's own records: SRV records whose target is its own name (docs/report.md#verdicts). */
import { canonicalName } from '@shared/names';
import { lazily } from '../facts/outstanding';
import { reachabilityOf } from '../facts/answers';
import type { Domains, SrvLookup, Target } from '../facts/fact-snapshot';

/** Every name by which a computer's own record may call it. */
export function ownNames(computer: string, domains: Domains): ReadonlySet<string> {
  const name = canonicalName(computer);
  return new Set([name, ...domains.suffixes.map((suffix) => `${name}.${suffix}`)]);
}

/**
 * A lookup as one in a domain where a KMS host should stand, whatever else the domain is to it: a server that
 * refuses to answer for it does not say that the record is not there.
 */
export function asPublished(lookup: SrvLookup): SrvLookup {
  return lazily<SrvLookup>({
    domain: () => lookup.domain,
    role: () => 'publish',
    servers: () => lookup.servers,
    resolver: () => lookup.resolver,
  });
}

/** Whether one of the records names the computer. */
export function standsAt(
  records: readonly { readonly target: string }[],
  own: ReadonlySet<string>,
): boolean {
  return records.some(({ target }) => own.has(canonicalName(target)));
}

/** Where a computer's own records lead that no KMS service answers: their port or the name's address is out of date. */
export function misleading<T extends Target>(
  targets: readonly T[],
  own: ReadonlySet<string>,
): readonly T[] {
  return targets.filter(
    (target) =>
      own.has(canonicalName(target.host)) && !['kms', 'unread'].includes(reachabilityOf(target)),
  );
}
