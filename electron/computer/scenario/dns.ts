/** Simulated DNS servers: each answers from its own records, authoritatively, or as it is told to. */
import type { DnsAnswer, DnsRecord, DnsServer, RecordType } from '@engine/computer';
import { canonicalName, controllersRecordName, isIPv6, parseEndpoint } from '@shared/names';
import {
  DEFAULT_TTL_S,
  type CompleteDnsServer,
  type CompleteRecord,
  type CompleteScenario,
} from '@shared/scenario';
import { followCname } from '../network/dns';
import { DNS_PORT, entryAt, serverAt } from './addresses';

/** Simulated milliseconds after which a silent peer is given up; nobody really waits. */
export const SILENCE_MS = 3_000;

/** Simulated milliseconds of an answer in a local network. */
export const ANSWER_MS = 1;

/** What a server of the scenario says; one that is not listed is silent. */
export function answerOf(
  scenario: CompleteScenario,
  { address, port }: DnsServer,
  name: string,
  type: RecordType,
  transport: 'udp' | 'tcp',
): DnsAnswer {
  const server = serverAt(scenario.dns.servers, address, port)?.value;
  const silent = { outcome: 'silent', ms: SILENCE_MS, detail: null } as const;
  if (server === undefined) return silent;
  const answers = transport === 'tcp' ? answersByTcp(scenario, address, port) : null;
  if (!(answers ?? server.answers)) return silent;
  const answered = { outcome: 'answered', truncated: false, transport, ms: ANSWER_MS } as const;
  const rcode = server.rcode ?? (failsOn(server, name) ? 'SERVFAIL' : null);
  if (rcode !== null) {
    return { ...answered, rcode, authoritative: false, answers: [], additionals: [] };
  }
  const records = recordsOf(scenario, server, address);
  return { ...answered, authoritative: true, ...lookUp(records, name, type) };
}

/** Each server's records with those that it has as the AD domain's; a server that is changed is another one. */
const complete = new WeakMap<CompleteDnsServer, readonly CompleteRecord[]>();

function recordsOf(
  scenario: CompleteScenario,
  server: CompleteDnsServer,
  address: string,
): readonly CompleteRecord[] {
  const known = complete.get(server) ?? [
    ...server.records,
    ...controllerRecords(scenario, server, address),
  ];
  complete.set(server, known);
  return known;
}

/** What a server that knows the AD domain has of it beside the records that are listed: the server is its controller. */
function controllerRecords(
  { computer: { domain } }: CompleteScenario,
  { hostsAdDomain, records }: CompleteDnsServer,
  address: string,
): CompleteRecord[] {
  if (domain === null || !hostsAdDomain) return [];
  const name = controllersRecordName(canonicalName(domain));
  if (recordsAt(records, name).length > 0) return [];
  const common = { ttl: DEFAULT_TTL_S };
  const controller = `dc1.${canonicalName(domain)}`;
  const srv = { priority: 0, weight: 100, port: 389, target: controller };
  return [
    { ...common, name, type: 'SRV', ...srv },
    ...(recordsAt(records, controller).length > 0
      ? []
      : [
          {
            ...common,
            name: controller,
            type: isIPv6(address) ? ('AAAA' as const) : ('A' as const),
            address,
          },
        ]),
  ];
}

/**
 * Whether a DNS server's TCP port answers, where the scenario lists it among the ports of that host (a server
 * that answers by UDP alone has `refused`, `filtered` or `silent` there, one that answers by TCP alone
 * `not-rpc`); null where it is as by UDP.
 */
function answersByTcp({ hosts }: CompleteScenario, address: string, port: number): boolean | null {
  const behaviour = entryAt(hosts, address)?.value.ports[port];
  return behaviour === undefined ? null : behaviour === 'not-rpc';
}

/** Whether a server fails on one name: it is an alias of the root, which says in a saved case what no alias can. */
function failsOn({ records }: CompleteDnsServer, name: string): boolean {
  return recordsAt(records, canonicalName(name)).some(
    (record) => record.type === 'CNAME' && record.target === '.',
  );
}

/** A list of records by name. */
interface Zone {
  readonly byName: ReadonlyMap<string, readonly DnsRecord[]>;
  readonly aliases: readonly DnsRecord[];
  /** Names that have a record or a name below them that has one (RFC 8020). */
  readonly names: ReadonlySet<string>;
}

const zones = new WeakMap<readonly DnsRecord[], Zone>();

function zoneOf(records: readonly DnsRecord[]): Zone {
  const known = zones.get(records);
  if (known !== undefined) return known;
  const byName = new Map<string, DnsRecord[]>();
  const names = new Set<string>();
  for (const record of records) {
    const same = byName.get(record.name);
    if (same !== undefined) {
      same.push(record);
      continue;
    }
    byName.set(record.name, [record]);
    names.add(record.name);
    for (let dot = record.name.indexOf('.'); dot >= 0; dot = record.name.indexOf('.', dot + 1)) {
      names.add(record.name.slice(dot + 1));
    }
  }
  const aliases = records.filter(({ type }) => type === 'CNAME');
  const zone = { byName, aliases, names };
  zones.set(records, zone);
  return zone;
}

function recordsAt(records: readonly DnsRecord[], name: string): readonly DnsRecord[] {
  return zoneOf(records).byName.get(name) ?? [];
}

/** A question answered from a list of records: the chain of CNAMEs, what it ends in, and targets' addresses. */
export function lookUp(
  records: readonly DnsRecord[],
  name: string,
  type: RecordType,
): { rcode: string; answers: DnsRecord[]; additionals: DnsRecord[] } {
  const { names, end } = followCname(name, zoneOf(records).aliases);
  const answers = [
    ...names.flatMap((alias) => {
      const step = recordsAt(records, alias).find((record) => record.type === 'CNAME');
      return step === undefined ? [] : [step];
    }),
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

/** The DNS servers that the simulated PC is configured with. */
export function configuredServers({ adapters }: CompleteScenario): DnsServer[] {
  return adapters
    .filter(({ up }) => up)
    .flatMap(({ dnsServers }) => dnsServers)
    .flatMap((text) => {
      const endpoint = parseEndpoint(text);
      return endpoint === null ? [] : [{ address: endpoint.host, port: endpoint.port ?? DNS_PORT }];
    });
}

/**
 * Whether a person had named the DNS servers (`--dns`): no system lists its servers with their ports, so a saved
 * case says it thus. The system's resolver had then not been asked.
 */
export function serversAreNamed({ adapters }: CompleteScenario): boolean {
  const servers = adapters.filter(({ up }) => up).flatMap(({ dnsServers }) => dnsServers);
  return servers.length > 0 && servers.every((text) => parseEndpoint(text)?.port !== null);
}

/** Whether a server shows that it holds a zone: something in it stands there. */
export function showsZone({ records }: CompleteDnsServer, zone: string): boolean {
  return zoneOf(records).names.has(canonicalName(zone));
}
