/**
 * The port between the engine and a Windows computer: the queries and the changes it supports. Everything above it runs
 * unchanged on this PC, on the network alone or on a simulated PC.
 *
 * Every query resolves with its result or rejects with an {@link Unreadable}. A silent network peer is a result, not an
 * error. Every method rejects promptly when its AbortSignal aborts.
 */
import type { ReasonCode } from '@shared/diagnosis';
import type { DnsRecord } from '@shared/evidence';
import type { OutboundBlock } from '@shared/firewall-rules';
import type { Application } from '@shared/kms';
import type { DnsServer, Endpoint } from '@shared/names';
import type { DnsClientSetting, RegistryLocation, RegistryValue } from './registry-keys';

/** A fact that couldn't be read, with the reason shown in the report. */
export class Unreadable extends Error {
  constructor(
    /** Reason, shown to users as `reasons.<code>`. */
    readonly reason: ReasonCode,
    /** Tool that was run, e.g. `powershell`, `reg.exe`, `ping`; null if none was needed. */
    readonly tool: string | null = null,
    /** The tool's output, redacted and shortened. */
    readonly said: string | null = null,
  ) {
    super([reason, tool, said].filter(Boolean).join(': '));
    this.name = 'Unreadable';
  }
}

/** For `catch`: returns null for an {@link Unreadable}. @throws any other error */
export function nullIfUnreadable(error: unknown): null {
  if (error instanceof Unreadable) return null;
  throw error;
}

/** A change that Windows or a DNS server refused. */
export class ChangeRefused extends Error {
  constructor(
    /** Reason, shown to users as `refusals.<code>`. */
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
    /** HRESULT from Windows, unsigned; null if it returned none. */
    readonly code: number | null = null,
    readonly said: string | null = null,
  ) {
    super([refusal, code === null ? null : code.toString(16), said].filter(Boolean).join(': '));
    this.name = 'ChangeRefused';
  }
}

/** A computer's identity and operating system. */
export interface SystemInfo {
  /** Computer name (NetBIOS or host name), e.g. `PC-042`. */
  readonly name: string;
  /** E.g. `Windows 11 Enterprise`; on target `network`, the name of the system the program runs on. */
  readonly os: string;
  /** Windows build, e.g. 26100; null on other systems. */
  readonly build: number | null;
  /** Whether this is a server edition. */
  readonly server: boolean;
  /** UI language as a BCP 47 tag, e.g. `zh-TW`. */
  readonly uiLanguage: string;
  /**
   * Whether this process has administrator rights; null if that's unknown. Changes are then attempted: Windows refuses
   * them without the rights, and an actual administrator must not be turned away.
   */
  readonly elevated: boolean | null;
  /** ID that journal entries are bound to: the machine GUID, or `scenario:` with the computer's name. */
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
  /** Source of the DNS servers: DHCP, or set manually or by policy; null if not read. */
  readonly dnsServersFrom: 'dhcp' | 'static' | null;
  /** Connection-specific suffix (from DHCP option 15 or set manually); null if there is none. */
  readonly connectionSuffix: string | null;
}

/** Name completion settings of the DNS client. */
export interface DnsClientSettings {
  /** Active Directory domain as a DNS name; null in a workgroup. */
  readonly adDomain: string | null;
  /** Primary DNS suffix; null if there is none. */
  readonly primaryDnsSuffix: string | null;
  readonly suffixSearchList: readonly string[];
}

/** Value of a CIM property. */
export type CimValue = string | number | boolean | null;

/** A CIM row, keyed by Windows' property names (docs/windows-facts.md#licensing-classes). */
export type CimRow = Readonly<Record<string, CimValue>>;

/** A Windows service that the app reads or changes. */
export type ServiceName = 'sppsvc' | 'Dnscache';

/** State and start type of a service. */
export interface ServiceState {
  readonly state: 'running' | 'stopped' | 'pending';
  /** `automatic-delayed`: starts automatically, a few minutes after the other services. */
  readonly start: 'automatic' | 'automatic-delayed' | 'manual' | 'disabled';
}

/** States in Win32_Service, which uses English words in every language. */
export const WIN32_STATES = { Running: 'running', Stopped: 'stopped', Paused: 'stopped' } as const;
/** Start types in Win32_Service, which uses English words in every language. They don't show a delay. */
export const WIN32_STARTS = { Auto: 'automatic', Manual: 'manual', Disabled: 'disabled' } as const;

/** A volume activation event (docs/windows-facts.md#events). */
export interface SppEvent {
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Insertion strings in Windows' order; never localized text. */
  readonly data: readonly string[];
}

/** Offset of this computer's clock. */
export interface ClockOffset {
  /** Minutes this clock is ahead of the source; negative if it's behind. */
  readonly minutes: number;
  /** Time source it was compared with, e.g. `dc1.contoso.com`. */
  readonly source: string;
}

/** Record types that are queried. */
export type RecordType = 'SRV' | 'A' | 'AAAA';

export type { DnsRecord, DnsServer };

/** An SRV record. */
export type SrvRecord = Extract<DnsRecord, { type: 'SRV' }>;

/** Possible outcomes of a DNS query, a connection and an RPC bind. Any other value is treated as a garbled answer. */
export const OUTCOMES = {
  dns: ['answered', 'silent', 'closed', 'garbled', 'unreachable'],
  connection: ['open', 'refused', 'filtered', 'no-route'],
  bind: ['kms', 'other-rpc', 'not-rpc', 'silent', 'cut'],
} as const;

/** Result of an attempt to get an answer from the network. */
interface Attempt<Outcome> {
  readonly outcome: Outcome;
  readonly ms: number;
  readonly detail: string | null;
}

/**
 * Result of one query to one DNS server. `silent`: no response in time. `closed`: the port refused. `garbled`: not a DNS
 * message, or one that contradicts itself or doesn't match the query. `unreachable`: no route, or the address family
 * isn't available on this computer.
 */
export type DnsAnswer =
  | {
      readonly outcome: 'answered';
      /**
       * Name of the response code, e.g. `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED` (RFC 1035 §4.1.1); `REFERRAL` if
       * the response only names other servers, or an alias that it doesn't follow.
       */
      readonly rcode: string;
      readonly authoritative: boolean;
      /** Whether the UDP response was truncated and the query repeated over TCP. */
      readonly truncated: boolean;
      readonly transport: 'udp' | 'tcp';
      /** Records of the answer section, including the CNAME chain. */
      readonly answers: readonly DnsRecord[];
      readonly additionals: readonly DnsRecord[];
      readonly ms: number;
    }
  | Attempt<Exclude<(typeof OUTCOMES.dns)[number], 'answered'>>;

/** Result of a lookup by the operating system's resolver. */
export interface ResolverAnswer {
  /** Empty if nothing was found. */
  readonly records: readonly DnsRecord[];
  /** The resolver's own error number or code, never localized text; null if something was found. */
  readonly error: string | null;
  readonly ms: number;
}

/** Result of a ping. A missing reply proves nothing, since ICMP may be blocked. */
export interface PingAnswer {
  readonly replied: boolean;
  readonly ms: number;
}

/**
 * Result of a TCP connection attempt. If no attempt could be made, the query rejects with {@link Unreadable}.
 * `filtered`: no response in time. `no-route`: failed immediately because there's no route to the network.
 */
export type ConnectAnswer = Attempt<(typeof OUTCOMES.connection)[number]>;

/**
 * A KMS port's response to a DCE/RPC bind for the KMS interface (docs/windows-facts.md#the-kms-port). `kms`: the bind was
 * accepted. `other-rpc`: an RPC server that doesn't know the interface, or that responds with bind_nak or fault.
 * `not-rpc`: other bytes. `silent`: no response in time. `cut`: the connection was closed before the response was
 * complete, or the server was too busy to respond.
 */
export type RpcAnswer = Attempt<(typeof OUTCOMES.bind)[number]>;

/** One connection to one KMS host, as two facts; `answered` resolves to null if the connection failed. */
export interface KmsProbe {
  readonly connected: Promise<ConnectAnswer>;
  readonly answered: Promise<RpcAnswer | null>;
}

/** How a change was made, for the journal. */
export interface ChangeReceipt {
  /** Tool or method: `slmgr`, `cim`, `regedit`, `reg.exe`, `powershell`, `dns-update`, `simulated` … */
  readonly way: string;
}

/** An SRV record to publish, with its full name, e.g. `_vlmcs._tcp.contoso.com`. */
export interface SrvRecordSpec extends Readonly<Omit<SrvRecord, 'type' | 'ttl'>> {
  /** Zone that holds the record, e.g. `contoso.com`. */
  readonly zone: string;
  /** Seconds. */
  readonly ttl: number;
}

/** How a record is added to or removed from a DNS server. */
export type DnsChangeMethod =
  | { readonly method: 'windows-dns'; readonly server: DnsServer | null }
  | {
      readonly method: 'dynamic-update';
      readonly server: DnsServer;
      /** Path of BIND's key file. The computer reads the file and never stores its contents. */
      readonly tsigKeyFile: string | null;
    };

/** Why a file can't be used as a TSIG key: it can't be read, or isn't in the format that `tsig-keygen` writes. */
export type KeyFileProblem = 'unreadable' | 'not-a-key';

/**
 * IDs of Windows' built-in inbound rules for a KMS host. Server editions have only the first. Client editions have
 * both: the second applies to domain networks, the first to all others.
 */
export const KMS_FIREWALL_RULES = ['SPPSVC-In-TCP', 'SPPSVC-In-TCP-NoScope'] as const;

/** One of {@link KMS_FIREWALL_RULES}. */
export type KmsFirewallRule = (typeof KMS_FIREWALL_RULES)[number];

/** Whether each rule is enabled; missing rules are left out. */
export type KmsFirewallRules = Readonly<Partial<Record<KmsFirewallRule, boolean>>>;

export type { OutboundBlock };

/** Queries that a computer supports. Any returned promise may reject with {@link Unreadable}. */
export interface ComputerFacts {
  system(signal: AbortSignal): Promise<SystemInfo>;
  adapters(signal: AbortSignal): Promise<readonly Adapter[]>;
  dnsClientSettings(signal: AbortSignal): Promise<DnsClientSettings>;
  /** Settings that are enforced by policy, which would set them again after a change. */
  dnsPolicies(signal: AbortSignal): Promise<readonly DnsClientSetting[]>;
  /** Whether the DNS server's PowerShell module is installed. */
  dnsTools(signal: AbortSignal): Promise<boolean>;
  /** The row of SoftwareLicensingService. */
  licensingService(signal: AbortSignal): Promise<CimRow>;
  /** Windows rows of SoftwareLicensingProduct that have a partial product key. */
  licensingProducts(signal: AbortSignal): Promise<readonly CimRow[]>;
  /**
   * Office rows of the same class. A separate query, so that a query for Windows doesn't wait for Office's many rows.
   */
  officeProducts(signal: AbortSignal): Promise<readonly CimRow[]>;
  /** Null if the value doesn't exist. */
  registryValue(location: RegistryLocation, signal: AbortSignal): Promise<RegistryValue | null>;
  /** Null if the service doesn't exist. */
  service(name: ServiceName, signal: AbortSignal): Promise<ServiceState | null>;
  /** Oldest first, as in the event log. */
  events(signal: AbortSignal): Promise<readonly SppEvent[]>;
  clockOffset(signal: AbortSignal): Promise<ClockOffset>;
  /** Whether VBScript can run. */
  vbscript(signal: AbortSignal): Promise<boolean>;
  /**
   * Whether the firewall lets KMS clients in on the networks that this computer is connected to, through Windows'
   * built-in rule or another one; null if it doesn't and the built-in rule doesn't exist.
   */
  firewallKmsRule(signal: AbortSignal): Promise<boolean | null>;
  /** State of Windows' built-in KMS rules, whether or not they're in effect. */
  kmsFirewallRules(signal: AbortSignal): Promise<KmsFirewallRules>;
  /** Source of this computer's firewall rules that block outbound traffic to a KMS port; null if none do. */
  outboundBlocked(port: number, signal: AbortSignal): Promise<OutboundBlock | null>;
  /** Sends one query to one server: over UDP, then TCP if truncated; over TCP only if `transport` is `tcp`. */
  dnsQuery(
    server: DnsServer,
    name: string,
    type: RecordType,
    transport: 'udp' | 'tcp',
    signal: AbortSignal,
  ): Promise<DnsAnswer>;
  /** Resolves a full name with the operating system's resolver, including its cache, hosts file and policies. */
  resolve(name: string, type: RecordType, signal: AbortSignal): Promise<ResolverAnswer>;
  ping(address: string, signal: AbortSignal): Promise<PingAnswer>;
  /** Opens one TCP connection and sends one RPC bind, never an activation request. */
  probeKms(endpoint: Endpoint & { readonly host: string }, signal: AbortSignal): KmsProbe;
  /** Installation ID for activation by phone, digits only; null if Windows returns none. */
  installationId(signal: AbortSignal): Promise<string | null>;
  /** Problem with BIND's key file; null if it can sign an update. */
  keyFileFault(path: string): Promise<KeyFileProblem | null>;
}

/** `VLActivationTypeEnabled`: 0 all, 1 Active Directory, 2 KMS, 3 token (docs/windows-facts.md#registry). */
export type ActivationType = 0 | 1 | 2 | 3;

/**
 * Purpose of a product key, known to the fix that installs it. Windows derives it from the key itself; a simulated PC
 * can't. Verification compares the state read back with it.
 */
export type KeyPurpose = 'kms-client' | 'mak' | 'kms-host';

/** A change that takes these arguments. */
type Change<Arguments extends readonly unknown[]> = (
  ...args: readonly [...Arguments, signal: AbortSignal]
) => Promise<ChangeReceipt>;

/**
 * Changes that a computer supports. Each rejects with {@link ChangeRefused} only if the change wasn't made. If it was
 * requested without an error but the result can't be read, it returns its receipt, and the engine verifies the state
 * itself. If there's no state to verify, as with a cache, it rejects with {@link Unreadable}.
 */
export interface ComputerChanges {
  /** Installs a product key. `key` is the complete key and must not appear in any argv, log or journal. */
  installProductKey: Change<[key: string, purpose: KeyPurpose]>;
  /**
   * Makes one attempt to activate all products of an application that have a key. A refusal has Windows' error code.
   */
  activate: Change<[product: Application]>;
  /**
   * Sets the activation method that's allowed.
   *
   * @param productId product to set it for, by its `nameOfProduct`; null for all products without their own
   *   setting
   */
  setActivationType: Change<[productId: string | null, type: ActivationType]>;
  depositConfirmationId: Change<[installationId: string, confirmationId: string]>;
  /**
   * Assigns a KMS host.
   *
   * @param host in the form that Windows stores, IPv6 addresses in brackets; null clears host and port
   * @param port null for none, and if `host` is null
   * @param productId the only product to set it for, by its `nameOfProduct`; all products if omitted
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
  setDnsPublishing: Change<[enabled: boolean]>;
  /** Null deletes the value. */
  setRegistryValue: Change<[location: RegistryLocation, value: RegistryValue | null]>;
  setServiceStart: Change<[name: ServiceName, start: ServiceState['start']]>;
  /** Stops the service if it's running, starts it, and waits until it runs. */
  restartService: Change<[name: ServiceName]>;
  /** Enables or disables the given built-in rules. */
  setKmsFirewallRules: Change<[rules: KmsFirewallRules]>;
  flushDnsCache: Change<[]>;
  setSuffixSearchList: Change<[suffixes: readonly string[]]>;
  /**
   * Sets the DNS servers of a network adapter, in order.
   *
   * @param adapter name, as in {@link Adapter}
   * @param servers IPv4 and IPv6 addresses; null to get them from DHCP
   */
  setDnsServers: Change<[adapter: string, servers: readonly string[] | null]>;
  addSrvRecord: Change<[record: SrvRecordSpec, how: DnsChangeMethod]>;
  removeSrvRecord: Change<[record: SrvRecordSpec, how: DnsChangeMethod]>;
  syncClock: Change<[]>;
  /**
   * Captures what this computer needs to revert the next change exactly. It's written to the journal before the change
   * is made. Computers whose changes can be reverted without it don't implement this method and {@link forUndo}.
   */
  captureState?(): unknown;
  /** Returns the same operations, each of which reverts the change made after `memory` was captured. */
  forUndo?(memory: unknown): ComputerChanges;
}

/** A real or simulated computer, or the facts of one. */
export interface Computer extends ComputerFacts, ComputerChanges {
  /** Source of its facts. */
  readonly target: 'this-pc' | 'network' | 'scenario' | 'facts';
  /** Target it's diagnosed as: a saved network case is a scenario that is diagnosed as `network`. */
  readonly diagnosedAs: 'this-pc' | 'network';
  /** False if the system's resolver isn't queried: a case whose DNS servers were set with `--dns`. */
  readonly asksResolver?: boolean;
  /**
   * Whether the registry has a KMS host or a lookup domain that's set for only one application or product. Not
   * implemented if only the product rows could tell.
   */
  isPlacedByProduct?(signal: AbortSignal): Promise<boolean>;
  /** KMS hosts listed in the machine policy, unparsed. Not implemented on targets without such a policy. */
  policyKmsHosts?(signal: AbortSignal): Promise<readonly string[]>;
  /** Facts that a case leaves out because there was too much data; no verdict is then certain. */
  readonly leftOut?: readonly string[];
  /**
   * Whether a case lists a KMS port as skipped because its run had too many to probe. A skipped port must not take
   * another one's slot: which ports get probed depends on who answers first.
   */
  isLeftOut?(address: string, port: number): boolean;
  /** Hosts expected in DNS according to the case; hosts given for the run take precedence. */
  readonly expectedHosts?: readonly string[];
  /** Current time in this computer's world, which may be simulated. */
  now(): Date;
  /** Waits. In a simulation the time passes immediately. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}
