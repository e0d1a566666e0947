/**
 * Snapshot of everything that was read, as plain data: the basis of verdicts, planned fixes and saved cases. A failed
 * reading keeps its reason, since a verdict is based on facts that were read, never on their absence.
 */
import type { ControllersLookup, Probe, SrvLookup, Target } from './fact-types';
import { peekResult } from './known-so-far';
import type { NetworkFacts } from './network-facts';

/** Returns functions that return the readings of a snapshot, as far as they're known. */
export const readingsOf = (facts: NetworkFacts) => ({
  system: () => peekResult(facts.system()),
  adapters: () => peekResult(facts.adapters()),
  dnsClient: () => peekResult(facts.dnsClient()),
  dnsPolicies: () => peekResult(facts.dnsPolicies()),
  dnsTools: () => peekResult(facts.dnsTools()),
  service: () => peekResult(facts.service()),
  /** Null: no Windows product row has a key. */
  licence: () => peekResult(facts.licence()),
  /** Windows and Office products that have a key. */
  products: () => peekResult(facts.products()),
  /**
   * Product that needs the KMS host: Windows if it's a KMS client not activated otherwise, else Office; null if
   * neither.
   */
  kmsClient: () => peekResult(facts.kmsClient()),
  sppsvc: () => peekResult(facts.sppsvc()),
  events: () => peekResult(facts.events()),
  clock: () => peekResult(facts.clock()),
  vbscript: () => peekResult(facts.vbscript()),
  firewallRule: () => peekResult(facts.firewallRule()),
  outboundBlocked: () => peekResult(facts.outboundBlocked()),
  disableDnsPublishing: () => peekResult(facts.registry('DisableDnsPublishing')),
  publishList: () => peekResult(facts.registry('DnsDomainPublishList')),
  legacyValues: () => peekResult(facts.legacyValues()),
  /** The setting that applies to the KMS client, or to Windows if there is none. */
  assignment: () => peekResult(facts.assignment()),
  /** The activation type that applies to it, as in {@link PlacedSettings}. */
  activationType: () => peekResult(facts.activationType()),
  /** All places that have settings for Windows or Office products, as far as they could be read. */
  places: () => peekResult(facts.places()),
  domains: () => peekResult(facts.domains()),
  servers: () => peekResult(facts.servers()),
});

type ReadingsOf = ReturnType<typeof readingsOf>;

type Readings = { readonly [Name in keyof ReadingsOf]: ReturnType<ReadingsOf[Name]> };

/** Everything that was read in a run. */
export interface FactSnapshot extends Readings {
  /** Time of reading: ISO 8601, UTC. */
  readonly now: string;
  readonly diagnosedAs: 'this-pc' | 'network';
  /** Number of configured servers that weren't queried because there were too many. */
  readonly serversLeftOut: number;
  /** Whether the operating system's resolver is queried (not with `--dns`). */
  readonly resolverTakesPart: boolean;
  readonly lookups: readonly SrvLookup[];
  /**
   * Queried only at servers that answer at all, and only if a verdict can depend on it: null on target `network`, in a
   * workgroup, and if a candidate domain has a KMS record that no server denies.
   */
  readonly controllers: ControllersLookup | null;
  /** Hosts in the first candidate domain that has a record, beyond which Windows doesn't look. */
  readonly targets: readonly Target[];
  /** Hosts that only later candidate domains have. */
  readonly laterTargets: readonly Target[];
  /**
   * Number of KMS hosts for `targets` that weren't probed, or not at all of their addresses, because there were too
   * many.
   */
  readonly targetsLeftOut: number;
  readonly assignedTarget: Target | null;
  /**
   * Hosts named by something other than a candidate domain; at most {@link RUN_LIMITS.inQuestion}, the likeliest first.
   * Verdicts use them only to decide whether a name in a KMS host's own domains refers to that host.
   */
  readonly hostsInQuestion: readonly Target[];
  /** On a KMS host: its own addresses at its own port. */
  readonly ownPort: readonly Probe[];
}
