/** SRV records in simulated DNS zones: which servers they're written to, and who has permission. */
import { ChangeRefused, type DnsServer, type SrvRecordSpec } from '@engine/computer';
import { canonicalName } from '@shared/names';
import type { CompleteDnsServer, CompleteRecord, CompleteScenario } from '@shared/scenario';
import { serverAt, type Entry } from './addresses';
import { configuredServers, hostsZone } from './dns';
import type { ScenarioEditor } from './document';

/** A DNS server, with its key in the scenario. */
type Server = Entry<CompleteDnsServer>;

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
  const asked = named === null ? configuredServers(scenario) : [named];
  const known = asked.flatMap((server) => serverAt(scenario.dns.servers, server) ?? []);
  const answering = known.filter(({ value }) => value.answers);
  if (answering.length === 0) throw new ChangeRefused('dns-no-answer');
  const sound = answering.filter(({ value }) => value.rcode === null);
  if (sound.length === 0) throw new ChangeRefused('dns-refused', null, answering[0]?.value.rcode);
  const { domain } = scenario.computer;
  const isOfDomain = domain !== null && isWithin(canonicalName(zone), canonicalName(domain));
  const holding = sound.filter(({ value }) => hostsZone(value, zone));
  const knowing = sound.filter(({ value }) => value.hostsAdDomain && isOfDomain);
  return [holding, knowing].find((servers) => servers.length > 0) ?? sound;
}

const isWithin = (name: string, domain: string): boolean =>
  name === domain || name.endsWith(`.${domain}`);

/** Returns why a server refuses to write a record; null if it doesn't. */
export function updateRefusal(
  { value: server }: Server,
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
  const records = draft.scenario.dns.servers[key]?.records ?? [];
  const index = records.findIndex((record) => isSame(record, spec));
  const place = ['dns', 'servers', key, 'records'];
  if (index < 0) {
    const { name, priority, weight, port, target, ttl } = spec;
    draft.append(place, { name, type: 'SRV', priority, weight, port, target, ttl });
  } else if (records[index]?.ttl !== spec.ttl) {
    draft.set([...place, index, 'ttl'], spec.ttl);
  }
}

/** Removes exactly this record from a server, regardless of its TTL (RFC 2136 §2.5.4). */
export function removeRecord(draft: ScenarioEditor, key: string, spec: SrvRecordSpec): void {
  const records = draft.scenario.dns.servers[key]?.records ?? [];
  const gone = records.map((record) => isSame(record, spec));
  if (gone.includes(true)) draft.removeFrom(['dns', 'servers', key, 'records'], gone);
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
