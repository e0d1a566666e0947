/** Makes findings and evidence; the only place that knows their shape. */
import type { Evidence, Finding, ReasonCode, Status } from '@shared/diagnosis';
import type { Message } from '@shared/message';
import { formatEndpoint } from '@shared/names';
import type {
  Adapter,
  DnsRecord,
  DnsServer,
  PingAnswer,
  RecordType,
  RegistryValue,
  ResolverAnswer,
  SppEvent,
} from '../computer';
import type { AskedAnswer, Probe, Result, SrvLookup, Target } from '../facts/fact-snapshot';
import { kmsRecordName } from '@shared/names';

/** A finding. */
export function finding(
  status: Status,
  message: Message,
  evidence: readonly Evidence[] = [],
  reason: ReasonCode | null = null,
): Finding {
  return { status, message, reason, evidence };
}

/** A server as people write it: without its port where that is 53. */
export function serverName({ address, port }: DnsServer): string {
  return port === 53 ? address : formatEndpoint(address, port);
}

/** Items as one text, the rest counted. */
export function list(items: readonly string[], most = 4): string {
  const distinct = [...new Set(items)];
  const shown = distinct.slice(0, most).join(', ');
  return distinct.length > most ? `${shown}, … (${distinct.length})` : shown;
}

const recordData = (record: DnsRecord): Record<string, string | number | null> => ({ ...record });

/** Evidence of one question to one DNS server. */
export function dnsEvidence(
  server: DnsServer,
  name: string,
  type: RecordType,
  answer: AskedAnswer,
): Evidence {
  const asked = { server: serverName(server), name, type, outcome: answer.outcome, ms: answer.ms };
  return {
    kind: 'dns',
    title: `${type} ${name} @${serverName(server)}`,
    data:
      answer.outcome === 'answered'
        ? {
            ...asked,
            rcode: answer.rcode,
            transport: answer.transport,
            authoritative: answer.authoritative,
            truncated: answer.truncated,
            records: answer.answers.map(recordData),
          }
        : { ...asked, rcode: null, detail: answer.detail, records: [] },
  };
}

/** Evidence of a question to the operating system's resolver. */
export function resolverEvidence(
  name: string,
  type: RecordType,
  reading: Result<ResolverAnswer>,
): Evidence {
  return {
    kind: 'resolver',
    title: `${type} ${name}`,
    data: reading.ok
      ? {
          name,
          type,
          records: reading.value.records.map(recordData),
          error: reading.value.error,
          ms: reading.value.ms,
        }
      : { name, type, records: [], error: reading.reason, ms: null },
  };
}

/** Evidence of the question for a KMS record, to everybody. */
export function lookupEvidence(lookup: SrvLookup): Evidence[] {
  const name = kmsRecordName(lookup.domain);
  return [
    ...lookup.servers.map(({ server, answer }) => dnsEvidence(server, name, 'SRV', answer)),
    ...(lookup.resolver === null ? [] : [resolverEvidence(name, 'SRV', lookup.resolver)]),
  ];
}

/** Evidence of where a host's addresses were looked for. */
export function addressEvidence(target: Target): Evidence[] {
  return target.lookups.flatMap(({ host, servers, resolver }) => [
    ...servers.flatMap(({ server, a, aaaa }) => [
      dnsEvidence(server, host, 'A', a),
      ...(aaaa.outcome === 'answered' && aaaa.answers.length > 0
        ? [dnsEvidence(server, host, 'AAAA', aaaa)]
        : []),
    ]),
    ...(resolver === null
      ? []
      : [
          resolverEvidence(
            host,
            'A',
            resolver.ok ? { ok: true, value: resolver.value.a } : resolver,
          ),
        ]),
  ]);
}

/** Evidence of the connections to a target. */
export function tcpEvidence(host: string, probes: readonly Probe[]): Evidence[] {
  return probes.map(({ address, port, connected }) => ({
    kind: 'tcp',
    title: `TCP ${formatEndpoint(address, port)}`,
    data: connected.ok
      ? {
          host,
          address,
          port,
          outcome: connected.value.outcome,
          ms: connected.value.ms,
          detail: connected.value.detail,
        }
      : { host, address, port, outcome: null, ms: null, detail: connected.reason },
  }));
}

/** Evidence of what the targets said to an RPC bind. */
export function rpcEvidence(host: string, probes: readonly Probe[]): Evidence[] {
  return probes.flatMap(({ address, port, answered }) =>
    answered.ok && answered.value !== null
      ? [
          {
            kind: 'rpc' as const,
            title: `RPC ${formatEndpoint(address, port)}`,
            data: {
              host,
              address,
              port,
              outcome: answered.value.outcome,
              ms: answered.value.ms,
              detail: answered.value.detail,
            },
          },
        ]
      : [],
  );
}

/** Evidence of a registry value. */
export function registryEvidence(key: string, name: string, value: RegistryValue | null): Evidence {
  return {
    kind: 'registry',
    title: `${key}\\${name}`,
    data: { key, name, type: value?.type ?? null, value: value?.value ?? null },
  };
}

/** Evidence of an adapter. */
export function adapterEvidence(adapter: Adapter): Evidence {
  return {
    kind: 'adapter',
    title: adapter.name,
    data: {
      name: adapter.name,
      up: adapter.up,
      addresses: [...adapter.addresses],
      gateways: [...adapter.gateways],
      dnsServers: [...adapter.dnsServers],
      connectionSuffix: adapter.connectionSuffix,
    },
  };
}

/** Evidence of a ping. */
export function pingEvidence(address: string, reading: Result<PingAnswer>): Evidence {
  return {
    kind: 'ping',
    title: `ping ${address}`,
    data: reading.ok
      ? { address, replied: reading.value.replied, ms: reading.value.ms }
      : { address, replied: null, ms: null, detail: reading.reason },
  };
}

/** Evidence of an event. */
export function eventEvidence({ id, time, data }: SppEvent): Evidence {
  return { kind: 'event', title: `${id} ${time}`, data: { id, time, data: [...data] } };
}

/** Evidence of a single setting or figure. */
export function settingEvidence(
  title: string,
  value: string | number | boolean | null | readonly string[],
): Evidence {
  return { kind: 'setting', title, data: { name: title, value } };
}

/** How many of something a run left out because there were too many; nothing where it left out none. */
export function leftOutEvidence(what: string, count: number): readonly Evidence[] {
  return count === 0 ? [] : [settingEvidence(`${what} left out`, count)];
}
