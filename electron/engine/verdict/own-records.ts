/** A KMS host's own records: SRV records whose target is the host itself (docs/report.md#verdicts). */
import { canonicalName, isAddress, isLoopback } from '@shared/names';
import { lazyObject, some } from '../facts/outstanding';
import { addressesOf, reachabilityOf, targetPresence } from '../facts/answers';
import type { FactSnapshot } from '../facts/fact-snapshot';
import type { Domains, SrvLookup, Target } from '../facts/fact-types';

/** Returns all names that a computer's own record may use for it. */
export function ownNames(computer: string, domains: Domains): ReadonlySet<string> {
  const name = canonicalName(computer);
  return new Set([name, ...domains.suffixes.map((suffix) => `${name}.${suffix}`)]);
}

/**
 * Treats a lookup as one in a domain where a KMS host's record should exist, whatever its role: a server that refuses
 * to answer for the domain doesn't deny the record.
 */
export function asPublishLookup(lookup: SrvLookup): SrvLookup {
  return lazyObject<Pick<SrvLookup, 'role'>, SrvLookup>({ role: () => 'publish' }, lookup);
}

/**
 * Whether a record's host is this computer: by one of its names, or by an alias whose addresses that were read are all
 * its own. Null if that couldn't be read.
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

/** Returns a host named by records, with its addresses; null if it wasn't looked up because there were too many. */
function lookedUp(name: string, snapshot: FactSnapshot): Target | null {
  const isIt = ({ host }: Target): boolean => host === name;
  const { targets, laterTargets } = snapshot;
  return [...targets, ...laterTargets].find(isIt) ?? snapshot.hostsInQuestion.find(isIt) ?? null;
}

/** Whether one of the records names this computer; null if that couldn't be read. */
export function namesThisComputer(
  records: readonly { readonly target: string }[],
  snapshot: FactSnapshot,
): boolean | null {
  if (some(records, ({ target }) => isOwn(target, snapshot) === true)) return true;
  return some(records, ({ target }) => isOwn(target, snapshot) === null) ? null : false;
}

/** Returns the targets that are this computer. */
export function ownTargets<T extends Target>(targets: readonly T[], snapshot: FactSnapshot): T[] {
  return targets.filter(({ host }) => isOwn(host, snapshot) === true);
}

/**
 * Returns targets of a computer's own records without a KMS service: their port or their name's address is out of date.
 */
export function staleOwnTargets<T extends Target>(
  targets: readonly T[],
  snapshot: FactSnapshot,
): T[] {
  return ownTargets(targets, snapshot).filter(
    (target) => !['kms', 'unread'].includes(reachabilityOf(target)),
  );
}
