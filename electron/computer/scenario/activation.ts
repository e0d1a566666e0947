/**
 * How the simulated Windows activates itself. A KMS client succeeds just when its way to a KMS host is whole,
 * seen with its own resolver; otherwise it is refused with the code that Windows leaves.
 *
 * Which domains it looks in: docs/windows-facts.md. This is the simulated client's own search,
 * apart from the engine's on purpose: the one diagnoses what the other does.
 */
import { verdictOfError } from '@shared/error-codes';
import {
  APPLICATION_IDS,
  CLIENT_COUNT,
  CLOCK_LIMIT_MINUTES,
  KMS_VALIDITY_MINUTES,
  MICROSOFT_CLOCK_LIMIT_MINUTES,
  OFFICE_COUNT,
  SERVER_COUNT,
  type Application,
} from '@shared/kms';
import { canonicalName, isAddress, isHostName, kmsRecordName, type Endpoint } from '@shared/names';
import type { CompleteScenario } from '@shared/scenario';
import { isOwnAddress } from './addresses';
import { eventsOf, failureOf, type KmsRequest } from './attempt-events';
import type { ScenarioEditor } from './document';
import { simulateConnection } from './kms-host';
import { hasKey, LICENSED, licensedRow, productPath, rowsOf, type ProductRow } from './licence';
import { RESOLVER_ERRORS, resolveName } from './resolver';
import { activationType, assignedHost, lookupDomain } from './settings';

/** Codes that the simulated Windows leaves. */
export const CODES = {
  /** SL_E_PKEY_NOT_INSTALLED */
  noKey: 0xc004f014,
  /** SL_E_INVALID_PRODUCT_KEY */
  invalidKey: 0xc004f050,
  /** SL_E_CIDIID_INVALID_DATA */
  badConfirmationId: 0xc004f02c,
  /** SL_E_VL_NOT_ENOUGH_COUNT */
  countTooLow: 0xc004f038,
  /** SL_E_VL_KEY_MANAGEMENT_SERVICE_NOT_ACTIVATED */
  hostNotActivated: 0xc004f041,
  /** SL_E_VL_KEY_MANAGEMENT_SERVICE_ID_MISMATCH */
  hostCannotActivateThis: 0xc004f042,
  /** SL_E_VL_INVALID_TIMESTAMP */
  clocksDiffer: 0xc004f06c,
  /** SL_E_VL_BINDING_SERVICE_UNAVAILABLE */
  noHostReached: 0xc004f074,
  /** ERROR_NO_SUCH_DOMAIN: Active Directory alone may activate, and holds nothing that does. */
  noDirectory: 0x8007054b,
  /** SL_E_TKA_GRANT_NOT_FOUND: a token alone may activate, and there is none. */
  noToken: 0xc004f304,
  /** HRESULT of ERROR_INVALID_DATA: the host that was asked is this PC. */
  asksItself: 0x8007000d,
  /** DNS_ERROR_RCODE_SERVER_FAILURE */
  dnsFailure: 0x8007232a,
  /** DNS_ERROR_RCODE_NAME_ERROR */
  noRecord: 0x8007232b,
  /** DNS_ERROR_NO_DNS_SERVERS */
  noDnsServer: 0x8007267c,
  /** ERROR_INTERNET_NAME_NOT_RESOLVED: Microsoft's activation servers are not part of a scenario. */
  noInternet: 0x80072ee7,
  /** ERROR_INTERNET_SECURE_FAILURE: the clock is too far off for their certificates. */
  insecure: 0x80072f8f,
} as const;

/** VLActivationType of a product that KMS activated. */
const BY_KMS = 2;

/** A KMS host to try. */
interface Candidate extends Endpoint {
  /** Whether a name without a dot is tried with the suffixes: that of an assignment, not that of a record. */
  readonly suffixed: boolean;
}

/** How an attempt ended. */
interface Attempt {
  /** 0 for a success. */
  readonly code: number;
  readonly requests: readonly KmsRequest[];
  /** The host that DNS led to and that activated. */
  readonly discovered: Endpoint | null;
}

/** The rows that an attempt is made for: that of Windows which counts, or every one of Office that has a key. */
export function rowsToActivate(scenario: CompleteScenario, product: Application): ProductRow[] {
  if (product === 'office') return rowsOf(scenario, APPLICATION_IDS.office).filter(hasKey);
  const row = licensedRow(scenario);
  return row === null ? [] : [row];
}

/**
 * Tries once to activate a product and writes what that leaves: licence or error code, and the events of the requests.
 *
 * @param now the simulated time
 * @returns 0, or the code of the first failure
 */
export function activate(draft: ScenarioEditor, product: Application, now: Date): number {
  const rows = rowsToActivate(draft.scenario, product);
  if (rows.length === 0) return CODES.noKey;
  const codes = rows.map((row) => activateRow(draft, row, now));
  return codes.find((code) => code !== 0) ?? 0;
}

function activateRow(draft: ScenarioEditor, product: ProductRow, now: Date): number {
  if (product.channel === 'kms-client') return activateByKms(draft, product, now);
  const code = withMicrosoft(product, draft.scenario);
  if (code === 0) license(draft, product, 0);
  else fail(draft, product, code);
  return code;
}

/** Writes that a product is licensed. @param minutes until the licence ends, 0 for never */
export function license(draft: ScenarioEditor, product: ProductRow, minutes: number): void {
  draft.set(productPath(product, 'LicenseStatus'), LICENSED);
  draft.set(productPath(product, 'LicenseStatusReason'), 0);
  draft.set(productPath(product, 'GracePeriodRemaining'), minutes);
}

/** Where a product looks for its host's record. */
function candidateDomains(scenario: CompleteScenario, { row }: ProductRow): string[] {
  const lookup = lookupDomain(scenario, row);
  return lookup === '' ? suffixes(scenario, scenario.computer.domain === null) : [lookup];
}

function suffixes({ computer, adapters }: CompleteScenario, withConnections: boolean): string[] {
  const domains = [
    computer.primaryDnsSuffix,
    computer.domain,
    ...computer.dnsSuffixSearchList,
    ...(withConnections
      ? adapters.filter(({ up }) => up).map(({ connectionSuffix }) => connectionSuffix)
      : []),
  ];
  return [...new Set(domains.flatMap((domain) => (domain ? [canonicalName(domain)] : [])))];
}

/**
 * A MAK and a KMS host key are taken for good, since a simulation has no contract to count against. Retail, OEM
 * and other keys would have to be known to Microsoft's servers: they stay as they are.
 */
function withMicrosoft({ row, channel }: ProductRow, { computer }: CompleteScenario): number {
  const reason = Number(row['LicenseStatusReason'] ?? 0) >>> 0;
  // Trying again does not help where the key itself is bad.
  if (verdictOfError(reason) === 'product-key-rejected') return reason;
  if (Math.abs(computer.clockSkewMinutes) > MICROSOFT_CLOCK_LIMIT_MINUTES) return CODES.insecure;
  if (channel === 'mak' || channel === 'kms-host') return 0;
  return row['LicenseStatus'] === LICENSED ? 0 : CODES.noInternet;
}

/** What is left of an attempt with an activation type that has no place for KMS. */
const WITHOUT_KMS: Readonly<Record<number, number>> = { 1: CODES.noDirectory, 3: CODES.noToken };

function activateByKms(draft: ScenarioEditor, product: ProductRow, now: Date): number {
  const excluded = WITHOUT_KMS[activationType(draft.scenario, product.row)];
  if (excluded !== undefined) {
    draft.append(['events'], failureOf(excluded, product.row, now));
    fail(draft, product, excluded);
    return excluded;
  }
  const least = leastCount(draft.scenario, product);
  const { code, requests, discovered } = seekHost(draft.scenario, product, least);
  for (const event of eventsOf(requests, code, product.row, draft.scenario, { now, least })) {
    draft.append(['events'], event);
  }
  if (code !== 0) {
    fail(draft, product, code);
    return code;
  }
  license(draft, product, KMS_VALIDITY_MINUTES);
  if (product.row['VLActivationType'] !== undefined) {
    draft.set(productPath(product, 'VLActivationType'), BY_KMS);
  }
  if (discovered !== null) {
    const { host, port } = discovered;
    draft.set(productPath(product, 'DiscoveredKeyManagementServiceMachineName'), host);
    draft.set(productPath(product, 'DiscoveredKeyManagementServiceMachinePort'), port);
  }
  return 0;
}

/** A licence that is still good is not touched by an attempt to renew it that fails. */
function fail(draft: ScenarioEditor, product: ProductRow, code: number): void {
  if (product.row['LicenseStatus'] === LICENSED) return;
  draft.set(productPath(product, 'LicenseStatusReason'), code);
}

function seekHost(scenario: CompleteScenario, product: ProductRow, least: number): Attempt {
  const excluded = { 1: CODES.noDirectory, 3: CODES.noToken }[
    activationType(scenario, product.row)
  ];
  if (excluded !== undefined) return { code: excluded, requests: [], discovered: null };
  const assigned = assignedHost(scenario, product.row);
  if (assigned !== null) {
    return { ...tryAll(scenario, [{ ...assigned, suffixed: true }], least), discovered: null };
  }
  const errors = new Set<string>();
  for (const domain of candidateDomains(scenario, product)) {
    const { records, error } = resolveName(scenario, kmsRecordName(domain), 'SRV');
    if (error !== null) errors.add(error);
    const targets = records
      .flatMap((record) => (record.type === 'SRV' && record.target !== '.' ? [record] : []))
      .sort((a, b) => a.priority - b.priority || b.weight - a.weight)
      .map(({ target, port }) => ({ host: target, port, suffixed: false }));
    if (targets.length > 0) return tryAll(scenario, targets, least);
  }
  return { code: codeWithoutRecord(errors), requests: [], discovered: null };
}

/** Computers that a KMS host must have counted before it activates a product. */
function leastCount({ computer }: CompleteScenario, { row }: Pick<ProductRow, 'row'>): number {
  const isOffice = String(row['ApplicationID']).toLowerCase() === APPLICATION_IDS.office;
  if (isOffice) return OFFICE_COUNT;
  return computer.server ? SERVER_COUNT : CLIENT_COUNT;
}

function codeWithoutRecord(errors: ReadonlySet<string>): number {
  if (errors.has(RESOLVER_ERRORS.noServers)) return CODES.noDnsServer;
  const unclear: readonly string[] = [
    RESOLVER_ERRORS.timeout,
    RESOLVER_ERRORS.serverFailure,
    RESOLVER_ERRORS.refused,
  ];
  return errors.size > 0 && [...errors].every((error) => unclear.includes(error))
    ? CODES.dnsFailure
    : CODES.noRecord;
}

/** Tries hosts in turn until one activates; what a host itself said tells more than that another was silent. */
function tryAll(scenario: CompleteScenario, hosts: readonly Candidate[], least: number): Attempt {
  const requests: KmsRequest[] = [];
  let code: number = CODES.noHostReached;
  for (const candidate of hosts) {
    const request = ask(scenario, candidate, least);
    requests.push(request);
    const { host, port } = candidate;
    if (request.code === 0) return { code: 0, requests, discovered: { host, port } };
    // Windows hides this one behind 0xC004F074 and tells it in the event alone.
    if (request.code !== CODES.clocksDiffer && code === CODES.noHostReached) code = request.code;
  }
  return { code, requests, discovered: null };
}

function ask(scenario: CompleteScenario, candidate: Candidate, least: number): KmsRequest {
  const { host, port } = candidate;
  let best: KmsRequest = { host, port, code: CODES.noHostReached, count: null };
  for (const address of addressesOf(scenario, candidate)) {
    if (isOwnAddress(scenario, address)) best = { ...best, code: CODES.asksItself };
    const { kms } = simulateConnection(scenario, address, port);
    if (kms === null || isOwnAddress(scenario, address)) continue;
    const apart = Math.abs(scenario.computer.clockSkewMinutes - kms.clockSkewMinutes);
    if (!kms.activated) best = { ...best, code: CODES.hostNotActivated };
    else if (!kms.canActivate) best = { ...best, code: CODES.hostCannotActivateThis };
    else if (apart > CLOCK_LIMIT_MINUTES) best = { ...best, code: CODES.clocksDiffer };
    else if (kms.currentCount < least) {
      best = { ...best, code: CODES.countTooLow, count: kms.currentCount };
    } else return { host, port, code: 0, count: kms.currentCount };
  }
  return best;
}

/** Addresses of a host: itself, or its name through the resolver; an assigned one without a dot is completed first. */
function addressesOf(scenario: CompleteScenario, { host, suffixed }: Candidate): string[] {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  if (isAddress(bare)) return [bare];
  const name = canonicalName(bare);
  const names =
    name.includes('.') || !suffixed
      ? [name]
      : [...suffixes(scenario, true).map((suffix) => `${name}.${suffix}`), name];
  for (const full of names.filter(isHostName)) {
    const found = (['A', 'AAAA'] as const)
      .flatMap((type) => resolveName(scenario, full, type).records)
      .flatMap((record) => ('address' in record ? [record.address] : []));
    if (found.length > 0) return found;
  }
  return [];
}
