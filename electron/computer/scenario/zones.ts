/** SRV records in simulated DNS zones: who may write which, and where. */
import { ChangeRefused, type DnsServer, type SrvRecordSpec } from '@engine/computer';
import { canonicalName } from '@shared/names';
import {
  DEFAULT_TTL_S,
  type CompleteDnsServer,
  type CompleteRecord,
  type CompleteScenario,
} from '@shared/scenario';
import { serverAt } from './addresses';
import { configuredServers, showsZone } from './dns';
import type { ScenarioEditor } from './document';

/** A server of the scenario under its name there. */
interface Server {
  readonly key: string;
  readonly server: CompleteDnsServer;
}

/** With what right a record is written. */
export type UpdateRight =
  /** Someone who manages the zone. */
  | 'administrator'
  /** A dynamic update that is signed with a key, which no zone refuses that takes updates at all. */
  | 'signed'
  /** A KMS host's own publishing, with its computer account. */
  | 'own'
  /** A dynamic update that anybody can send. */
  | 'unsigned';

/**
 * The servers on which a change to a zone is made: the one that is named, else all configured ones that answer
 * and hold the zone, else those that know the AD domain where the zone is in it. Where there is neither, each of them may.
 *
 * @throws ChangeRefused `dns-no-answer` or `dns-refused` where there is none
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
  const holding = sound.filter(({ server }) => showsZone(server, zone));
  const knowing = sound.filter(({ server }) => server.hostsAdDomain && isOfDomain);
  return [holding, knowing].find((servers) => servers.length > 0) ?? sound;
}

const isWithin = (name: string, domain: string): boolean =>
  name === domain || name.endsWith(`.${domain}`);

/** Why a server does not let a record be written; null where it does. */
export function updateRefusal(
  { server }: Server,
  spec: SrvRecordSpec,
  right: UpdateRight,
  scenario: CompleteScenario,
): 'dns-refused' | 'record-of-another-host' | null {
  if (right === 'administrator') return null;
  if (server.dynamicUpdates === 'none') return 'dns-refused';
  if (server.dynamicUpdates === 'any' || right === 'signed') return null;
  // Outside of a domain nothing signs an update; whether this zone wants that, nobody knows of an unknown one.
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

/** Puts a record on a server, unless it stands there; the same record with another TTL gets the new one. */
export function putRecord(draft: ScenarioEditor, key: string, spec: SrvRecordSpec): void {
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

/** Takes exactly this record off a server, whatever its TTL (RFC 2136 §2.5.4). */
export function takeRecord(draft: ScenarioEditor, key: string, spec: SrvRecordSpec): void {
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
