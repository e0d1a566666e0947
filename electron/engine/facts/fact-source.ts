/** The questions that a snapshot is made of; `Facts` answers each once. */
import type {
  Adapter,
  CimRow,
  ClockOffset,
  Computer,
  ConnectAnswer,
  DnsAnswer,
  DnsClientSettings,
  DnsServer,
  RecordType,
  RegistryValue,
  RegistryValueName,
  ResolverAnswer,
  RpcAnswer,
  ServiceState,
  SppEvent,
  SystemInfo,
} from '../computer';
import type { Assignment, Domains, Licence, Probe } from './fact-snapshot';
import type { KmsCandidate } from './kms-candidates';

/** What became of a connection to a KMS port, and of the bind on it. */
export interface KmsReach {
  readonly connected: Promise<ConnectAnswer>;
  readonly answered: Promise<RpcAnswer | null>;
}

export interface FactSource {
  readonly computer: Computer;
  /** Whether the system's resolver takes part in this run. */
  readonly resolverTakesPart: boolean;
  system(): Promise<SystemInfo>;
  adapters(): Promise<readonly Adapter[]>;
  dnsClient(): Promise<DnsClientSettings>;
  service(): Promise<CimRow>;
  sppsvc(): Promise<ServiceState | null>;
  events(): Promise<readonly SppEvent[]>;
  clock(): Promise<ClockOffset>;
  vbscript(): Promise<boolean>;
  firewallRule(): Promise<boolean | null>;
  outboundBlocked(): Promise<boolean>;
  registry(name: RegistryValueName): Promise<RegistryValue | null>;
  legacyValues(): Promise<readonly { name: string; value: RegistryValue }[]>;
  licence(): Promise<Licence | null>;
  assignment(): Promise<Assignment | null>;
  assignedCandidate(): Promise<KmsCandidate | null>;
  servers(): Promise<readonly DnsServer[]>;
  configuredServers(): Promise<readonly DnsServer[]>;
  domains(): Promise<Domains>;
  query(server: DnsServer, name: string, type: RecordType): Promise<DnsAnswer>;
  resolve(name: string, type: RecordType): Promise<ResolverAnswer>;
  resolveAddresses(
    host: string,
  ): Promise<{ readonly a: ResolverAnswer; readonly aaaa: ResolverAnswer }>;
  probeKms(address: string, port: number, kept?: number): KmsReach;
  ownPort(): Promise<readonly Probe[]>;
}
