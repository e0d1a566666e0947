/**
 * What the evidence of a diagnosis says about the way to the KMS host: which DNS servers were asked, which
 * hosts the record names, where they are and what they answered. Read from evidence alone, so that it is the
 * same for a run that goes on, a finished one and a report out of a file.
 */
import type { CheckId } from './catalogue';
import type { Evidence, EvidenceValue, LiveStatus } from './diagnosis';
import { KMS_PORT, KMS_SERVICE } from './kms';
import { canonicalName, isAddress, isIPv4, parseEndpoint } from './names';

/** As much of a check's result as the evidence is read from. */
export interface CheckEvidence {
  readonly id: CheckId;
  readonly status: LiveStatus;
  readonly evidence: readonly Evidence[];
}

/** A question that a DNS server was asked. */
export interface DnsFact {
  readonly server: string;
  readonly name: string;
  readonly type: string;
  readonly outcome: string;
  readonly rcode: string | null;
  readonly ms: number | null;
  readonly records: readonly RecordFact[];
}

/** A DNS record in evidence. */
export interface RecordFact {
  readonly name: string;
  readonly type: string;
  readonly port: number | null;
  readonly target: string | null;
  readonly address: string | null;
}

/** What one host answered on the network. */
export interface ProbeFact {
  readonly host: string;
  readonly address: string | null;
  readonly port: number;
  readonly outcome: string;
  readonly ms: number | null;
}

/** A host that the record, or a person by hand, names. */
export interface KmsTarget {
  readonly host: string;
  readonly port: number;
}

/** Everything on the way, as the evidence has it. */
export interface KmsPathFacts {
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  readonly dnsServers: readonly string[];
  /** Questions of `dns-server-answers`. */
  readonly serverAnswers: readonly DnsFact[];
  /** Questions for the SRV record. */
  readonly srvAnswers: readonly DnsFact[];
  /** Records that the system's own resolver gave for the SRV record. */
  readonly resolverRecords: readonly RecordFact[];
  /** Domains in which the record was looked for, in the order in which they were asked. */
  readonly domainsAsked: readonly string[];
  readonly domainsWithRecord: readonly string[];
  /** The host that is assigned by hand; null when the PC looks in DNS. */
  readonly assigned: KmsTarget | null;
  readonly targets: readonly KmsTarget[];
  /** Questions for the addresses of targets. */
  readonly addressAnswers: readonly DnsFact[];
  readonly connections: readonly ProbeFact[];
  readonly services: readonly ProbeFact[];
}

const text = (value: EvidenceValue | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null;
const number = (value: EvidenceValue | undefined): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
const texts = (value: EvidenceValue | undefined): string[] =>
  Array.isArray(value) ? value.flatMap((entry: EvidenceValue) => text(entry) ?? []) : [];

function recordsOf(value: EvidenceValue | undefined): RecordFact[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: EvidenceValue) => {
    if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return [];
    const fields = entry as Readonly<Record<string, EvidenceValue>>;
    return [
      {
        name: text(fields['name']) ?? '',
        type: text(fields['type']) ?? '',
        port: number(fields['port']),
        target: text(fields['target']),
        address: text(fields['address']),
      },
    ];
  });
}

const dnsFact = ({ data }: Evidence): DnsFact => ({
  server: text(data['server']) ?? '',
  name: canonicalName(text(data['name']) ?? ''),
  type: text(data['type']) ?? '',
  outcome: text(data['outcome']) ?? '',
  rcode: text(data['rcode']),
  ms: number(data['ms']),
  records: recordsOf(data['records']),
});

const probeFact = ({ data }: Evidence): ProbeFact => ({
  host: canonicalName(text(data['host']) ?? ''),
  address: text(data['address']),
  port: number(data['port']) ?? KMS_PORT,
  outcome: text(data['outcome']) ?? '',
  ms: number(data['ms']),
});

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** Whether a DNS question got an answer that says something about the name. */
export function isUsable(fact: DnsFact): boolean {
  return fact.outcome === 'answered' && (fact.rcode === 'NOERROR' || fact.rcode === 'NXDOMAIN');
}

/** The domain of a KMS record's name; null when it is not one, or the bare name. */
export function domainOfRecord(name: string): string | null {
  const canonical = canonicalName(name);
  return canonical.startsWith(`${KMS_SERVICE}.`) ? canonical.slice(KMS_SERVICE.length + 1) : null;
}

function assignedHost(evidence: readonly Evidence[]): KmsTarget | null {
  const settings = new Map<string, EvidenceValue>();
  for (const { kind, data } of evidence) {
    if (kind !== 'setting' && kind !== 'registry') continue;
    const name = text(data['name']);
    if (name !== null && data['value'] !== undefined) settings.set(name, data['value']);
  }
  const assigned = text(settings.get('KeyManagementServiceMachine'));
  if (assigned === null) return null;
  const endpoint = parseEndpoint(assigned);
  return { host: canonicalName(endpoint?.host ?? assigned), port: endpoint?.port ?? KMS_PORT };
}

/** Reads the way out of the evidence; checks that have not ended yet simply have none. */
export function kmsPathFacts(results: readonly CheckEvidence[]): KmsPathFacts {
  const of = (...ids: readonly CheckId[]): Evidence[] =>
    results.filter((result) => ids.includes(result.id)).flatMap((result) => result.evidence);
  const kind = (evidence: readonly Evidence[], wanted: Evidence['kind']) =>
    evidence.filter((item) => item.kind === wanted);

  const all = results.flatMap((result) => result.evidence);
  const adapters = kind(all, 'adapter').filter(({ data }) => data['up'] !== false);
  const systems = kind(of('network-address'), 'system');
  const serverAnswers = kind(of('dns-server-answers'), 'dns').map(dnsFact);

  const record = of('srv-record-published');
  const srvAnswers = kind(record, 'dns')
    .map(dnsFact)
    .filter((fact) => fact.type === 'SRV');
  const resolverRecords = kind(record, 'resolver').flatMap(({ data }) =>
    recordsOf(data['records']),
  );
  const srvRecords = [...srvAnswers.flatMap((fact) => fact.records), ...resolverRecords].filter(
    (found) => found.type === 'SRV' && found.target !== null,
  );
  const byEndpoint = new Map<string, KmsTarget>();
  for (const { target, port } of srvRecords) {
    const host = canonicalName(target ?? '');
    byEndpoint.set(`${host}:${port ?? KMS_PORT}`, { host, port: port ?? KMS_PORT });
  }

  const assignedEvidence = of(
    'assigned-host-form',
    'assigned-host-resolves',
    'assigned-host-answers',
  );
  const assigned = assignedHost(assignedEvidence);
  const wayEvidence = (found: CheckId, whenAssigned: CheckId) =>
    assigned === null ? of(found) : of(whenAssigned);

  return {
    addresses: unique([
      ...systems.flatMap(({ data }) => texts(data['addresses'])),
      ...adapters.flatMap(({ data }) => texts(data['addresses'])),
    ]),
    gateways: unique(adapters.flatMap(({ data }) => texts(data['gateways']))),
    // Servers named on the command line take the place of the configured ones.
    dnsServers: unique(
      serverAnswers.length > 0
        ? serverAnswers.map((fact) => fact.server).filter(Boolean)
        : adapters.flatMap(({ data }) => texts(data['dnsServers'])),
    ),
    serverAnswers,
    srvAnswers,
    resolverRecords,
    domainsAsked: unique(srvAnswers.flatMap((fact) => domainOfRecord(fact.name) ?? [])),
    domainsWithRecord: unique(srvRecords.flatMap((found) => domainOfRecord(found.name) ?? [])),
    assigned,
    targets: assigned === null ? [...byEndpoint.values()] : [assigned],
    addressAnswers: kind(wayEvidence('srv-target-addresses', 'assigned-host-resolves'), 'dns').map(
      dnsFact,
    ),
    connections: kind(wayEvidence('kms-port-reachable', 'assigned-host-answers'), 'tcp').map(
      probeFact,
    ),
    services: kind(wayEvidence('kms-service-answers', 'assigned-host-answers'), 'rpc').map(
      probeFact,
    ),
  };
}

/** The addresses of a target, IPv4 first: its own where it is one, else those that DNS gave or that were tried. */
export function addressesOf(way: KmsPathFacts, target: KmsTarget): string[] {
  if (isAddress(target.host)) return [target.host];
  const fromDns = way.addressAnswers
    .filter((fact) => fact.name === target.host || fact.name.startsWith(`${target.host}.`))
    .flatMap((fact) => fact.records.flatMap((found) => found.address ?? []));
  const tried = probesOf(way.connections, target).flatMap((probe) => probe.address ?? []);
  const found = unique([...fromDns, ...tried]);
  return [...found.filter(isIPv4), ...found.filter((address) => !isIPv4(address))];
}

/** The probes that went to a target. */
export function probesOf(probes: readonly ProbeFact[], target: KmsTarget): ProbeFact[] {
  return probes.filter((probe) => probe.host === target.host && probe.port === target.port);
}
