/** Simulated DNS servers: each answers from its own records, authoritatively, or as it is told to. */
import type { DnsAnswer, DnsRecord, DnsServer, RecordType } from '@engine/computer';
import { canonicalName, parseEndpoint } from '@shared/names';
import type { CompleteDnsServer, CompleteScenario } from '@shared/scenario';
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
  return { ...answered, authoritative: true, ...lookUp(server.records, name, type) };
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
  const asked = canonicalName(name);
  return records.some(
    (record) => record.type === 'CNAME' && record.name === asked && record.target === '.',
  );
}

/** A question answered from a list of records: the chain of CNAMEs, what it ends in, and targets' addresses. */
export function lookUp(
  records: readonly DnsRecord[],
  name: string,
  type: RecordType,
): { rcode: string; answers: DnsRecord[]; additionals: DnsRecord[] } {
  const { names, end } = followCname(name, records);
  const answers = [
    ...names.flatMap((alias) => {
      const step = records.find((record) => record.type === 'CNAME' && record.name === alias);
      return step === undefined ? [] : [step];
    }),
    ...records.filter((record) => record.type === type && record.name === end),
  ];
  const targets = answers.flatMap((record) => (record.type === 'SRV' ? [record.target] : []));
  const additionals = records.filter(
    (record) => (record.type === 'A' || record.type === 'AAAA') && targets.includes(record.name),
  );
  return { rcode: isThere(records, end) ? 'NOERROR' : 'NXDOMAIN', answers, additionals };
}

/** Whether a name exists: it has a record, or a name below it has one (RFC 8020). */
function isThere(records: readonly DnsRecord[], name: string): boolean {
  return records.some((record) => record.name === name || record.name.endsWith(`.${name}`));
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
  return isThere(records, canonicalName(zone));
}
