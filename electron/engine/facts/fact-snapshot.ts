/**
 * What was read, settled: plain data on which verdicts are given, fixes are planned and cases are saved.
 * A reading that failed keeps its reason, since a verdict rests on facts that were read, never on their absence.
 */
import type { ReasonCode } from '@shared/diagnosis';
import type { Channel } from '@shared/channels';
import type { Application } from '@shared/kms';
import { reportFault } from '../errors';
import {
  Unreadable,
  type Adapter,
  type CimRow,
  type ClockOffset,
  type ConnectAnswer,
  type DnsAnswer,
  type DnsClientSettings,
  type DnsServer,
  type OutboundBlock,
  type ResolverAnswer,
  type RpcAnswer,
  type ServiceState,
  type SppEvent,
  type SystemInfo,
} from '../computer';
import type { DnsClientSetting, RegistryValue } from '../registry-keys';
import { isStop } from '../stop';

/** A fact that was read, or why it was not. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly reason: ReasonCode;
      readonly tool: string | null;
      readonly said: string | null;
    };

/**
 * Waits for a fact and keeps its failure as data. Errors that are no {@link Unreadable} become `check-failed`, or
 * `cancelled` where somebody stopped it.
 */
export async function toResult<T>(fact: Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await fact };
  } catch (error) {
    return failure(error);
  }
}

/** The failed reading that an error stands for. One of the program itself is reported. */
export function failure(error: unknown): Extract<Result<never>, { ok: false }> {
  reportFault(error);
  if (error instanceof Unreadable) {
    return { ok: false, reason: error.reason, tool: error.tool, said: error.said };
  }
  return isStop(error)
    ? { ok: false, reason: 'cancelled', tool: null, said: null }
    : { ok: false, reason: 'check-failed', tool: null, said: String(error) };
}

/** What a reading holds, or the fallback. */
export function valueOr<T, F>(reading: Result<T>, fallback: F): T | F {
  return reading.ok ? reading.value : fallback;
}

/** A product with a key: a row of SoftwareLicensingProduct that is no add-on (docs/windows-facts.md#licensing-classes). */
export interface Product {
  readonly row: CimRow;
  readonly application: Application;
  /** `ID`, by which events and settings name it, in lower case; null where Windows does not say. */
  readonly id: string | null;
  readonly name: string | null;
  /** Class `other` also where {@link channelRead} is false. */
  readonly channel: Channel;
  /** Whether Windows says anything of the channel. */
  readonly channelRead: boolean;
  /** `LicenseFamily`, e.g. `Enterprise`. */
  readonly edition: string | null;
  /** Last five characters. */
  readonly partialProductKey: string;
  /** LicenseStatus: 0 unlicensed, 1 licensed, 2–4 and 6 grace, 5 notification. */
  readonly status: number;
  readonly licensed: boolean;
  /** LicenseStatusReason, unsigned; null where Windows does not say. */
  readonly reason: number | null;
  readonly graceMinutes: number | null;
}

/** What tells a product from others: its `ID`, else the end of its key. */
export const nameOfProduct = ({ id, partialProductKey }: Product): string =>
  id ?? partialProductKey;

/** The Windows licence: the one product that counts. */
export type Licence = Product;

/**
 * Where a KMS host, a lookup domain or an activation type is set, the narrowest first: at the product by CIM, in the
 * registry under the product and under its application, and at the service (docs/windows-facts.md#registry).
 */
export type SettingPlace = 'product' | 'registry-sku' | 'registry-app' | 'service';

/** What is set in one place. */
export interface PlacedSettings {
  readonly place: SettingPlace;
  /** Whose it is; null at the service, whose settings are for all. */
  readonly application: Application | null;
  /** The product that alone it is for; null where there are more. */
  readonly productId: string | null;
  readonly assignment: Assignment | null;
  readonly lookupDomain: string | null;
  /** 1: by Active Directory alone, 2: by KMS alone, 3: by token alone; null: by all of them. */
  readonly activationType: number | null;
}

/** A KMS host set by hand (`slmgr -skms`). */
export interface Assignment {
  readonly place: SettingPlace;
  /** Name or address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isAddress: boolean;
}

/** Where KMS records are looked for, and may stand in vain (docs/report.md#where-kms-records-are-looked-for). */
export interface Domains {
  readonly candidates: readonly string[];
  readonly others: readonly string[];
  /** Candidates that a lookup domain takes the place of; among `others`. */
  readonly shadowedDomains: readonly string[];
  readonly lookupDomain: string | null;
  /** Suffixes by which a name without a dot is completed. */
  readonly suffixes: readonly string[];
  /** On a KMS host: its own domain and those of DnsDomainPublishList. */
  readonly publish: readonly string[];
  /** Whether all that they are made of was read, and none of them was left out. */
  readonly complete: boolean;
  /** Candidates and others that are not asked for, as there were too many. */
  readonly leftOut: number;
}

/** A question to a server that could not be put: no word on the server itself. */
export interface NotAsked {
  readonly outcome: 'unread';
  readonly reason: ReasonCode;
  readonly ms: null;
  readonly detail: string | null;
}

/** What became of a question to a server. */
export type AskedAnswer = DnsAnswer | NotAsked;

/** One server's answer. */
export interface ServerAnswer {
  readonly server: DnsServer;
  readonly answer: AskedAnswer;
}

/** The question for a KMS record in one domain, to everybody. */
export interface SrvLookup {
  /** Null for the bare name. */
  readonly domain: string | null;
  readonly role: 'candidate' | 'other' | 'bare' | 'publish';
  readonly servers: readonly ServerAnswer[];
  /** The operating system's resolver; null where it was not asked. */
  readonly resolver: Result<ResolverAnswer> | null;
}

/** Addresses of a host, from everybody. */
export interface AddressLookup {
  readonly host: string;
  readonly servers: readonly {
    readonly server: DnsServer;
    readonly a: AskedAnswer;
    readonly aaaa: AskedAnswer;
  }[];
  readonly resolver: Result<{
    readonly a: ResolverAnswer;
    readonly aaaa: ResolverAnswer;
  }> | null;
}

/** One address and port, tried. */
export interface Probe {
  readonly address: string;
  readonly port: number;
  readonly connected: Result<ConnectAnswer>;
  readonly answered: Result<RpcAnswer | null>;
}

/** A KMS host: one that DNS names, the assigned one, or one in question. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** Whether an address that only the resolver has is one: who named the host was the resolver, or no server. */
  readonly byResolver: boolean;
  /** Names that were looked up for it: itself, or completed by suffixes. */
  readonly lookups: readonly AddressLookup[];
  readonly probes: readonly Probe[];
  /** The same addresses at the port of KMS, where the host is named with another one and refuses that. */
  readonly standardPort: readonly Probe[];
}

/** Who knows the controllers of the PC's Active Directory domain, by whose record every member finds them. */
export interface ControllersLookup extends Pick<SrvLookup, 'servers' | 'resolver'> {
  readonly domain: string;
}

/** All that was read in a run. */
export interface FactSnapshot {
  /** When it was read: ISO 8601, UTC. */
  readonly now: string;
  readonly diagnosedAs: 'this-pc' | 'network';
  readonly system: Result<SystemInfo>;
  readonly adapters: Result<readonly Adapter[]>;
  readonly dnsClient: Result<DnsClientSettings>;
  readonly dnsPolicies: Result<readonly DnsClientSetting[]>;
  readonly dnsTools: Result<boolean>;
  readonly service: Result<CimRow>;
  /** Null: no Windows product row has a key. */
  readonly licence: Result<Licence | null>;
  /** Those of Windows and of Office that have a key. */
  readonly products: Result<readonly Product[]>;
  /** For whom the way to a KMS host is: Windows where it is a KMS client, else Office; null where neither is one. */
  readonly kmsClient: Result<Product | null>;
  readonly sppsvc: Result<ServiceState | null>;
  readonly events: Result<readonly SppEvent[]>;
  readonly clock: Result<ClockOffset>;
  readonly vbscript: Result<boolean>;
  readonly firewallRule: Result<boolean | null>;
  readonly outboundBlocked: Result<OutboundBlock | null>;
  readonly disableDnsPublishing: Result<RegistryValue | null>;
  readonly publishList: Result<RegistryValue | null>;
  readonly legacyValues: Result<readonly { name: string; value: RegistryValue }[]>;
  /** The one that counts for the KMS client, or for Windows where there is none. */
  readonly assignment: Result<Assignment | null>;
  /** The activation type that counts for it, as in {@link PlacedSettings}. */
  readonly activationType: Result<number | null>;
  /** Every place in which anything is set for a product of Windows or Office, as far as they could be read. */
  readonly places: Result<readonly PlacedSettings[]>;
  readonly domains: Result<Domains>;
  readonly servers: Result<readonly DnsServer[]>;
  /** Configured servers that were not asked, as there were too many. */
  readonly serversLeftOut: number;
  /** Whether the operating system's resolver takes part (not with `--dns`). */
  readonly resolverTakesPart: boolean;
  readonly lookups: readonly SrvLookup[];
  /**
   * Asked of the servers that answer at all, and only where a verdict can rest on it: null where this PC is in no
   * domain, or a candidate domain has a KMS record.
   */
  readonly controllers: ControllersLookup | null;
  /** Hosts named in the first candidate domain that has a record: Windows looks no further. */
  readonly targets: readonly Target[];
  /** Those that only later candidate domains name. */
  readonly laterTargets: readonly Target[];
  /** KMS hosts of `targets` that were not tried, or not at each of their addresses, as there were too many. */
  readonly targetsLeftOut: number;
  readonly assignedTarget: Target | null;
  /**
   * Hosts that something else than a candidate domain speaks for; at most {@link MOST.inQuestion}, the likeliest first.
   * Verdicts rest on no more of them than whether a name in a KMS host's own domains is the host's.
   */
  readonly hostsInQuestion: readonly Target[];
  /** On a KMS host: its own addresses at its own port. */
  readonly ownPort: readonly Probe[];
}
