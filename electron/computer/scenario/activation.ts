/**
 * Activation of the simulated Windows. A KMS client succeeds only if every step to a KMS host works, as seen by its own
 * resolver. Otherwise it fails with the error code that Windows would report.
 *
 * The domains that it searches are listed in docs/windows-facts.md. The search is deliberately separate from the
 * engine's: one diagnoses the behavior of the other.
 */
import { verdictOfError } from '@shared/error-codes';
import {
  CLIENT_ACTIVATION_THRESHOLD,
  CLOCK_LIMIT_MINUTES,
  KMS_VALIDITY_MINUTES,
  MICROSOFT_CLOCK_LIMIT_MINUTES,
  OFFICE_ACTIVATION_THRESHOLD,
  SERVER_ACTIVATION_THRESHOLD,
  LICENSED,
  isRowOf,
  type Application,
} from '@shared/kms';
import { canonicalName, isAddress, isHostName, kmsRecordName, type Endpoint } from '@shared/names';
import type { CompleteScenario } from '@shared/scenario';
import { isOwnAddress } from './addresses';
import { eventsOf, failureOf, type KmsRequest } from './attempt-events';
import type { ScenarioEditor } from './document';
import { simulateConnection } from './kms-host';
import { hasKey, effectiveRow, rowsOf, setProperties, type ProductRow } from './license';
import { RESOLVER_ERRORS, resolveName } from './resolver';
import { activationType, assignedHost, lookupDomain } from './settings';

/** Error codes that the simulated Windows reports. */
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
  /** ERROR_NO_SUCH_DOMAIN: only Active Directory may activate, and nothing in it does. */
  noDirectory: 0x8007054b,
  /** SL_E_TKA_GRANT_NOT_FOUND: only a token may activate, and there is none. */
  noToken: 0xc004f304,
  /** HRESULT of ERROR_INVALID_DATA: the KMS host is this PC itself. */
  asksItself: 0x8007000d,
  /** DNS_ERROR_RCODE_SERVER_FAILURE */
  dnsFailure: 0x8007232a,
  /** DNS_ERROR_RCODE_NAME_ERROR */
  noRecord: 0x8007232b,
  /** DNS_ERROR_NO_DNS_SERVERS */
  noDnsServer: 0x8007267c,
  /** ERROR_INTERNET_NAME_NOT_RESOLVED: Microsoft's activation servers aren't part of a scenario. */
  noInternet: 0x80072ee7,
  /** ERROR_INTERNET_SECURE_FAILURE: the clock is too far off for their certificates. */
  insecure: 0x80072f8f,
} as const;

/** VLActivationType of a product that was activated by KMS. */
const BY_KMS = 2;

/** A KMS host to try. */
interface Candidate extends Endpoint {
  /** Whether suffixes are appended to a name without a dot: true for an assigned host, false for one from a record. */
  readonly suffixed: boolean;
}

/** Returns the rows to activate: the Windows row that counts, or every Office row with a key. */
export function rowsToActivate(scenario: CompleteScenario, product: Application): ProductRow[] {
  if (product === 'office') return rowsOf(scenario, 'office').filter(hasKey);
  const row = effectiveRow(scenario);
  return row === null ? [] : [row];
}

/**
 * Attempts once to activate a product and writes the result: license or error code, and the events of the requests.
 *
 * @param now simulated time
 * @returns 0, or the error code of the first failure
 */
export function activate(draft: ScenarioEditor, product: Application, now: Date): number {
  const rows = rowsToActivate(draft.scenario, product);
  if (rows.length === 0) return CODES.noKey;
  const codes = rows.map((row) => activateRow(draft, row, now));
  return codes.find((code) => code !== 0) ?? 0;
}

function activateRow(draft: ScenarioEditor, product: ProductRow, now: Date): number {
  const activateBy = product.channel === 'kms-client' ? activateByKms : activateByMicrosoft;
  const code = activateBy(draft, product, now);
  // A failed renewal doesn't affect a license that is still valid.
  if (code !== 0 && product.row['LicenseStatus'] !== LICENSED) {
    setProperties(draft, product, { LicenseStatusReason: code });
  }
  return code;
}

function activateByMicrosoft(draft: ScenarioEditor, product: ProductRow): number {
  const code = codeFromMicrosoft(product, draft.scenario);
  if (code === 0) license(draft, product, 0);
  return code;
}

/** Marks a product as licensed. @param minutes until the license expires; 0 for never */
export function license(draft: ScenarioEditor, product: ProductRow, minutes: number): void {
  setProperties(draft, product, {
    LicenseStatus: LICENSED,
    LicenseStatusReason: 0,
    GracePeriodRemaining: minutes,
  });
}

/** Returns the domains in which a product looks for the SRV record of a KMS host. */
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
 * Returns the error code of an activation through Microsoft; 0 if it succeeds. A MAK or KMS host key is always
 * accepted, since a simulation has no activation limit to enforce. Retail, OEM, and other keys would have to be known
 * to Microsoft's servers, so their status doesn't change.
 */
function codeFromMicrosoft({ row, channel }: ProductRow, { computer }: CompleteScenario): number {
  const reason = Number(row['LicenseStatusReason'] ?? 0) >>> 0;
  // If the key itself is bad, a retry doesn't help.
  if (verdictOfError(reason) === 'product-key-rejected') return reason;
  if (Math.abs(computer.clockSkewMinutes) > MICROSOFT_CLOCK_LIMIT_MINUTES) return CODES.insecure;
  if (channel === 'mak' || channel === 'kms-host') return 0;
  return row['LicenseStatus'] === LICENSED ? 0 : CODES.noInternet;
}

/** Error codes of attempts with an activation type that excludes KMS. */
const WITHOUT_KMS: Readonly<Record<number, number>> = { 1: CODES.noDirectory, 3: CODES.noToken };

function activateByKms(draft: ScenarioEditor, product: ProductRow, now: Date): number {
  const excluded = WITHOUT_KMS[activationType(draft.scenario, product.row)];
  if (excluded !== undefined) {
    draft.append(['events'], failureOf(excluded, product.row, now));
    return excluded;
  }
  const least = leastCount(draft.scenario, product);
  const assigned = assignedHost(draft.scenario, product.row);
  const { code, requests } =
    assigned === null
      ? tryDiscovered(draft.scenario, product, least)
      : tryAll(draft.scenario, [{ ...assigned, suffixed: true }], least);
  for (const event of eventsOf(requests, code, product.row, draft.scenario, { now, least })) {
    draft.append(['events'], event);
  }
  if (code !== 0) return code;
  license(draft, product, KMS_VALIDITY_MINUTES);
  if (product.row['VLActivationType'] !== undefined) {
    setProperties(draft, product, { VLActivationType: BY_KMS });
  }
  const served = requests.at(-1);
  if (assigned === null && served !== undefined) {
    setProperties(draft, product, {
      DiscoveredKeyManagementServiceMachineName: served.host,
      DiscoveredKeyManagementServiceMachinePort: served.port,
    });
  }
  return 0;
}

function tryDiscovered(scenario: CompleteScenario, product: ProductRow, least: number) {
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
  return { code: codeWithoutRecord(errors), requests: [] };
}

/** Returns the number of computers that a KMS host must have counted before it activates a product. */
function leastCount({ computer }: CompleteScenario, { row }: ProductRow): number {
  if (isRowOf('office', row)) return OFFICE_ACTIVATION_THRESHOLD;
  return computer.server ? SERVER_ACTIVATION_THRESHOLD : CLIENT_ACTIVATION_THRESHOLD;
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

/** Tries hosts in order until one activates. An error from a host takes precedence over another host's silence. */
function tryAll(scenario: CompleteScenario, hosts: readonly Candidate[], least: number) {
  const requests: KmsRequest[] = [];
  let code: number = CODES.noHostReached;
  for (const candidate of hosts) {
    const request = ask(scenario, candidate, least);
    requests.push(request);
    if (request.code === 0) return { code: 0, requests };
    // Windows hides this error behind 0xC004F074 and reports it only in the event.
    if (request.code !== CODES.clocksDiffer && code === CODES.noHostReached) code = request.code;
  }
  return { code, requests };
}

/** Tries a host's addresses in order until one activates. Otherwise, the last address that gives a reason decides. */
function ask(scenario: CompleteScenario, candidate: Candidate, least: number): KmsRequest {
  const { host, port } = candidate;
  let reply: Reply = { code: CODES.noHostReached, count: null };
  for (const address of addressesOf(scenario, candidate)) {
    reply = replyFrom(scenario, address, port, least) ?? reply;
    if (reply.code === 0) break;
  }
  return { host, port, ...reply };
}

type Reply = Pick<KmsRequest, 'code' | 'count'>;

/** Returns what a request to one address results in; null if no KMS service answers. */
function replyFrom(
  scenario: CompleteScenario,
  address: string,
  port: number,
  least: number,
): Reply | null {
  if (isOwnAddress(scenario, address)) return { code: CODES.asksItself, count: null };
  const { kms } = simulateConnection(scenario, address, port);
  if (kms === null) return null;
  const apart = Math.abs(scenario.computer.clockSkewMinutes - kms.clockSkewMinutes);
  if (!kms.activated) return { code: CODES.hostNotActivated, count: null };
  if (!kms.canActivate) return { code: CODES.hostCannotActivateThis, count: null };
  if (apart > CLOCK_LIMIT_MINUTES) return { code: CODES.clocksDiffer, count: null };
  const count = kms.currentCount;
  return { code: count < least ? CODES.countTooLow : 0, count };
}

/** Returns a host's addresses: itself, or from the resolver. An assigned name without a dot gets a suffix first. */
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
