/**
 * Changes as data. A fix plans a list of them and does nothing else; preview, dry run, "by hand" text, journal,
 * undo and the executor are views of the same list. A change is plain JSON and holds no secret: of a product
 * key it knows the last five characters, and the key itself reaches the executor apart.
 */
import type { Message } from '@shared/message';
import type { ChangeKind } from '@shared/plan';
import type { ChannelClass } from '@shared/channels';
import { z } from 'zod';
import type {
  ActivationType,
  ChangeReceipt,
  ComputerChanges,
  DnsChangeMethod,
  DnsServer,
  KeyPurpose,
  KmsFirewallRules,
  ServiceName,
  ServiceState,
  SrvRecordSpec,
} from '../computer';
import type { RegistryLocation, RegistryValue } from '../registry-keys';
import type { Facts } from '../facts/facts';

/** Plain JSON. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

interface Kind<K extends ChangeKind> {
  readonly kind: K;
  /** Goes on when this change is refused: an attempt whose outcome is itself what is wanted. */
  readonly tolerateFailure?: true;
  /** Is left out when the change with this index in the same plan was done. */
  readonly skipWhenDone?: number;
}

/** Installs a product key. */
export interface ProductKeyChange extends Kind<'product-key'> {
  readonly partialProductKey: string;
  readonly purpose: KeyPurpose;
}

/** One attempt to activate. */
export interface ActivationChange extends Kind<'activation'> {
  /** Which step of a test it belongs to; absent outside of tests. */
  readonly step?: 'by-name' | 'by-address';
  /** Office instead of Windows: the activation ids of its products, for the commands by hand. */
  readonly office?: readonly string[];
}

/** Sets by what a product may be activated. */
export interface ActivationTypeChange extends Kind<'activation-type'> {
  /** Activation id of the product; null for all that have no setting of their own. */
  readonly productId: string | null;
  readonly type: ActivationType;
}

/** Activates with the confirmation id that was given on the telephone. */
export interface PhoneActivationChange extends Kind<'phone-activation'> {
  readonly installationId: string;
  readonly confirmationId: string;
}

/** Sets or clears the KMS host that is assigned by hand. */
export interface KmsAssignmentChange extends Kind<'kms-assignment'> {
  /** As Windows keeps it, an IPv6 address in brackets; null for automatic discovery. */
  readonly host: string | null;
  readonly port: number | null;
  /** Activation id of the product that alone it is for, empty where that has none; absent for all. */
  readonly productId?: string;
  /** Puts back what a test had changed. */
  readonly restores?: true;
}

/** Sets or clears the lookup domain. */
export interface LookupDomainChange extends Kind<'lookup-domain'> {
  readonly domain: string | null;
  /** As in {@link KmsAssignmentChange}. */
  readonly productId?: string;
}

/** Lets a KMS host publish itself in DNS, or not. */
export interface DnsPublishingChange extends Kind<'dns-publishing'> {
  readonly enabled: boolean;
}

/** Writes or deletes one registry value of volume activation. */
export interface RegistryValueChange extends Kind<'registry-value'> {
  readonly location: RegistryLocation;
  /** Null deletes it. */
  readonly value: RegistryValue | null;
}

/** Sets the start type of a service. */
export interface ServiceStartChange extends Kind<'service-start'> {
  readonly service: ServiceName;
  readonly start: ServiceState['start'];
}

/** Restarts a service. */
export interface ServiceRestartChange extends Kind<'service-restart'> {
  readonly service: ServiceName;
  /** It makes settings take effect, so taking them back needs it again. */
  readonly appliesSettings: boolean;
}

/** Turns inbound firewall rules of the KMS host on or off. */
export interface FirewallRuleChange extends Kind<'firewall-rule'> {
  /** What the rule that every Windows has is to be, where `rules` is absent. */
  readonly enabled: boolean;
  /** What each of several is to be. */
  readonly rules?: KmsFirewallRules;
}

/** Empties the cache of the Windows resolver. */
export type DnsCacheFlushChange = Kind<'dns-cache-flush'>;

/** Sets the DNS suffix search list. */
export interface SuffixSearchListChange extends Kind<'suffix-search-list'> {
  readonly suffixes: readonly string[];
}

/** Sets the DNS servers of a network adapter. */
export interface DnsServersChange extends Kind<'dns-servers'> {
  readonly adapter: string;
  /** In their order; null for those that DHCP gives. */
  readonly servers: readonly string[] | null;
}

/** Adds an SRV record to DNS or takes it out. */
export interface DnsRecordChange extends Kind<'dns-record'> {
  readonly action: 'add' | 'remove';
  readonly record: SrvRecordSpec;
  readonly how: DnsChangeMethod;
  /** Servers that are asked whether it stands there. */
  readonly readAt: readonly DnsServer[];
}

/** Sets the clock by its time source. */
export type ClockSyncChange = Kind<'clock-sync'>;

/** Any change. */
export type Change =
  | ProductKeyChange
  | ActivationChange
  | ActivationTypeChange
  | PhoneActivationChange
  | KmsAssignmentChange
  | LookupDomainChange
  | DnsPublishingChange
  | RegistryValueChange
  | ServiceStartChange
  | ServiceRestartChange
  | FirewallRuleChange
  | DnsCacheFlushChange
  | SuffixSearchListChange
  | DnsServersChange
  | DnsRecordChange
  | ClockSyncChange;

/** The change of a kind. */
export type ChangeOf<K extends ChangeKind> = Extract<Change, { readonly kind: K }>;

/** The schema of a change in a journal, out of what its kind adds. */
export const storedChange = <K extends ChangeKind, Shape extends z.ZodRawShape>(
  kind: K,
  shape: Shape,
) =>
  z.strictObject({
    kind: z.literal(kind),
    tolerateFailure: z.literal(true).optional(),
    skipWhenDone: z.int().min(0).max(64).optional(),
    ...shape,
  });

/** A text that a fix writes. */
export const changeText = z.string().max(512);
/** A DNS name, in characters. */
export const domainText = z.string().max(255);
/** A port; 0 where Windows has it for none. */
export const portNumber = z.int().min(0).max(65_535);
/** A service that fixes touch. */
export const serviceName = z.enum(['sppsvc', 'Dnscache']);

/** What a change needs and no plan, journal or log may hold. */
export interface Secrets {
  readonly productKey?: string;
}

/** What a licence looks like to the changes of it; null without a key. */
export type LicenceState = {
  readonly partialProductKey: string;
  readonly channel: ChannelClass;
} | null;

/**
 * A kind of change. `State` is what of the computer it is about, as plain JSON; null stands for "was not
 * there".
 */
export interface ChangeType<C extends Change = Change, State extends Json = Json> {
  /** What a journal may say of such a change: nothing that no fix, nor the undo of one, could have planned. */
  readonly schema: z.ZodType<C>;
  /** What the computer may have been like: of any length, since others than this program have set it. */
  readonly stateSchema: z.ZodType<State>;
  /** Names what it changes: two changes of one slot follow one another. */
  slot(change: C): string;
  /**
   * The state as it is now.
   *
   * @throws Unreadable
   */
  readState(facts: Facts, change: C): Promise<State>;
  /** Makes it. @throws ChangeRefused */
  apply(
    computer: ComputerChanges,
    change: C,
    secrets: Secrets,
    signal: AbortSignal,
  ): Promise<ChangeReceipt>;
  /**
   * Whether the state that was read back is what was wanted. Receipts prove nothing; what could not be read is
   * for {@link readState} to say, never for this.
   */
  isDone(state: State, change: C): boolean;
  /** The change that brings the former state back; null where Windows has none. */
  inverse(change: C, before: State): C | null;
  /** The state moves by itself: neither a plan's age nor another's hand is judged by it. */
  readonly volatile?: true;
  /** There is no way back to a former state, so one that cannot be read holds up nobody: it is null. */
  readonly mayStartUnknown?: true;
  /** What it leaves on the computer: a setting that was not there, one less, or none that lasts. */
  leaves(change: C): 'setting' | 'cleared' | 'nothing';
  needsElevation(change: C): boolean;
  /** What it does, as an imperative. */
  title(change: C): Message;
  /** The same by hand: one command or edit a line, in no language. */
  byHand(change: C): readonly string[];
  showBefore(state: State, change: C): Message;
  showAfter(change: C): Message;
  /** Why it cannot be taken back, where {@link inverse} gives null; null where there is nothing to take back. */
  irreversibleReason(change: C, before: State): Message | null;
}
