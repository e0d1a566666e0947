/** Builds findings and evidence. No other module knows their shape. */
import type { Finding, ReasonCode, Status } from '@shared/diagnosis';
import type { Evidence, EvidenceData } from '@shared/evidence';
import { joinShort, message, type Message, type MessageKey } from '@shared/message';
import {
  controllersRecordName,
  formatEndpoint,
  kmsRecordName,
  formatDnsServer,
} from '@shared/names';
import type {
  Adapter,
  DnsServer,
  PingAnswer,
  RecordType,
  ResolverAnswer,
  SppEvent,
} from '../computer';
import type { RegistryValue } from '../registry-keys';
import { hasAddress } from '../facts/answers';
import type {
  QueryResult,
  ControllersLookup,
  Result,
  ServerAnswer,
  SrvLookup,
  Target,
} from '../facts/fact-types';

/** A host whose addresses were probed. */
type Probed = Pick<Target, 'host' | 'probes'>;

/** Creates a finding from its status, message and evidence. */
export function finding(
  status: Status,
  key: MessageKey,
  evidence: readonly Evidence[] = [],
  params?: Message['params'],
): Finding {
  return { status, message: message(key, params), reason: null, evidence };
}

/** Creates a finding with status `unknown` and the reason for it. */
export function unknown(
  reason: ReasonCode,
  key: MessageKey,
  evidence: readonly Evidence[] = [],
  params?: Message['params'],
): Finding {
  return { ...finding('unknown', key, evidence, params), reason };
}

/** Reasons that have a more specific message if the tool is known. */
const OF_A_TOOL: Readonly<Partial<Record<ReasonCode, MessageKey>>> = {
  'timed-out': 'checks.common.toolTimedOut',
  'tool-missing': 'checks.common.toolMissing',
};

/** Creates a finding for a fact that couldn't be read, naming the tool that failed if it's known. */
export function unread(
  { reason, tool, said }: Extract<Result<unknown>, { ok: false }>,
  evidence?: readonly Evidence[],
): Finding {
  const ofTool = tool === null ? undefined : OF_A_TOOL[reason];
  const isSaid = said === null && (tool === null || ofTool !== undefined);
  const seen = evidence ?? (isSaid ? [] : [settingEvidence(tool ?? reason, said)]);
  return tool === null || ofTool === undefined
    ? unknown(reason, `reasons.${reason}`, seen)
    : unknown(reason, ofTool, seen, { tool: toolName(tool) });
}

/** Returns a tool's common name. */
const toolName = (tool: string): string => (/^powershell\b/i.test(tool) ? 'PowerShell' : tool);

/** Joins the servers that gave answers. */
export const joinServers = (answers: readonly Pick<ServerAnswer, 'server'>[]): string =>
  joinShort(answers.map(({ server }) => formatDnsServer(server)));

/** Joins the domains of lookups. */
export const joinDomains = (lookups: readonly Pick<SrvLookup, 'domain'>[]): string =>
  joinShort(lookups.flatMap(({ domain }) => domain ?? []));

/** Joins the names of hosts. */
export const joinHosts = (targets: readonly Pick<Target, 'host'>[]): string =>
  joinShort(targets.map(({ host }) => host));

/** Joins hosts with their ports. */
export const joinEndpoints = (targets: readonly Pick<Target, 'host' | 'port'>[]): string =>
  joinShort(targets.map(({ host, port }) => formatEndpoint(host, port)));

/** Returns evidence of one query to one DNS server. */
export function dnsEvidence(
  server: DnsServer,
  name: string,
  type: RecordType,
  answer: QueryResult,
): Evidence {
  const asked = { server: formatDnsServer(server), name, type };
  const title = `${type} ${name} @${asked.server}`;
  if (answer.outcome !== 'answered') {
    const { outcome, ms, detail } = answer;
    return {
      kind: 'dns',
      title,
      data: { ...asked, outcome, ms, rcode: null, detail, records: [] },
    };
  }
  const { outcome, ms, rcode, transport, authoritative, truncated, answers: records } = answer;
  const said = { outcome, ms, rcode, transport, authoritative, truncated, records };
  return { kind: 'dns', title, data: { ...asked, ...said } };
}

/** Returns evidence of one query to the operating system's resolver; none if it wasn't queried. */
function resolverEvidence(
  name: string,
  type: RecordType,
  reading: Result<ResolverAnswer> | null,
): Evidence[] {
  if (reading === null) return [];
  const { records, error, ms } = reading.ok
    ? reading.value
    : { records: [], error: reading.reason, ms: null };
  return [{ kind: 'resolver', title: `${type} ${name}`, data: { name, type, records, error, ms } }];
}

/** Returns evidence of a KMS SRV lookup: one item per DNS server, plus the resolver's. */
export const lookupEvidence = (lookup: SrvLookup): Evidence[] =>
  srvEvidence(kmsRecordName(lookup.domain), lookup);

/** Returns evidence of a domain controller SRV lookup: one item per DNS server, plus the resolver's. */
export const controllersEvidence = (lookup: ControllersLookup): Evidence[] =>
  srvEvidence(controllersRecordName(lookup.domain), lookup);

function srvEvidence(
  name: string,
  { servers, resolver }: Pick<SrvLookup, 'servers' | 'resolver'>,
): Evidence[] {
  return [
    ...servers.map(({ server, answer }) => dnsEvidence(server, name, 'SRV', answer)),
    ...resolverEvidence(name, 'SRV', resolver),
  ];
}

/** Returns evidence of the address lookups for a target. */
export function addressEvidence(target: Target): Evidence[] {
  return target.lookups.flatMap(({ host, servers, resolver }) => [
    ...servers.flatMap(({ server, a, aaaa }) => [
      dnsEvidence(server, host, 'A', a),
      ...(hasAddress(aaaa) ? [dnsEvidence(server, host, 'AAAA', aaaa)] : []),
    ]),
    ...resolverEvidence(host, 'A', resolver?.ok ? { ok: true, value: resolver.value.a } : resolver),
  ]);
}

/** Returns evidence of the TCP connections to a host. */
export function tcpEvidence({ host, probes }: Probed): Evidence[] {
  return probes.map(({ address, port, connected }) => {
    const { outcome, ms, detail } = connected.ok
      ? connected.value
      : { outcome: null, ms: null, detail: connected.reason };
    return {
      kind: 'tcp',
      title: `TCP ${formatEndpoint(address, port)}`,
      data: { host, address, port, outcome, ms, detail },
    };
  });
}

/** Returns evidence of a host's responses to an RPC bind. */
export function rpcEvidence({ host, probes }: Probed): Evidence[] {
  return probes.flatMap(({ address, port, answered }): Evidence[] => {
    if (!answered.ok || answered.value === null) return [];
    const { outcome, ms, detail } = answered.value;
    const data = { host, address, port, outcome, ms, detail };
    return [{ kind: 'rpc', title: `RPC ${formatEndpoint(address, port)}`, data }];
  });
}

/** Returns evidence of all connections to hosts and of their responses. */
export const probeEvidence = (hosts: readonly Probed[]): Evidence[] =>
  hosts.flatMap((host) => [...tcpEvidence(host), ...rpcEvidence(host)]);

/** Returns evidence of a registry value. */
export function registryEvidence(key: string, name: string, value: RegistryValue | null): Evidence {
  return {
    kind: 'registry',
    title: `${key}\\${name}`,
    data: { key, name, type: value?.type ?? null, value: value?.value ?? null },
  };
}

/** Returns evidence of a network adapter. */
export function adapterEvidence(adapter: Adapter): Evidence {
  const { name, up, addresses, gateways, dnsServers, connectionSuffix } = adapter;
  return {
    kind: 'adapter',
    title: name,
    data: { name, up, addresses, gateways, dnsServers, connectionSuffix },
  };
}

/** Returns evidence of a ping. */
export function pingEvidence(address: string, reading: Result<PingAnswer>): Evidence {
  return {
    kind: 'ping',
    title: `ping ${address}`,
    data: reading.ok
      ? { address, replied: reading.value.replied, ms: reading.value.ms }
      : { address, replied: null, ms: null, detail: reading.reason },
  };
}

/** Returns evidence of an event. */
export function eventEvidence({ id, time, data }: SppEvent): Evidence {
  return { kind: 'event', title: `${id} ${time}`, data: { id, time, data } };
}

/** Returns evidence of a single setting or number. */
export function settingEvidence(name: string, value: EvidenceData<'setting'>['value']): Evidence {
  return { kind: 'setting', title: name, data: { name, value } };
}

/** Returns evidence of how many items were left out because of a limit; empty if `count` is 0. */
export function leftOutEvidence(what: string, count: number): readonly Evidence[] {
  return count === 0 ? [] : [settingEvidence(`${what} left out`, count)];
}
