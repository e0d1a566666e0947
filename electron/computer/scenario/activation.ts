/**
 * How the simulated Windows activates itself. A KMS client succeeds just when its way to a KMS host is whole,
 * seen with its own resolver; otherwise it is refused with the code that Windows leaves.
 *
 * Which domains it looks in: docs/windows-facts.md. This is the simulated client's own search,
 * apart from the engine's on purpose: the one diagnoses what the other does.
 */
import { SPP_KEY, type CimRow, type SppEvent } from '@engine/computer';
import { formatErrorCode, verdictOfError } from '@shared/error-codes';
import {
  CLIENT_COUNT,
  CLOCK_LIMIT_MINUTES,
  KMS_PORT,
  KMS_VALIDITY_MINUTES,
  SERVER_COUNT,
} from '@shared/kms';
import {
  canonicalName,
  formatEndpoint,
  isAddress,
  isHostName,
  kmsRecordName,
  type Endpoint,
} from '@shared/names';
import type { CompleteScenario } from '@shared/scenario';
import type { ScenarioEditor } from './document';
import { simulateConnection } from './kms-host';
import { LICENSED, licensedRow, productPath, type ProductRow } from './licence';
import { registryValueOf, textOf } from './registry';
import { RESOLVER_ERRORS, resolveName } from './resolver';

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
  /** DNS_ERROR_RCODE_SERVER_FAILURE */
  dnsFailure: 0x8007232a,
  /** DNS_ERROR_RCODE_NAME_ERROR */
  noRecord: 0x8007232b,
  /** DNS_ERROR_NO_DNS_SERVERS */
  noDnsServer: 0x8007267c,
  /** ERROR_INTERNET_NAME_NOT_RESOLVED: Microsoft's activation servers are not part of a scenario. */
  noInternet: 0x80072ee7,
} as const;

/** What the events hold where Windows would have an id that the scenario does not give. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** One request to one KMS host. */
interface Request {
  readonly host: string;
  readonly port: number;
  /** 0 for a success. */
  readonly code: number;
  /** Count that the host told; null where it told none. */
  readonly count: number | null;
}

/** How an attempt ended. */
interface Attempt {
  /** 0 for a success. */
  readonly code: number;
  readonly requests: readonly Request[];
  /** The host that DNS led to and that activated. */
  readonly discovered: Endpoint | null;
}

/**
 * Tries to activate once and writes what that leaves: licence or error code, and the events of the requests.
 *
 * @param now the simulated time
 * @returns 0, or the code of the failure
 */
export function activate(draft: ScenarioEditor, now: Date): number {
  const { scenario } = draft;
  const product = licensedRow(scenario);
  if (product === null) return CODES.noKey;
  if (product.channel === 'kms-client') return activateByKms(draft, product, now);
  const code = withMicrosoft(product);
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

/** Where a KMS client looks for its host's record. */
function candidateDomains(scenario: CompleteScenario): string[] {
  const lookup = setting(scenario, 'KeyManagementServiceLookupDomain');
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
function withMicrosoft({ row, channel }: ProductRow): number {
  const reason = Number(row['LicenseStatusReason'] ?? 0) >>> 0;
  // Trying again does not help where the key itself is bad.
  if (verdictOfError(reason) === 'product-key-rejected') return reason;
  if (channel === 'mak' || channel === 'kms-host') return 0;
  return row['LicenseStatus'] === LICENSED ? 0 : CODES.noInternet;
}

function activateByKms(draft: ScenarioEditor, product: ProductRow, now: Date): number {
  const attempt = seekHost(draft.scenario);
  const requests =
    attempt.requests.length > 0
      ? attempt.requests
      : [{ host: '', port: 0, code: attempt.code, count: null }];
  for (const request of requests) {
    for (const event of eventsOf(request, product.row, draft.scenario, now)) {
      draft.append(['events'], event);
    }
  }
  if (attempt.code !== 0) {
    fail(draft, product, attempt.code);
    return attempt.code;
  }
  license(draft, product, KMS_VALIDITY_MINUTES);
  if (attempt.discovered !== null) {
    const { host, port } = attempt.discovered;
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

function seekHost(scenario: CompleteScenario): Attempt {
  const assigned = setting(scenario, 'KeyManagementServiceName');
  if (assigned !== '') {
    const port = Number(setting(scenario, 'KeyManagementServicePort')) || KMS_PORT;
    return { ...tryAll(scenario, [{ host: assigned, port }]), discovered: null };
  }
  const errors = new Set<string>();
  const targets: (Endpoint & { readonly priority: number; readonly weight: number })[] = [];
  for (const domain of candidateDomains(scenario)) {
    const { records, error } = resolveName(scenario, kmsRecordName(domain), 'SRV');
    if (error !== null) errors.add(error);
    const found = records.flatMap((record) =>
      record.type === 'SRV' && record.target !== '.' ? [{ ...record, host: record.target }] : [],
    );
    targets.push(...found.sort((a, b) => a.priority - b.priority || b.weight - a.weight));
  }
  if (targets.length > 0) return tryAll(scenario, targets);
  return { code: codeWithoutRecord(errors), requests: [], discovered: null };
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
function tryAll(scenario: CompleteScenario, targets: readonly Endpoint[]): Attempt {
  const requests: Request[] = [];
  let code: number = CODES.noHostReached;
  for (const { host, port } of targets) {
    const request = ask(scenario, host, port);
    requests.push(request);
    if (request.code === 0) return { code: 0, requests, discovered: { host, port } };
    // Windows hides this one behind 0xC004F074 and tells it in the event alone.
    if (request.code !== CODES.clocksDiffer && code === CODES.noHostReached) code = request.code;
  }
  return { code, requests, discovered: null };
}

function ask(scenario: CompleteScenario, host: string, port: number): Request {
  let best: Request = { host, port, code: CODES.noHostReached, count: null };
  for (const address of addressesOf(scenario, host)) {
    const { kms } = simulateConnection(scenario, address, port);
    if (kms === null) continue;
    const least = scenario.computer.server ? SERVER_COUNT : CLIENT_COUNT;
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

/** Addresses of a host: itself, or its name through the resolver; a name without a dot is completed first. */
function addressesOf(scenario: CompleteScenario, host: string): string[] {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  if (isAddress(bare)) return [bare];
  const name = canonicalName(bare);
  const names = name.includes('.')
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

/** Events 12288 and, where a host replied, 12289, with their data in Windows' order (docs/windows-facts.md). */
function eventsOf(
  { host, port, code, count }: Request,
  row: CimRow,
  { computer }: CompleteScenario,
  now: Date,
): SppEvent[] {
  const time = now.toISOString();
  const stamp = time.slice(0, 16).replaceAll('-', '/').replace('T', ' ');
  const hex = formatErrorCode(code);
  const sent: SppEvent = {
    id: 12288,
    time,
    data: [
      hex,
      '0x00000000',
      host === '' ? '' : formatEndpoint(host.replace(/^\[|\]$/g, ''), port),
      NO_ID,
      stamp,
      '0',
      String(row['LicenseStatus'] ?? 0),
      String(row['GracePeriodRemaining'] ?? 0),
      String(row['ID'] ?? NO_ID),
      String(computer.server ? SERVER_COUNT : CLIENT_COUNT),
    ],
  };
  if (count === null) return [sent];
  const activated = code === 0 ? '1' : '0';
  return [sent, { id: 12289, time, data: [hex, '0x00000000', activated, String(count)] }];
}

function setting(
  scenario: CompleteScenario,
  name:
    'KeyManagementServiceName' | 'KeyManagementServicePort' | 'KeyManagementServiceLookupDomain',
): string {
  const value = registryValueOf(scenario, SPP_KEY, name);
  return value === null ? '' : textOf(value);
}
