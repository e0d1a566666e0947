/** SRV records in simulated DNS zones: which servers they're written to, and who has permission. */
import { ChangeRefused, type DnsServer, type SrvRecordSpec } from '@engine/computer';
import { canonicalName } from '@shared/names';
import {
  DEFAULT_TTL_S,
  type CompleteDnsServer,
  type CompleteRecord,
  type CompleteScenario,
} from '@shared/scenario';
import { serverAt } from './addresses';
import { configuredServers, hostsZone } from './dns';
import type { ScenarioEditor } from './document';

/** A DNS server, with its key in the scenario. */
interface Server {
  readonly key: string;
  readonly server: CompleteDnsServer;
}

/** Permission with which a record is written. */
export type UpdateRight =
  /** An administrator of the zone. */
  | 'administrator'
  /** A dynamic update signed with a key, which every zone accepts that allows updates at all. */
  | 'signed'
  /** A KMS host that publishes itself, with its computer account. */
  | 'own'
  /** A dynamic update that anyone can send. */
  | 'unsigned';

/**
 * Returns the servers on which to change a zone. Of the working servers (the named one, or else all configured ones),
 * these are the ones that hold the zone; else the ones that know the AD domain, if the zone belongs to it; else all.
 *
 * @throws ChangeRefused `dns-no-answer` or `dns-refused` if there is none
 */
export function serversFor(
  scenario: CompleteScenario,
  zone: string,
  named: DnsServer | null,
): Server[] {
  const known = (named === null ? configuredServers(scenario) : [named]).flatMap(
    ({ address, port }) => {
      const entry = serverAt(scenario.dns.servers, address, port);
      return entry === null ? [] : [{ key: entry.key, server: entry.value }];
    },
  );
  const answering = known.filter(({ server }) => server.answers);
  if (answering.length === 0) throw new ChangeRefused('dns-no-answer');
  const sound = answering.filter(({ server }) => server.rcode === null);
  if (sound.length === 0) throw new ChangeRefused('dns-refused', null, answering[0]?.server.rcode);
  const { domain } = scenario.computer;
  const isOfDomain = domain !== null && isWithin(canonicalName(zone), canonicalName(domain));
  const holding = sound.filter(({ server }) => hostsZone(server, zone));
  const knowing = sound.filter(({ server }) => server.hostsAdDomain && isOfDomain);
  return [holding, knowing].find((servers) => servers.length > 0) ?? sound;
}

const isWithin = (name: string, domain: string): boolean =>
  name === domain || name.endsWith(`.${domain}`);

/** Returns why a server refuses to write a record; null if it doesn't. */
export function updateRefusal(
  { server }: Server,
  spec: SrvRecordSpec,
  right: UpdateRight,
  scenario: CompleteScenario,
): 'dns-refused' | 'record-of-another-host' | null {
  if (right === 'administrator') return null;
  if (server.dynamicUpdates === 'none') return 'dns-refused';
  if (server.dynamicUpdates === 'any' || right === 'signed') return null;
  // Outside of a domain, updates aren't signed. A zone with `unknown` may or may not require it.
  const isUnsigned = scenario.computer.domain === null && server.dynamicUpdates !== 'unknown';
  if (right === 'unsigned' || isUnsigned) return 'dns-refused';
  const foreign = server.records.some(
    (record) =>
      record.type === 'SRV' &&
      record.name === canonicalName(spec.name) &&
      record.target !== canonicalName(spec.target),
  );
  return foreign ? 'record-of-another-host' : null;
}

/** Adds a record to a server unless it exists; if only the TTL differs, updates the TTL. */
export function addRecord(draft: ScenarioEditor, key: string, spec: SrvRecordSpec): void {
  const { ttl, ...data } = spec;
  const records = draft.scenario.dns.servers[key]?.records ?? [];
  const index = records.findIndex((record) => isSame(record, spec));
  const place = ['dns', 'servers', key, 'records'];
  if (index < 0) {
    const { name, priority, weight, port, target } = data;
    draft.append(place, { name, type: 'SRV', priority, weight, port, target, ttl });
  } else if ((records[index]?.ttl ?? DEFAULT_TTL_S) !== ttl) {
    draft.set([...place, index, 'ttl'], ttl);
  }
}

/** Removes exactly this record from a server, regardless of its TTL (RFC 2136 §2.5.4). */
export function removeRecord(draft: ScenarioEditor, key: string, spec: SrvRecordSpec): void {
  const records = draft.scenario.dns.servers[key]?.records ?? [];
  const gone = records.map((record) => isSame(record, spec));
  if (!gone.includes(true)) return;
  draft.removeFrom(['dns', 'servers', key, 'records'], (_, index) => gone[index] === true);
}

function isSame(record: CompleteRecord, spec: SrvRecordSpec): boolean {
  return (
    record.type === 'SRV' &&
    record.name === canonicalName(spec.name) &&
    record.target === canonicalName(spec.target) &&
    record.port === spec.port &&
    record.priority === spec.priority &&
    record.weight === spec.weight
  );
}
