/** Types of the data in a snapshot, and readings of facts, which keep the reason if a fact couldn't be read. */
import type { ReasonCode } from '@shared/diagnosis';
import type { Channel } from '@shared/channels';
import type { Application } from '@shared/kms';
import { reportFault } from '../errors';
import {
  Unreadable,
  type CimRow,
  type ConnectAnswer,
  type DnsAnswer,
  type DnsServer,
  type ResolverAnswer,
  type RpcAnswer,
} from '../computer';
import { isCancellation } from '../stop';

/** A fact, or the reason why it couldn't be read. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly reason: ReasonCode;
      readonly tool: string | null;
      readonly said: string | null;
    };

/**
 * Awaits a fact and returns a failure as data. Errors other than {@link Unreadable} become `check-failed`, or
 * `cancelled` after a cancellation.
 */
export async function toResult<T>(fact: Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await fact };
  } catch (error) {
    return failure(error);
  }
}

/** Converts an error to a failed reading. Internal errors are reported. */
export function failure(error: unknown): Extract<Result<never>, { ok: false }> {
  reportFault(error);
  if (error instanceof Unreadable) {
    return { ok: false, reason: error.reason, tool: error.tool, said: error.said };
  }
  return isCancellation(error)
    ? { ok: false, reason: 'cancelled', tool: null, said: null }
    : { ok: false, reason: 'check-failed', tool: null, said: String(error) };
}

/** Returns a reading's value, or the fallback if it failed. */
export function valueOr<T, F>(reading: Result<T>, fallback: F): T | F {
  return reading.ok ? reading.value : fallback;
}

/** Awaits a fact and returns its value, or the fallback if it can't be read. */
export async function readOr<T, F>(fact: Promise<T>, fallback: F): Promise<T | F> {
  return valueOr(await toResult(fact), fallback);
}

/**
 * A product with a key: a row of SoftwareLicensingProduct that isn't an add-on
 * (docs/windows-facts.md#licensing-classes).
 */
export interface Product {
  readonly row: CimRow;
  readonly application: Application;
  /** `ID`, used in events and settings, in lowercase; null if Windows doesn't report it. */
  readonly id: string | null;
  readonly name: string | null;
  /** Unreliable if {@link channelRead} is false: its class may then be `other`, or that of one of two columns. */
  readonly channel: Channel;
  /** Whether the channel is known. */
  readonly channelRead: boolean;
  /** `LicenseFamily`, e.g. `Enterprise`. */
  readonly edition: string | null;
  /** Last five characters of the product key. */
  readonly partialProductKey: string;
  /** LicenseStatus: 0 unlicensed, 1 licensed, 2–4 and 6 grace, 5 notification. */
  readonly status: number;
  readonly licensed: boolean;
  /** LicenseStatusReason, unsigned; null if Windows doesn't report it. */
  readonly reason: number | null;
  readonly graceMinutes: number | null;
}

/** Returns what identifies a product: its `ID`, or else the end of its key. */
export const nameOfProduct = ({ id, partialProductKey }: Product): string =>
  id ?? partialProductKey;

/** The Windows license: the one product that counts. */
export type License = Product;

/**
 * Places where a KMS host, a lookup domain or an activation type can be set, most specific first: for the product in
 * CIM, in the registry for the product and for its application, and for the service (docs/windows-facts.md#registry).
 */
export type SettingPlace = 'product' | 'registry-sku' | 'registry-app' | 'service';

/** Settings of one place. */
export interface PlacedSettings {
  readonly place: SettingPlace;
  /** Application that the settings apply to; null for the service, whose settings apply to all. */
  readonly application: Application | null;
  /** The only product that the settings apply to; null if they apply to several. */
  readonly productId: string | null;
  readonly assignment: Assignment | null;
  readonly lookupDomain: string | null;
  /** 1: Active Directory only, 2: KMS only, 3: token only; null: all of them. */
  readonly activationType: number | null;
}

/** A manually set KMS host (`slmgr -skms`). */
export interface Assignment {
  readonly place: SettingPlace;
  /** Name, or address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isAddress: boolean;
}

/**
 * Domains in which KMS records are looked up, or may exist without being used
 * (docs/report.md#where-kms-records-are-looked-for).
 */
export interface Domains {
  readonly candidates: readonly string[];
  readonly others: readonly string[];
  /** Candidates replaced by a lookup domain; also in `others`. */
  readonly shadowedDomains: readonly string[];
  readonly lookupDomain: string | null;
  /** Suffixes that complete a name without a dot. */
  readonly suffixes: readonly string[];
  /** On a KMS host: its own domain and those of DnsDomainPublishList. */
  readonly publish: readonly string[];
  /** Whether all inputs were read and no domain was left out. */
  readonly complete: boolean;
  /** Number of candidates and others that aren't queried because there are too many. */
  readonly leftOut: number;
}

/** A query that couldn't be sent. It isn't evidence about the server. */
export interface UnsentQuery {
  readonly outcome: 'unread';
  readonly reason: ReasonCode;
  readonly ms: null;
  readonly detail: string | null;
}

/** Result of a query to a server. */
export type QueryResult = DnsAnswer | UnsentQuery;

/** One server's answer. */
export interface ServerAnswer {
  readonly server: DnsServer;
  readonly answer: QueryResult;
}

/** Query for a KMS record in one domain, to all servers and the resolver. */
export interface SrvLookup {
  /** Null for the bare name. */
  readonly domain: string | null;
  readonly role: 'candidate' | 'other' | 'bare' | 'publish';
  readonly servers: readonly ServerAnswer[];
  /** Answer of the operating system's resolver; null if it wasn't queried. */
  readonly resolver: Result<ResolverAnswer> | null;
}

/** Addresses of a host, from all servers and the resolver. */
export interface AddressLookup {
  readonly host: string;
  readonly servers: readonly {
    readonly server: DnsServer;
    readonly a: QueryResult;
    readonly aaaa: QueryResult;
  }[];
  readonly resolver: Result<{
    readonly a: ResolverAnswer;
    readonly aaaa: ResolverAnswer;
  }> | null;
}

/** Result of probing one address and port. */
export interface Probe {
  readonly address: string;
  readonly port: number;
  readonly connected: Result<ConnectAnswer>;
  readonly answered: Result<RpcAnswer | null>;
}

/** A KMS host: one found in DNS, the assigned one, or one in question. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** Whether addresses count if only the resolver has them: the host was named by the resolver, or by no DNS server. */
  readonly byResolver: boolean;
  /** Lookups of its name, or of its name completed by each suffix. */
  readonly lookups: readonly AddressLookup[];
  readonly probes: readonly Probe[];
  /** The same addresses at the default KMS port, if the host is named with another port, which refuses connections. */
  readonly standardPort: readonly Probe[];
}

/** Lookup of the SRV record by which members find the controllers of the PC's Active Directory domain. */
export interface ControllersLookup extends Pick<SrvLookup, 'servers' | 'resolver'> {
  readonly domain: string;
}
