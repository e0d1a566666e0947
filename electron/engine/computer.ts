/**
 * The port between the engine and a Windows computer: what one can be asked and what it can be told.
 * Everything above runs unchanged against this PC, the network alone, or a simulated PC.
 *
 * Every question either resolves with what was found or rejects with an {@link Unreadable}; silence of a
 * network peer is an answer, not an error. Every method obeys its AbortSignal promptly by rejecting.
 */
import type { ReasonCode } from '@shared/diagnosis';
import type { DnsRecord } from '@shared/evidence';
import type { OutboundBlock } from '@shared/firewall-rules';
import type { Application } from '@shared/kms';
import type { Endpoint } from '@shared/names';
import type { DnsClientSetting, RegistryLocation, RegistryValue } from './registry-keys';

/** A fact that could not be found out, with the reason that the report shows. */
export class Unreadable extends Error {
  constructor(
    /** Why, for people by way of `reasons.<code>`. */
    readonly reason: ReasonCode,
    /** Which tool was asked, e.g. `powershell`, `reg.exe`, `ping`; null when no tool was needed. */
    readonly tool: string | null = null,
    /** What the tool said, redacted and short. */
    readonly said: string | null = null,
  ) {
    super([reason, tool, said].filter(Boolean).join(': '));
    this.name = 'Unreadable';
  }
}

/** For `catch`: null for what could not be read. @throws whatever else it is */
export function nullIfUnreadable(error: unknown): null {
  if (error instanceof Unreadable) return null;
  throw error;
}

/** A change that Windows, or a DNS server, refused. */
export class ChangeRefused extends Error {
  constructor(
    /** Why, for people by way of `refusals.<code>`. */
    readonly refusal:
      | 'access-denied'
      | 'script-policy'
      | 'tool-missing'
      | 'tool-failed'
      | 'timed-out'
      | 'dns-refused'
      | 'dns-bad-key'
      | 'dns-no-zone'
      | 'dns-no-answer'
      | 'record-of-another-host'
      | 'not-supported-here'
      | 'not-kept'
      | 'not-done',
    /** The HRESULT that Windows gave, unsigned; null when it gave none. */
    readonly code: number | null = null,
    readonly said: string | null = null,
  ) {
    super([refusal, code === null ? null : code.toString(16), said].filter(Boolean).join(': '));
    this.name = 'ChangeRefused';
  }
}

/** Who a computer is. */
export interface SystemInfo {
  /** The computer's own name, as NetBIOS or host name, e.g. `PC-042`. */
  readonly name: string;
  /** E.g. `Windows 11 Enterprise`; on target `network` the name of the system the program runs on. */
  readonly os: string;
  /** Windows build, e.g. 26100; null where there is no Windows. */
  readonly build: number | null;
  /** Whether it is a server edition. */
  readonly server: boolean;
  /** UI language as BCP 47 tag, e.g. `zh-TW`. */
  readonly uiLanguage: string;
  /**
   * Whether this process holds administrator rights; null where nobody here could tell. Changes are then tried:
   * Windows refuses who has none, and an administrator must not be sent away.
   */
  readonly elevated: boolean | null;
  /** What a journal entry is bound to: the machine GUID, or `scenario:` with the computer's name. */
  readonly id: string;
}

/** A network adapter. */
export interface Adapter {
  readonly name: string;
  readonly up: boolean;
  /** IPv4 and IPv6 addresses without prefix length or zone. */
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  readonly dnsServers: readonly string[];
  /** Who set the DNS servers: DHCP, or a person or policy; null where that was not read. */
  readonly dnsServersFrom: 'dhcp' | 'static' | null;
  /** Connection-specific suffix (DHCP option 15 or typed in); null when there is none. */
  readonly connectionSuffix: string | null;
}

/** How a computer completes names. */
export interface DnsClientSettings {
  /** Active Directory domain as DNS name; null in a workgroup. */
  readonly adDomain: string | null;
  /** Primary DNS suffix; null when there is none. */
  readonly primaryDnsSuffix: string | null;
  readonly suffixSearchList: readonly string[];
}

/** A value of a CIM property. */
export type CimValue = string | number | boolean | null;

/** A CIM row by Windows' own property names (docs/windows-facts.md#licensing-classes). */
export type CimRow = Readonly<Record<string, CimValue>>;

/** A Windows service that the product looks at. */
export type ServiceName = 'sppsvc' | 'Dnscache';

/** State and start type of a service. */
export interface ServiceState {
  readonly state: 'running' | 'stopped' | 'pending';
  /** `automatic-delayed`: by itself, some minutes after the other services. */
  readonly start: 'automatic' | 'automatic-delayed' | 'manual' | 'disabled';
}

/** One event of volume activation (docs/windows-facts.md#events). */
export interface SppEvent {
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** The insertion strings in Windows' order; never the localised text. */
  readonly data: readonly string[];
}

/** How far this computer's clock is off. */
export interface ClockOffset {
  /** Minutes this clock is ahead of the source; negative when it is behind. */
  readonly minutes: number;
  /** Whom it was compared with, e.g. `dc1.contoso.com`. */
  readonly source: string;
}

/** A DNS server by address; the port is 53 unless named. */
export interface DnsServer {
  readonly address: string;
  readonly port: number;
}

/** Record types that are asked for. */
export type RecordType = 'SRV' | 'A' | 'AAAA';

export type { DnsRecord };

/** What can become of a question, a connection and a bind; of any other word of a computer nothing is known. */
export const OUTCOMES = {
  dns: ['answered', 'silent', 'closed', 'garbled', 'unreachable'],
  connection: ['open', 'refused', 'filtered', 'no-route'],
  bind: ['kms', 'other-rpc', 'not-rpc', 'silent', 'cut'],
} as const;

/** What became of one question to one DNS server. */
export type DnsAnswer =
  | {
      readonly outcome: 'answered';
      /**
       * Name of the response code, e.g. `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED` (RFC 1035 §4.1.1); `REFERRAL` where
       * the answer only names other servers or an alias that it does not follow.
       */
      readonly rcode: string;
      readonly authoritative: boolean;
      /** The answer over UDP was cut and TCP gave the rest. */
      readonly truncated: boolean;
      readonly transport: 'udp' | 'tcp';
      /** Records of the answer section, the chain of CNAMEs included. */
      readonly answers: readonly DnsRecord[];
      readonly additionals: readonly DnsRecord[];
      readonly ms: number;
    }
  | {
      /**
       * `silent`: no answer in time. `closed`: the port refused. `garbled`: no DNS message, or one that contradicts
       * itself or is about something else. `unreachable`: no route, or no such address family here.
       */
      readonly outcome: 'silent' | 'closed' | 'garbled' | 'unreachable';
      readonly ms: number;
      readonly detail: string | null;
    };

/** What the operating system's own resolver says of a name. */
export interface ResolverAnswer {
  /** Empty when it finds nothing. */
  readonly records: readonly DnsRecord[];
  /** Its error in its own terms (an error number or code, never localised text); null when it found something. */
  readonly error: string | null;
  readonly ms: number;
}

/** An answer to a ping. A missing answer proves nothing: ICMP may be blocked. */
export interface PingAnswer {
  readonly replied: boolean;
  readonly ms: number;
}

/** What became of a TCP connection that could be tried; one that could not be is {@link Unreadable}. */
export interface ConnectAnswer {
  /** `filtered`: no answer in time. `no-route`: it failed at once, since nothing leads to that network. */
  readonly outcome: (typeof OUTCOMES.connection)[number];
  readonly ms: number;
  readonly detail: string | null;
}

/** What a KMS port says to a DCE/RPC bind for the KMS interface (docs/windows-facts.md#the-kms-port). */
export interface RpcAnswer {
  /**
   * `kms`: the bind was accepted. `other-rpc`: an RPC server that does not know the interface, or answers
   * with bind_nak or fault. `not-rpc`: other bytes. `silent`: nothing in time. `cut`: the connection was ended before
   * an answer was whole, or the server was too busy for one.
   */
  readonly outcome: (typeof OUTCOMES.bind)[number];
  readonly ms: number;
  readonly detail: string | null;
}

/** One connection to one KMS host, two facts: the second is null when nothing connected. */
export interface KmsProbe {
  readonly connected: Promise<ConnectAnswer>;
  readonly answered: Promise<RpcAnswer | null>;
}

/** How a change was made, for the journal. */
export interface ChangeReceipt {
  /** `slmgr`, `cim`, `regedit`, `reg.exe`, `powershell`, `dns-update`, `simulated` … */
  readonly way: string;
}

/** An SRV record to publish. */
export interface SrvRecordSpec {
  /** Zone that holds the record, e.g. `contoso.com`. */
  readonly zone: string;
  /** Full name, e.g. `_vlmcs._tcp.contoso.com`. */
  readonly name: string;
  readonly target: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
  /** Seconds. */
  readonly ttl: number;
}

/** How a record gets to its DNS server. */
export type DnsChangeMethod =
  | { readonly method: 'windows-dns'; readonly server: DnsServer | null }
  | {
      readonly method: 'dynamic-update';
      readonly server: DnsServer;
      /** BIND's key file; read by the computer, never kept. */
      readonly tsigKeyFile: string | null;
    };

/** Why a file holds no TSIG key: it cannot be read, or is none that `tsig-keygen` makes. */
export type KeyFileFault = 'unreadable' | 'not-a-key';

/**
 * Windows' own inbound rules for a KMS host, by their ids. A server has the first; a client edition has the second
 * as well, which is for domain networks, while the first is for the others.
 */
export const KMS_FIREWALL_RULES = ['SPPSVC-In-TCP', 'SPPSVC-In-TCP-NoScope'] as const;

/** One of {@link KMS_FIREWALL_RULES}. */
export type KmsFirewallRule = (typeof KMS_FIREWALL_RULES)[number];

/** Whether rules are on; those that are not there are left out. */
export type KmsFirewallRules = Readonly<Partial<Record<KmsFirewallRule, boolean>>>;

export type { OutboundBlock };

/** What a computer can be asked. `P` of the answer may reject with {@link Unreadable}. */
export interface ComputerFacts {
  system(signal: AbortSignal): Promise<SystemInfo>;
  adapters(signal: AbortSignal): Promise<readonly Adapter[]>;
  dnsClientSettings(signal: AbortSignal): Promise<DnsClientSettings>;
  /** The settings that a policy sets, and would set again. */
  dnsPolicies(signal: AbortSignal): Promise<readonly DnsClientSetting[]>;
  /** Whether the PowerShell module of the DNS server is here. */
  dnsTools(signal: AbortSignal): Promise<boolean>;
  /** The row of SoftwareLicensingService. */
  licensingService(signal: AbortSignal): Promise<CimRow>;
  /** Windows' rows of SoftwareLicensingProduct that have a partial product key. */
  licensingProducts(signal: AbortSignal): Promise<readonly CimRow[]>;
  /** Those of Office. Asked for by themselves: nobody who asks for Windows waits for the many rows of Office. */
  officeProducts(signal: AbortSignal): Promise<readonly CimRow[]>;
  /** Null when the value is not there. */
  registryValue(location: RegistryLocation, signal: AbortSignal): Promise<RegistryValue | null>;
  /** Null when there is no such service. */
  service(name: ServiceName, signal: AbortSignal): Promise<ServiceState | null>;
  /** Newest last, as the log has them. */
  events(signal: AbortSignal): Promise<readonly SppEvent[]>;
  clockOffset(signal: AbortSignal): Promise<ClockOffset>;
  /** Whether VBScript can run. */
  vbscript(signal: AbortSignal): Promise<boolean>;
  /**
   * Whether the firewall lets KMS clients in on the networks that this computer is connected to, by Windows' own
   * rule for it or otherwise; null where it does not and there is no such rule.
   */
  firewallKmsRule(signal: AbortSignal): Promise<boolean | null>;
  /** How Windows' own rules for it are switched, whether they count or not. */
  kmsFirewallRules(signal: AbortSignal): Promise<KmsFirewallRules>;
  /** Whether this computer's own firewall drops what goes out to a KMS port, and by whose rules; null where it does not. */
  outboundBlocked(port: number, signal: AbortSignal): Promise<OutboundBlock | null>;
  /** One question to one server, UDP first and TCP after truncation, unless `transport` is `tcp`. */
  dnsQuery(
    server: DnsServer,
    name: string,
    type: RecordType,
    transport: 'udp' | 'tcp',
    signal: AbortSignal,
  ): Promise<DnsAnswer>;
  /** A full name through the operating system's resolver, cache, hosts file and policy included. */
  resolve(name: string, type: RecordType, signal: AbortSignal): Promise<ResolverAnswer>;
  ping(address: string, signal: AbortSignal): Promise<PingAnswer>;
  /** Opens one TCP connection, sends one RPC bind, never an activation request. */
  probeKms(endpoint: Endpoint & { readonly host: string }, signal: AbortSignal): KmsProbe;
  /** Installation id for activation by telephone, digits only; null when Windows gives none. */
  installationId(signal: AbortSignal): Promise<string | null>;
  /** What is wrong with BIND's key file; null where an update can be signed by it. */
  keyFileFault(path: string): Promise<KeyFileFault | null>;
}

/** `VLActivationTypeEnabled`: 0 everything, 1 Active Directory, 2 KMS, 3 token (docs/windows-facts.md#registry). */
export type ActivationType = 0 | 1 | 2 | 3;

/**
 * What a product key is for, as the fix that installs it knows. Windows finds it out from the key itself and
 * needs no telling; a simulation cannot, and whoever reads the state back compares with it.
 */
export type KeyPurpose = 'kms-client' | 'mak' | 'kms-host';

/**
 * What a computer can be told. Each rejects with {@link ChangeRefused} when it was not done, and only then: where it
 * was told without an error and what came of it cannot be read, it gives its receipt, and the engine looks itself.
 * Where the engine has nothing to look at, as with a cache, it rejects with {@link Unreadable}.
 */
export interface ComputerChanges {
  /** Installs a key; `key` is the whole key and must reach no argv, log or journal. */
  installProductKey(key: string, purpose: KeyPurpose, signal: AbortSignal): Promise<ChangeReceipt>;
  /** One attempt to activate every product of it that has a key. Refused with the code that Windows gives. */
  activate(product: Application, signal: AbortSignal): Promise<ChangeReceipt>;
  /**
   * Sets by what Windows may be activated.
   *
   * @param productId the product that it is for, by its `nameOfProduct`; null for all that have no setting of their own
   */
  setActivationType(
    productId: string | null,
    type: ActivationType,
    signal: AbortSignal,
  ): Promise<ChangeReceipt>;
  depositConfirmationId(
    installationId: string,
    confirmationId: string,
    signal: AbortSignal,
  ): Promise<ChangeReceipt>;
  /**
   * Assigns a KMS host.
   *
   * @param host as Windows keeps it, an IPv6 literal in brackets; null clears both (`port` is then null)
   * @param port null for none
   * @param productId the product that alone it is for, by its `nameOfProduct`; all where it is left out
   */
  setKmsHost(
    host: string | null,
    port: number | null,
    signal: AbortSignal,
    productId?: string,
  ): Promise<ChangeReceipt>;
  /** @param productId as for {@link setKmsHost} */
  setLookupDomain(
    domain: string | null,
    signal: AbortSignal,
    productId?: string,
  ): Promise<ChangeReceipt>;
  setDnsPublishing(enabled: boolean, signal: AbortSignal): Promise<ChangeReceipt>;
  /** Null deletes the value. */
  setRegistryValue(
    location: RegistryLocation,
    value: RegistryValue | null,
    signal: AbortSignal,
  ): Promise<ChangeReceipt>;
  setServiceStart(
    name: ServiceName,
    start: ServiceState['start'],
    signal: AbortSignal,
  ): Promise<ChangeReceipt>;
  /** Stops it if it runs, starts it, waits until it runs. */
  restartService(name: ServiceName, signal: AbortSignal): Promise<ChangeReceipt>;
  /** Switches these of Windows' own rules. */
  setKmsFirewallRules(rules: KmsFirewallRules, signal: AbortSignal): Promise<ChangeReceipt>;
  flushDnsCache(signal: AbortSignal): Promise<ChangeReceipt>;
  setSuffixSearchList(suffixes: readonly string[], signal: AbortSignal): Promise<ChangeReceipt>;
  /**
   * Sets the DNS servers of a network adapter, in their order.
   *
   * @param adapter its name, as {@link Adapter} has it
   * @param servers IPv4 and IPv6 addresses; null for those that DHCP gives
   */
  setDnsServers(
    adapter: string,
    servers: readonly string[] | null,
    signal: AbortSignal,
  ): Promise<ChangeReceipt>;
  addSrvRecord(
    record: SrvRecordSpec,
    how: DnsChangeMethod,
    signal: AbortSignal,
  ): Promise<ChangeReceipt>;
  removeSrvRecord(
    record: SrvRecordSpec,
    how: DnsChangeMethod,
    signal: AbortSignal,
  ): Promise<ChangeReceipt>;
  syncClock(signal: AbortSignal): Promise<ChangeReceipt>;
  /**
   * What this computer has to know later to take the next change back to the letter; it is in the journal before
   * the change is made. A computer whose changes say all by themselves lacks this and {@link takingBack}.
   */
  remember?(): unknown;
  /** The same changes, each of which takes back the one before which `memory` was remembered. */
  takingBack?(memory: unknown): ComputerChanges;
}

/** A computer, or what stands for one. */
export interface Computer extends ComputerFacts, ComputerChanges {
  /** Where its facts come from. */
  readonly target: 'this-pc' | 'network' | 'scenario' | 'facts';
  /** As which it is diagnosed: a saved network case is a scenario that is diagnosed as `network`. */
  readonly diagnosedAs: 'this-pc' | 'network';
  /** False where the system's resolver is not asked: a case whose DNS servers a person had named (`--dns`). */
  readonly asksResolver?: boolean;
  /**
   * Whether the registry has a KMS host or a lookup domain for one application or one product alone. Left out where
   * that is told no sooner than by the rows of the products.
   */
  isPlacedByProduct?(signal: AbortSignal): Promise<boolean>;
  /** The KMS hosts that the machine policy names, as they are written there. Left out where there is no such policy. */
  policyKmsHosts?(signal: AbortSignal): Promise<readonly string[]>;
  /** Facts that a case lacks, as there was too much of them: nothing is certain then. */
  readonly leftOut?: readonly string[];
  /**
   * Whether a case has a KMS port as one that its run did not try, as there were too many. It takes the place of no
   * other then: which ones are tried rests on who answers first.
   */
  isLeftOut?(address: string, port: number): boolean;
  /** Hosts that ought to be in DNS, as a case has them; others that are named in a run go before them. */
  readonly expectedHosts?: readonly string[];
  /** The time as this computer's world has it. */
  now(): Date;
  /** Waits; in a simulation its time passes at once. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}
