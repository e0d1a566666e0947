/** Startup of a KMS host's licensing service: it listens on its port and publishes itself in DNS. */
import type { SrvRecordSpec } from '@engine/computer';
import { plainText, SPP_KEY } from '@engine/registry-keys';
import { formatErrorCode } from '@shared/error-codes';
import { publishedDomain } from '@shared/events';
import { KMS_PORT, LICENSED } from '@shared/kms';
import { canonicalName, isHostName, kmsRecordName } from '@shared/names';
import { DEFAULT_TTL_S, type CompleteScenario } from '@shared/scenario';
import { entryAt } from './addresses';
import type { ScenarioEditor } from './document';
import { effectiveRow } from './license';
import { publishes, registryValueOf } from './registry';
import { addRecord, updateRefusal, serversFor } from './zones';

/** Error codes in event 12293 (docs/windows-facts.md#error-codes). */
const PUBLISHING_CODES = {
  /** DNS_ERROR_RCODE_BADSIG: the record belongs to another host. */
  foreign: 0x80072338,
  /** DNS_ERROR_RCODE_REFUSED */
  refused: 0x8007232d,
  /** DNS_ERROR_RCODE_SERVER_FAILURE */
  noServer: 0x8007232a,
};

/** Maximum age of events that count; older ones don't reflect how a server behaves now. */
const COUNTS_FOR_MS = 30 * 24 * 60 * 60_000;

/**
 * Starts the licensing service of a KMS host; does nothing on any other computer. A host that is licensed and may
 * publish adds its record wherever it has permission, and logs an event for each domain.
 */
export function startKmsHost(draft: ScenarioEditor, now: Date): void {
  const product = effectiveRow(draft.scenario);
  if (product?.channel !== 'kms-host') return;
  listen(draft);
  if (product.row['LicenseStatus'] !== LICENSED || !publishes(draft.scenario)) return;
  for (const record of recordsOf(draft.scenario)) {
    const code = publish(draft, record, now);
    draft.append(['events'], {
      id: code === null ? 12294 : 12293,
      time: now.toISOString(),
      data: code === null ? [record.zone] : [record.zone, formatErrorCode(code)],
    });
  }
}

/** Opens the port at the host's own addresses, unless something else uses or blocks it. */
function listen(draft: ScenarioEditor): void {
  const { adapters, hosts } = draft.scenario;
  const port = String(portOf(draft.scenario));
  const own = adapters.filter(({ up }) => up).flatMap(({ addresses }) => addresses);
  const known = own.flatMap((address) => entryAt(hosts, address) ?? []);
  if (known.some(({ value }) => (value.ports[port] ?? 'refused') !== 'refused')) return;
  const key = known[0]?.key ?? own[0];
  if (key !== undefined) draft.set(['hosts', key, 'ports', port], 'kms');
}

function publish(draft: ScenarioEditor, spec: SrvRecordSpec, now: Date): number | null {
  const { scenario } = draft;
  let servers;
  try {
    servers = serversFor(scenario, spec.zone, null);
  } catch {
    return PUBLISHING_CODES.noServer;
  }
  const wasRefused = latestEvent(scenario, spec.zone, now) === 12293;
  const refusals = servers.map((server) =>
    wasRefused && server.value.dynamicUpdates === 'unknown'
      ? 'dns-refused'
      : updateRefusal(server, spec, 'own', scenario),
  );
  for (const [index, { key }] of servers.entries()) {
    if (refusals[index] === null) addRecord(draft, key, spec);
  }
  if (refusals.includes(null)) return null;
  return refusals.includes('record-of-another-host')
    ? PUBLISHING_CODES.foreign
    : PUBLISHING_CODES.refused;
}

/** Returns the ID of the latest event 12293 or 12294 for a domain in the last 30 days; null if there is none. */
function latestEvent({ events }: CompleteScenario, domain: string, now: Date): number | null {
  const since = now.getTime() - COUNTS_FOR_MS;
  const about = events
    .filter(({ id, time }) => [12293, 12294].includes(id) && Date.parse(time) >= since)
    .sort((one, other) => Date.parse(one.time) - Date.parse(other.time));
  return about.findLast((event) => publishedDomain(event) === domain)?.id ?? null;
}

/**
 * Returns the host's records: in its own domain, and in those in DnsDomainPublishList with their priority and weight
 * (docs/windows-facts.md#registry).
 */
function recordsOf(scenario: CompleteScenario): SrvRecordSpec[] {
  const { primaryDnsSuffix, domain, name } = scenario.computer;
  const own = primaryDnsSuffix ?? domain;
  const target = canonicalName(own === null ? name : `${name}.${own}`);
  const port = portOf(scenario);
  const recordIn = (zone: string, priority: number, weight: number): SrvRecordSpec => ({
    zone,
    name: kmsRecordName(zone),
    target,
    port,
    priority,
    weight,
    ttl: DEFAULT_TTL_S,
  });
  const value = registryValueOf(scenario, { key: SPP_KEY, name: 'DnsDomainPublishList' });
  const lines =
    value === null ? [] : value.type === 'REG_MULTI_SZ' ? value.value : [plainText(value)];
  const records = new Map<string, SrvRecordSpec>();
  for (const line of lines) {
    const [listed = '', priority, weight] = line.split(',').map((part) => part.trim());
    const zone = canonicalName(listed);
    if (isHostName(zone))
      records.set(zone, recordIn(zone, Number(priority) || 0, Number(weight) || 0));
  }
  const home = own === null ? null : canonicalName(own);
  return [
    ...(home === null || records.has(home) ? [] : [recordIn(home, 0, 0)]),
    ...records.values(),
  ];
}

function portOf(scenario: CompleteScenario): number {
  return Number(scenario.licensing.service['KeyManagementServiceListeningPort']) || KMS_PORT;
}
