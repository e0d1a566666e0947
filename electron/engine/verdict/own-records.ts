/** A KMS host's own records: SRV records whose target is the host itself (docs/report.md#verdicts). */
import { canonicalName, isAddress, isLoopback } from '@shared/names';
import { lazily, some } from '../facts/outstanding';
import { addressesOf, reachabilityOf, targetPresence } from '../facts/answers';
import type { Domains, FactSnapshot, SrvLookup, Target } from '../facts/fact-snapshot';

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

/**
 * Whether a host that a record names is this computer: by one of its names, or by an alias, all of whose addresses that
 * were read are its own. Null where that could not be read.
 */
function isOwn(host: string, snapshot: FactSnapshot): boolean | null {
  const { system, domains, adapters } = snapshot;
  if (!system.ok || !domains.ok) return null;
  const name = canonicalName(host);
  if (ownNames(system.value.name, domains.value).has(name)) return true;
  if (!adapters.ok) return null;
  const target = lookedUp(name, snapshot);
  if (target === null) return null;
  const { lookups, byResolver } = target;
  const addresses = isAddress(name) ? [name] : addressesOf(lookups, byResolver);
  if (addresses.length === 0) return targetPresence(snapshot, target) === 'absent' ? false : null;
  const own = adapters.value.flatMap((adapter) => adapter.addresses);
  return addresses.every((address) => own.includes(address) && !isLoopback(address));
}

/** A host that records name, with its addresses; null where it was not looked up, as there were too many. */
function lookedUp(name: string, snapshot: FactSnapshot): Target | null {
  const isIt = ({ host }: Target): boolean => host === name;
  const { targets, laterTargets } = snapshot;
  return [...targets, ...laterTargets].find(isIt) ?? snapshot.hostsInQuestion.find(isIt) ?? null;
}

/** Whether one of the records names this computer; null where that could not be read. */
export function standsAt(
  records: readonly { readonly target: string }[],
  snapshot: FactSnapshot,
): boolean | null {
  if (some(records, ({ target }) => isOwn(target, snapshot) === true)) return true;
  return some(records, ({ target }) => isOwn(target, snapshot) === null) ? null : false;
}

/** The targets that are this computer. */
export function ownTargets<T extends Target>(targets: readonly T[], snapshot: FactSnapshot): T[] {
  return targets.filter(({ host }) => isOwn(host, snapshot) === true);
}

/** Where a computer's own records lead that no KMS service answers: their port or the name's address is out of date. */
export function misleading<T extends Target>(targets: readonly T[], snapshot: FactSnapshot): T[] {
  return ownTargets(targets, snapshot).filter(
    (target) => !['kms', 'unread'].includes(reachabilityOf(target)),
  );
}
