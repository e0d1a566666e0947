/** Simulated DNS servers. Each one answers authoritatively from its own records, or fails as the scenario specifies. */
import type { DnsAnswer, DnsRecord, DnsServer, RecordType } from '@engine/computer';
import { getOrCreate } from '@shared/get-or-create';
import { canonicalName, controllersRecordName, isIPv6, parseEndpoint } from '@shared/names';
import {
  DEFAULT_TTL_S,
  type CompleteDnsServer,
  type CompleteRecord,
  type CompleteScenario,
} from '@shared/scenario';
import { followCname } from '../network/dns';
import { DNS_PORT } from '../network/dns-message';
import { entryAt, serverAt } from './addresses';

/** Simulated timeout for a silent peer, in milliseconds; no real time passes. */
export const SILENCE_MS = 3_000;

/** Simulated response time in a local network, in milliseconds. */
export const ANSWER_MS = 1;

/** Returns the response of a server in the scenario; one that isn't listed is silent. */
export function answerOf(
  scenario: CompleteScenario,
  asked: DnsServer,
  name: string,
  type: RecordType,
  transport: 'udp' | 'tcp',
): DnsAnswer {
  const server = serverAt(scenario.dns.servers, asked)?.value;
  const silent = { outcome: 'silent', ms: SILENCE_MS, detail: null } as const;
  if (server === undefined) return silent;
  const answers = transport === 'tcp' ? answersByTcp(scenario, asked) : null;
  if (!(answers ?? server.answers)) return silent;
  const answered = { outcome: 'answered', truncated: false, transport, ms: ANSWER_MS } as const;
  const rcode = server.rcode ?? (failsOn(server, name) ? 'SERVFAIL' : null);
  if (rcode !== null) {
    return { ...answered, rcode, authoritative: false, answers: [], additionals: [] };
  }
  const records = getOrCreate(complete, server, () => [
    ...server.records,
    ...controllerRecords(scenario, server, asked.address),
  ]);
  return { ...answered, authoritative: true, ...lookUp(records, name, type) };
}

/** Caches each server's records, including those that it has for the AD domain. A changed server is a new object. */
const complete = new WeakMap<CompleteDnsServer, readonly CompleteRecord[]>();

/** Returns the unlisted records of a server that hosts the AD domain: the server is the domain controller. */
function controllerRecords(
  { computer: { domain } }: CompleteScenario,
  { hostsAdDomain, records }: CompleteDnsServer,
  address: string,
): CompleteRecord[] {
  if (domain === null || !hostsAdDomain) return [];
  const name = controllersRecordName(canonicalName(domain));
  if (recordsAt(records, name).length > 0) return [];
  const ttl = DEFAULT_TTL_S;
  const target = `dc1.${canonicalName(domain)}`;
  const locator = { ttl, name, type: 'SRV', priority: 0, weight: 100, port: 389, target } as const;
  if (recordsAt(records, target).length > 0) return [locator];
  return [locator, { ttl, name: target, type: isIPv6(address) ? 'AAAA' : 'A', address }];
}

/**
 * Whether a DNS server answers over TCP; null if the same as over UDP. The scenario specifies this by listing the DNS
 * port among the ports of the host: `refused`, `filtered`, or `silent` for a server that answers only over UDP,
 * `not-rpc` for one that answers only over TCP.
 */
function answersByTcp({ hosts }: CompleteScenario, { address, port }: DnsServer): boolean | null {
  const behaviour = entryAt(hosts, address)?.value.ports[port];
  return behaviour === undefined ? null : behaviour === 'not-rpc';
}

/** Whether a server fails for one name. A saved case marks that with an alias for the root, which no real name has. */
function failsOn({ records }: CompleteDnsServer, name: string): boolean {
  return recordsAt(records, canonicalName(name)).some(
    (record) => record.type === 'CNAME' && record.target === '.',
  );
}

const zones = new WeakMap<readonly DnsRecord[], ReturnType<typeof indexed>>();

/** Returns records indexed by name. */
const zoneOf = (records: readonly DnsRecord[]) =>
  getOrCreate(zones, records, () => indexed(records));

function indexed(records: readonly DnsRecord[]) {
  const byName = new Map<string, DnsRecord[]>();
  /** Names that have a record, or a name below them that has one (RFC 8020). */
  const names = new Set<string>();
  for (const record of records) {
    getOrCreate(byName, record.name, () => []).push(record);
  }
  for (const name of byName.keys()) {
    names.add(name);
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      names.add(name.slice(dot + 1));
    }
  }
  const aliases = records.filter(({ type }) => type === 'CNAME');
  return { byName, aliases, names };
}

function recordsAt(records: readonly DnsRecord[], name: string): readonly DnsRecord[] {
  return zoneOf(records).byName.get(name) ?? [];
}

/** Answers a query from a list of records: the CNAME chain, the records at its end, and the addresses of targets. */
export function lookUp(
  records: readonly DnsRecord[],
  name: string,
  type: RecordType,
): { rcode: string; answers: DnsRecord[]; additionals: DnsRecord[] } {
  const { names, end } = followCname(name, zoneOf(records).aliases);
  const answers = [
    ...names.flatMap(
      (alias) => recordsAt(records, alias).find(({ type }) => type === 'CNAME') ?? [],
    ),
    ...recordsAt(records, end).filter((record) => record.type === type),
  ];
  const targets = new Set(
    answers.flatMap((record) => (record.type === 'SRV' ? [record.target] : [])),
  );
  const additionals = [...targets]
    .flatMap((target) => recordsAt(records, target))
    .filter((record) => record.type === 'A' || record.type === 'AAAA');
  return {
    rcode: zoneOf(records).names.has(end) ? 'NOERROR' : 'NXDOMAIN',
    answers,
    additionals,
  };
}

/** Returns the DNS servers that the simulated PC is configured with. */
export function configuredServers(scenario: CompleteScenario): DnsServer[] {
  return serverTexts(scenario).flatMap((text) => {
    const endpoint = parseEndpoint(text);
    return endpoint === null ? [] : [{ address: endpoint.host, port: endpoint.port ?? DNS_PORT }];
  });
}

/**
 * Whether the user specified the DNS servers (`--dns`). A saved case marks that with a port for each server, which no
 * system does. The system's resolver wasn't queried then.
 */
export function usesCustomDnsServers(scenario: CompleteScenario): boolean {
  const servers = serverTexts(scenario);
  return servers.length > 0 && servers.every((text) => parseEndpoint(text)?.port !== null);
}

const serverTexts = ({ adapters }: CompleteScenario): string[] =>
  adapters.flatMap(({ up, dnsServers }) => (up ? dnsServers : []));

/** Whether a server evidently hosts a zone, because it has a record in it. */
export function hostsZone({ records }: CompleteDnsServer, zone: string): boolean {
  return zoneOf(records).names.has(canonicalName(zone));
}
