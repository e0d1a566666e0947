/**
 * Conclusions from a {@link FactSnapshot} that rules and checks share, each computed once: the role, the last error,
 * the records that are missing.
 */
import { clientSetupKeyFor } from '@shared/client-setup-keys';
import type { Activation, OtherProduct, TargetInfo } from '@shared/diagnosis';
import { formatErrorCode, isVagueCode, verdictOfError } from '@shared/error-codes';
import { hostsInUse, isKmsHost, type Presence, type Reachability } from '@shared/kms-path';
import { KMS_VALIDITY_MINUTES } from '@shared/kms';
import { lookUp } from '@shared/look-up';
import { isLoopback } from '@shared/names';
import { MINUTES_PER_DAY } from '@shared/utc-time';
import {
  attemptsIn,
  clientsServed,
  isPast,
  type Attempt,
  type AttemptsOf,
  type ServedClient,
} from './attempts';
import { asPublishLookup, namesThisComputer } from './own-records';
import type { FactSnapshot } from '../facts/fact-snapshot';
import {
  valueOr,
  type Assignment,
  type Domains,
  type License,
  type Product,
  type SrvLookup,
  type Target,
} from '../facts/fact-types';
import {
  anyServerAnswers,
  reachabilityOf,
  resolverFinds,
  srvPresence,
  targetPresence,
  type RecordFound,
} from '../facts/answers';
import { isSelfAssigned } from '../facts/network-facts';
import { excludesKms, rowExcludesKms } from '../facts/placed-settings';
import { either, lazyObject, some } from '../facts/outstanding';
import type { CimRow, SppEvent } from '../computer';

/** Lookup of the SRV record in one domain, with its assessment. */
interface AssessedLookup extends SrvLookup, RecordFound {}

/** A target with its assessment. */
export interface AssessedTarget extends Target {
  readonly presence: Presence;
  readonly reach: Reachability;
}

/** A snapshot with the conclusions drawn from it. */
export interface Assessment {
  readonly snapshot: FactSnapshot;
  readonly windows: boolean;
  /** The PC's role in volume activation; `unknown` if its license or its kind of key can't be read. */
  readonly role: 'kms-client' | 'kms-host' | 'other' | 'unknown';
  readonly licence: License | null;
  readonly licenceRead: boolean;
  /** Licensed, but not by KMS, so the path to a KMS host doesn't matter. */
  readonly activatedOtherwise: boolean;
  /** Windows isn't a KMS client but Office is, so the path to a KMS host matters only to Office. */
  readonly officeAlone: boolean;
  /** Windows' attempts of the last 30 days, oldest first. */
  readonly attempts: readonly Attempt[];
  /** Unsigned HRESULT; null without a license. */
  readonly lastError: number | null;
  /** The last error may be a different one: it wasn't read, or it depends on events that weren't all read. */
  readonly lastErrorOpen: boolean;
  readonly assignment: Assignment | null;
  readonly assignmentRead: boolean;
  readonly assignedPresence: Presence;
  readonly assignedReach: Reachability;
  readonly domains: Domains;
  readonly lookups: readonly AssessedLookup[];
  readonly candidates: readonly AssessedLookup[];
  readonly others: readonly AssessedLookup[];
  readonly unqualified: AssessedLookup | null;
  /** Hosts of the first candidate domain that has a record. The path is judged by them. */
  readonly targets: readonly AssessedTarget[];
  /** Hosts that only later candidate domains name. */
  readonly laterTargets: readonly AssessedTarget[];
  /**
   * Whether a domain before that of `targets` couldn't be queried, in which case Windows may use its record instead.
   */
  readonly earlierDomainUnread: boolean;
  readonly pathIsHealthy: boolean;
  readonly anyServerAnswers: boolean;
  readonly resolverFinds: boolean | null;
  readonly publishing: 'on' | 'off' | 'unread';
  /** Whether all domains in which a KMS host's record should exist are known. */
  readonly ownDomainsRead: boolean;
  /** Domains in which a KMS host's record should exist, and whether it does. */
  readonly ownRecords: readonly { readonly domain: string; readonly presence: Presence }[];
  /** Current count of a KMS host; null if it's unknown. */
  readonly count: number | null;
  /** Clients that sent requests to this KMS host in the last 30 days. */
  readonly served: readonly ServedClient[];
}

const NO_DOMAINS: Domains = {
  candidates: [],
  others: [],
  shadowedDomains: [],
  lookupDomain: null,
  suffixes: [],
  publish: [],
  complete: false,
  leftOut: 0,
};

/**
 * Assesses a snapshot. Each part is computed on first access, so a verdict reads only the facts it depends on and waits
 * for nothing that can't change it.
 */
export const assess = (snapshot: FactSnapshot): Assessment =>
  lazyObject<Assessment>({
    snapshot: () => snapshot,
    windows: () => snapshot.diagnosedAs === 'this-pc',
    role: () => {
      const { licence } = snapshot;
      if (!licence.ok || licence.value?.channelRead === false) return 'unknown';
      const channel = licence.value?.channel.class;
      return channel === 'kms-client' || channel === 'kms-host' ? channel : 'other';
    },
    licence: () => valueOr(snapshot.licence, null),
    licenceRead: () => snapshot.licence.ok,
    activatedOtherwise: ({ licence }) => {
      if (licence === null || !licence.licensed || !licence.channelRead) return false;
      if (licence.channel.class !== 'kms-client') return licence.channel.class !== 'kms-host';
      return (
        rowExcludesKms(licence.row) ||
        rowExcludesKms(valueOr<CimRow, CimRow>(snapshot.service, {})) ||
        excludesKms(valueOr(snapshot.activationType, null))
      );
    },
    officeAlone: () => valueOr(snapshot.kmsClient, null)?.application === 'office',
    attempts: ({ licence }) => (licence === null ? [] : attemptsOf(snapshot, licence)),
    lastError: (view) => view.licence && lastErrorOf(view.licence, () => view.attempts),
    lastErrorOpen: ({ licence }) =>
      licence !== null &&
      (isVague(licence)
        ? !snapshot.events.ok || (licence.id === null && !snapshot.products.ok)
        : isErrorUnread(licence)),
    assignment: () => valueOr(snapshot.assignment, null),
    assignmentRead: () => snapshot.assignment.ok,
    assignedPresence: () => {
      const { assignedTarget } = snapshot;
      return assignedTarget === null ? 'unread' : targetPresence(snapshot, assignedTarget);
    },
    assignedReach: ({ snapshot: { assignedTarget } }) =>
      assignedTarget === null ? 'unread' : reachabilityOf(assignedTarget),
    domains: () => valueOr(snapshot.domains, NO_DOMAINS),
    lookups: () =>
      snapshot.lookups.map((lookup) => {
        const found = srvPresence(snapshot, lookup);
        return lazyObject({ presence: () => found.presence, records: () => found.records }, lookup);
      }),
    candidates: ({ lookups }) => lookups.filter(({ role }) => role === 'candidate'),
    others: ({ lookups }) => lookups.filter(({ role }) => role === 'other'),
    unqualified: ({ lookups }) => lookups.find(({ role }) => role === 'bare') ?? null,
    targets: () => snapshot.targets.map((target) => assessTarget(snapshot, target)),
    laterTargets: () => snapshot.laterTargets.map((target) => assessTarget(snapshot, target)),
    earlierDomainUnread: ({ candidates }) => {
      const first = candidates.findIndex(({ presence }) => presence === 'found');
      return candidates.slice(0, Math.max(0, first)).some(({ presence }) => presence === 'unread');
    },
    pathIsHealthy: (view) => {
      const assigned = view.assignment && { reach: view.assignedReach };
      return some(
        hostsInUse<{ reach: Reachability }>(assigned, () => view.targets),
        isKmsHost,
      );
    },
    anyServerAnswers: () => anyServerAnswers(snapshot),
    resolverFinds: () => resolverFinds(snapshot),
    publishing: () => {
      const { disableDnsPublishing: setting, service } = snapshot;
      const isOff = either(
        () => setting.ok && setting.value?.type === 'REG_DWORD' && setting.value.value !== 0,
        () => service.ok && service.value['KeyManagementServiceDnsPublishing'] === false,
      );
      if (isOff) return 'off';
      return setting.ok && service.ok ? 'on' : 'unread';
    },
    ownDomainsRead: ({ snapshot: { system, dnsClient, publishList } }) =>
      system.ok && dnsClient.ok && publishList.ok,
    ownRecords: ({ domains }) =>
      domains.publish.map((domain) =>
        lazyObject({ presence: () => ownPresence(snapshot, domain) }, { domain }),
      ),
    count: ({ snapshot: { service } }) => (service.ok ? countOf(service.value) : null),
    served: ({ snapshot: { events, now } }) => clientsServed(valueOr(events, []), now),
  });

const assessTarget = (snapshot: FactSnapshot, target: Target): AssessedTarget =>
  lazyObject(
    { presence: () => targetPresence(snapshot, target), reach: () => reachabilityOf(target) },
    target,
  );

/** Whether Windows is a server edition: as reported by the system, or else according to its license. */
export const isServer = ({ licence, snapshot: { system } }: Assessment): boolean =>
  valueOr(system, null)?.server ?? /^Server/i.test(licence?.edition ?? '');

/** Returns the public client setup key of the running edition, or why there is none. */
export function ownSetupKey({ licence, snapshot: { system } }: Assessment) {
  const { os, build, server } = valueOr(system, { os: '', build: null, server: false });
  return clientSetupKeyFor({ licenseFamily: licence?.edition ?? null, os, build, server });
}

/** Whether this is a regular KMS host. A Windows client edition with a KMS host key is rarely meant to be one. */
export const isHostOnServer = (view: Assessment): boolean =>
  view.role === 'kms-host' && isServer(view);

/** Whether one of these domains has the record. */
export function anyHasRecord(lookups: Assessment['lookups']): boolean {
  return some(lookups, ({ presence }) => presence === 'found');
}

/** Whether all of this PC's DNS servers are the PC itself: a DNS service, a VPN client or a filter. */
export const usesItselfForDns = ({ snapshot: { servers } }: Assessment): boolean =>
  servers.ok &&
  servers.value.length > 0 &&
  servers.value.every(({ address }) => isLoopback(address));

/** Whether this PC has only self-assigned addresses. */
export function hasNoAddress({ snapshot: { adapters } }: Assessment): boolean {
  const up = valueOr(adapters, []).filter((adapter) => adapter.up);
  return up.length > 0 && up.every(({ addresses }) => addresses.every(isSelfAssigned));
}

/**
 * Returns the newest event with one of the IDs, ignoring future ones; of two with the same time, the later in the list.
 */
export function newest(
  events: readonly SppEvent[],
  ids: readonly number[],
  now: string,
): SppEvent | null {
  const past = events.filter((event) => ids.includes(event.id) && isPast(event, now));
  return (
    past.toSorted((one, other) => Date.parse(one.time) - Date.parse(other.time)).at(-1) ?? null
  );
}

/**
 * Whether a KMS client renewed its activation within the last day. True if Windows doesn't report the remaining time.
 */
export function wasRenewedToday({ role, licence }: Assessment): boolean {
  if (role !== 'kms-client' || licence?.licensed !== true) return false;
  if (licence.row['GracePeriodRemaining'] === null) return true;
  return (licence.graceMinutes ?? 0) > KMS_VALIDITY_MINUTES - MINUTES_PER_DAY;
}

/** Returns the whole days until the license expires; null if it's not licensed or doesn't expire. */
export function daysLeft(licence: License | null): number | null {
  if (licence === null || !licence.licensed || !licence.graceMinutes) return null;
  return Math.floor(licence.graceMinutes / MINUTES_PER_DAY);
}

/** Returns the report's `target`. */
export function targetInfo(
  kind: TargetInfo['kind'],
  snapshot: Pick<FactSnapshot, 'system' | 'dnsClient' | 'licence'>,
): TargetInfo {
  const system = valueOr(snapshot.system, null);
  const client = valueOr(snapshot.dnsClient, null);
  const channel = valueOr(snapshot.licence, null)?.channel.class;
  return {
    kind,
    computer: system?.name ?? '',
    os: system?.os ?? '',
    build: system?.build ?? null,
    roles: channel === 'kms-client' || channel === 'kms-host' ? [channel] : [],
    elevated: system?.elevated ?? false,
    domain: client?.adDomain ?? client?.primaryDnsSuffix ?? null,
  };
}

/** Returns the report's `activation`. */
export function activationOf(view: Assessment): Activation {
  const { licence, lastError } = view;
  return {
    edition: licence?.edition ?? null,
    channel: licence?.channelRead === true ? licence.channel.token : null,
    licenseStatus: licence?.status ?? null,
    partialProductKey: licence?.partialProductKey ?? null,
    graceMinutes: licence?.graceMinutes ?? null,
    lastError: lastError === null ? null : formatErrorCode(lastError),
  };
}

/** Returns the report's `otherProducts`, the Office products. */
export function otherProductsOf(snapshot: FactSnapshot): readonly OtherProduct[] {
  return valueOr(snapshot.products, [])
    .filter(({ application }) => application === 'office')
    .map((product) => ({
      name: product.name ?? 'Office',
      channel: product.channel.token,
      licenseStatus: product.status,
      // Office rows are either complete or not read at all.
      lastError: formatErrorCode(lastErrorOf(product, () => attemptsOf(snapshot, product)) ?? 0),
    }));
}

/** Whether a product is Office with a volume license key, including a KMS host key. */
export function isOfficeVolumeLicense({ application, channel }: Product): boolean {
  return application === 'office' && ['kms-client', 'mak', 'kms-host'].includes(channel.class);
}

/** Returns the Office volume license that isn't activated; null if there is none. */
export const officeNotActivated = ({ snapshot: { products } }: Assessment): Product | null =>
  valueOr(products, []).find((one) => isOfficeVolumeLicense(one) && !one.licensed) ?? null;

/** Returns its last error, unsigned; 0 if Windows doesn't report one. */
export function errorOfOffice(view: Assessment): number {
  const office = officeNotActivated(view);
  return (office && lastErrorOf(office, () => attemptsOf(view.snapshot, office))) ?? 0;
}

const MISSING_ON_HOST = {
  'kms-count-too-low': 'count',
  'kms-host-not-activated': 'activation',
  'kms-host-cannot-activate-this-product': 'key',
} as const;

/**
 * Returns what is missing on a KMS host that refused a product: computers, activation, support for KMS hosts that are
 * virtual machines, or a key for the product; null for an error that doesn't say so.
 */
export function missingOnHost(
  error: number | null,
): 'count' | 'activation' | 'vm-support' | 'key' | null {
  // SL_E_VL_KEY_MANAGEMENT_SERVICE_VM_NOT_SUPPORTED
  if (error === 0xc004f06b) return 'vm-support';
  return lookUp(MISSING_ON_HOST, verdictOfError(error) ?? '') ?? null;
}

/** Whether LicenseStatusReason is too vague, so that the events decide. */
function isVague({ channel, reason }: Product): boolean {
  return channel.class === 'kms-client' && reason !== null && isVagueCode(reason);
}

/** Whether LicenseStatusReason is missing, or would be too vague for a KMS client. */
function isErrorUnread({ channelRead, reason }: Product): boolean {
  return reason === null || (!channelRead && isVagueCode(reason));
}

/** Returns attempts of the last 30 days to activate a product, oldest first; empty if the events couldn't be read. */
export function attemptsOf(
  snapshot: FactSnapshot,
  product: AttemptsOf['product'],
): readonly Attempt[] {
  return attemptsIn(valueOr(snapshot.events, []), {
    product,
    products: () => valueOr(snapshot.products, []),
    server: () => valueOr(snapshot.system, null)?.server ?? null,
    now: snapshot.now,
  });
}

/**
 * Returns a product's last error, unsigned: LicenseStatusReason, or on a KMS client the code of the newest attempt if
 * only that one is specific (docs/report.md#the-last-error); null if Windows doesn't report it.
 */
export function lastErrorOf(product: Product, attempts: () => readonly Attempt[]): number | null {
  if (!isVague(product)) return product.reason;
  const code = attempts().at(-1)?.code ?? 0;
  return isVagueCode(code) ? product.reason : code;
}

function ownPresence(snapshot: FactSnapshot, domain: string): Presence {
  const lookup = snapshot.lookups.find((one) => one.domain === domain);
  if (!snapshot.system.ok || lookup === undefined) return 'unread';
  const { presence, records } = srvPresence(snapshot, asPublishLookup(lookup));
  const stands = namesThisComputer(records, snapshot);
  if (stands === true) return 'found';
  return stands === null || presence === 'unread' ? 'unread' : 'absent';
}

/**
 * Returns the current count of a KMS host; null if its row doesn't have it. The property is unsigned: 4294967295 is -1,
 * no request yet (docs/windows-facts.md).
 */
export function countOf(row: CimRow): number | null {
  const value = row['KeyManagementServiceCurrentCount'];
  if (typeof value !== 'number') return null;
  return value < 0 || value >= 0xffffffff ? 0 : value;
}
