/**
 * Windows Firewall rules as stored in the registry, and their effect on a KMS connection.
 *
 * Grammar of a rule: MS-GPFAS 2.2.2.19,
 * https://learn.microsoft.com/openspecs/windows_protocols/ms-gpfas/2efe0b76-7b4a-41ff-9050-1023f8196d16.
 * A connection is reported as blocked or closed only if every condition involved is known to be met.
 */

import type { DeepReadonly } from './deep-readonly';
import { getOrCreate } from './get-or-create';
import { mapValues } from './look-up';

/** Source of the rules that drop outbound traffic: this computer or a policy. */
export type OutboundBlock = 'this-pc' | 'group-policy';

/** The firewall profiles. Each network that a PC is connected to has one. */
export const PROFILES = ['domain', 'private', 'public'] as const;

/** One of {@link PROFILES}. */
export type Profile = (typeof PROFILES)[number];

/** First and last port, inclusive. */
type PortRange = readonly [first: number, last: number];

/** Null for any port. A keyword such as `RPC` stands for ports without a number here. */
type Ports = readonly PortRange[] | null;

/** The parts of a rule that are evaluated here. */
export type FirewallRule = DeepReadonly<NonNullable<ReturnType<typeof parseRule>>>;

const VERSION = /^v\d{1,3}\.\d{1,3}$/i;
const ACTIONS = ['allow', 'block', 'bypass'] as const;
const DIRECTIONS = ['in', 'out'] as const;
const SWITCH = ['true', 'false'] as const;

/** Fields that may occur at most once. */
const SINGLE = ['action', 'dir', 'active', 'protocol', 'app', 'svc'];

/** Each schema version may add port fields, such as `LPort2_10` for ranges. */
const LOCAL_PORTS = /^lport(?:2_\d+)?$/;
const REMOTE_PORTS = /^rport(?:2_\d+)?$/;

const PACKAGES = ['apppkgid', 'pfn', 'luown'];

/** Names and flags that don't restrict the rule. */
const NOTES = ['name', 'desc', 'embedctxt', 'edge', 'defer', 'lsm', 'lom', 'pcross'];

const KNOWN = new Set([...SINGLE, 'profile', ...PACKAGES, ...NOTES]);

/** IANA protocol number of TCP. */
const TCP = 6;

/**
 * Parses a rule.
 *
 * @returns null for text that the firewall rejects: no leading version, no action or direction, or an unknown word in
 *   one of these
 */
export function parseRule(text: string) {
  const [version = '', ...parts] = text.split('|');
  if (!VERSION.test(version)) return null;
  // Every field ends with a bar. Anything after the last bar was truncated, for example at a line break.
  let conditional = parts.pop() !== '';
  const fields = new Map<string, string[]>();
  for (const part of parts) {
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(equals, 0)).toLowerCase();
    getOrCreate(fields, name, () => []).push(part.slice(equals + 1));
    if (!KNOWN.has(name) && !LOCAL_PORTS.test(name) && !REMOTE_PORTS.test(name)) conditional = true;
  }
  if (SINGLE.some((name) => (fields.get(name)?.length ?? 0) > 1)) return null;
  const word = (name: string): string => fields.get(name)?.[0] ?? '';
  const action = oneOf(ACTIONS, word('action'));
  const direction = oneOf(DIRECTIONS, word('dir'));
  const active = oneOf(SWITCH, word('active') || 'false');
  const protocol = protocolOf(word('protocol'));
  const profiles = (fields.get('profile') ?? PROFILES).map((name) => oneOf(PROFILES, name));
  if (action === undefined || direction === undefined || active === undefined) return null;
  if (protocol === undefined || profiles.includes(undefined)) return null;
  return {
    /** `bypass` allows traffic authenticated by IPsec, and overrides every block. */
    action,
    active: active === 'true',
    direction,
    /** IANA protocol number; null for any. */
    protocol,
    profiles: PROFILES.filter((profile) => profiles.includes(profile)),
    localPorts: portsOf(LOCAL_PORTS, fields),
    remotePorts: portsOf(REMOTE_PORTS, fields),
    /** Program path as written in the rule; null for any. */
    app: word('app') || null,
    /** Short name of a service, `*` for every service; null for anything. */
    service: word('svc') || null,
    /** Applies to packaged apps or one user's apps. Windows itself has hundreds of such rules. */
    packaged: PACKAGES.some((name) => fields.has(name)),
    /** Applies only under a further condition: an address, an interface, a user, or something unknown. */
    conditional,
  };
}

/** Returns which of these words is meant, in any case; undefined if none is. */
const oneOf = <T extends string>(words: readonly T[], word: string): T | undefined =>
  words.find((known) => known === word.toLowerCase());

/** Null for any; the firewall itself uses 256 for "any". */
function protocolOf(word: string): number | null | undefined {
  if (word === '') return null;
  const number = /^\d{1,3}$/.test(word) ? Number(word) : Number.NaN;
  if (number === 256) return null;
  return number < 256 ? number : undefined;
}

function portsOf(names: RegExp, fields: ReadonlyMap<string, string[]>): Ports {
  const words = [...fields].flatMap(([name, values]) => (names.test(name) ? values : []));
  if (words.length === 0) return null;
  return words
    .flatMap((word) => word.split(','))
    .flatMap((word): PortRange[] => {
      const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(word.trim()) ?? [];
      return first === '' ? [] : [[Number(first), Number(last)]];
    });
}

const includes = (ports: Ports, port: number): boolean =>
  ports === null || ports.some(([first, last]) => first <= port && port <= last);

/** The programs that contact a KMS host or act as one. Some rules double the backslashes. */
const LICENSING_PROGRAM = /[\\/]system32[\\/]+(?:sppsvc|sppextcomobj)\.exe$/i;
const LICENSING_SERVICE = 'sppsvc';

/** Whether a rule matches a connection; `maybe` if that depends on something unknown here. */
type Hit = 'no' | 'maybe' | 'yes';

/** Whether an active rule matches TCP traffic of the licensing programs from or to a KMS port. */
function hit(
  rule: FirewallRule,
  profile: Profile,
  direction: FirewallRule['direction'],
  kmsPort: number,
): Hit {
  if (!rule.active || rule.direction !== direction || rule.packaged) return 'no';
  if (!rule.profiles.includes(profile)) return 'no';
  if (rule.protocol !== null && rule.protocol !== TCP) return 'no';
  const [kmsSide, otherSide] =
    direction === 'in' ? [rule.localPorts, rule.remotePorts] : [rule.remotePorts, rule.localPorts];
  if (!includes(kmsSide, kmsPort)) return 'no';
  if (rule.app !== null && !LICENSING_PROGRAM.test(rule.app)) return 'no';
  const service = rule.service?.toLowerCase() ?? null;
  if (service !== null && service !== LICENSING_SERVICE && service !== '*') return 'no';
  return rule.conditional || otherSide !== null || service === '*' ? 'maybe' : 'yes';
}

/** Sources of rules. All three apply; local rules only if policy allows them. */
const STORES = ['local', 'policy', 'mdm'] as const;

/** One of {@link STORES}. */
export type Store = (typeof STORES)[number];

/** Effective settings of a profile, including policies. */
export type ProfileSettings = Readonly<ReturnType<typeof settingsOf>>;

/** The firewall's rules and settings. */
export type Firewall = Readonly<ReturnType<typeof firewallOf>>;

/** Evaluates the rules for a connection: a possible allow counts, a possible block doesn't. */
function judge(
  { rules, settings }: Firewall,
  profile: Profile,
  direction: FirewallRule['direction'],
  port: number,
) {
  const hits = STORES.filter((store) => store !== 'local' || settings[profile].localRulesCount)
    .flatMap((store) => [...rules[store].values()].map((rule) => ({ ...rule, store })))
    .map((rule) => ({ ...rule, found: hit(rule, profile, direction, port) }));
  const may = (wanted: string): boolean =>
    hits.some(({ action, found }) => action === wanted && found !== 'no');
  return {
    bypassed: may('bypass'),
    /** Sources of the rules that block it. */
    blockedIn: hits
      .filter(({ action, found }) => action === 'block' && found === 'yes')
      .map(({ store }) => store),
    allowed: may('allow'),
  };
}

/**
 * Returns whose rules block outbound traffic to a KMS port on networks of a profile. If a policy is among them, returns
 * the policy, since its rules stay in effect whatever is changed locally. Null if nothing blocks it.
 */
export function blocksOutbound(
  firewall: Firewall,
  profile: Profile,
  port: number,
): OutboundBlock | null {
  const { enabled, outbound, outboundByPolicy } = firewall.settings[profile];
  if (!enabled) return null;
  const { bypassed, blockedIn, allowed } = judge(firewall, profile, 'out', port);
  const isBlocked = blockedIn.length > 0;
  const isDefault = outbound === 'block' && !allowed;
  if (bypassed || !(isBlocked || isDefault)) return null;
  const isByPolicy =
    blockedIn.some((store) => store !== 'local') || (isDefault && outboundByPolicy);
  return isByPolicy ? 'group-policy' : 'this-pc';
}

/**
 * Whether clients can connect to a KMS port on networks of a profile.
 *
 * @param kmsRules names of Windows' own KMS rules, in lowercase
 * @returns null if they can't and the profile has no such rule, enabled or not
 */
export function allowsInbound(
  firewall: Firewall,
  profile: Profile,
  port: number,
  kmsRules: readonly string[],
): boolean | null {
  const { enabled, shielded, inbound } = firewall.settings[profile];
  const { bypassed, blockedIn, allowed } = judge(firewall, profile, 'in', port);
  const isBlocked = blockedIn.length > 0;
  const open = bypassed || (!shielded && !isBlocked && (allowed || inbound === 'allow'));
  if (!enabled || open) return true;
  const hasRule = STORES.some((store) =>
    kmsRules.some((name) => firewall.rules[store].get(name)?.profiles.includes(profile) ?? false),
  );
  return hasRule ? false : null;
}

/**
 * Combines the results for all networks of a computer. A profile that Windows' rules don't cover doesn't block clients
 * on the others.
 */
export function combineInbound(found: readonly (boolean | null)[]): boolean | null {
  return found.includes(false) ? false : found.includes(true) ? true : null;
}

/** Profiles by the value of MSFT_NetConnectionProfile.NetworkCategory. */
export const PROFILE_OF_CATEGORY: readonly Profile[] = ['public', 'private', 'domain'];

/** Registry key of the rules in a store. */
export const FIREWALL_RULES = 'FirewallRules';

/** The key of private networks still has their Windows XP name. */
const LOCAL_PROFILES: Readonly<Record<Profile, string>> = {
  domain: 'DomainProfile',
  private: 'StandardProfile',
  public: 'PublicProfile',
};

/** Profile keys that a store may have. */
export const PROFILE_KEYS = ['DomainProfile', 'PrivateProfile', 'StandardProfile', 'PublicProfile'];

/** The values that are read from a profile's key. */
export const PROFILE_SETTINGS = [
  'EnableFirewall',
  'DoNotAllowExceptions',
  'DefaultInboundAction',
  'DefaultOutboundAction',
  'AllowLocalPolicyMerge',
] as const;

/** Registry values of a key by their lowercase names. */
type Values = ReadonlyMap<string, { readonly type: string; readonly value: unknown }>;

/** A set of rules and profiles in the registry, by key name. */
export type FirewallStore = ReadonlyMap<string, Values>;

/** Combines the three stores into the effective firewall. */
export function firewallOf(stores: Readonly<Record<Store, FirewallStore>>) {
  const { local, policy, mdm } = stores;
  return {
    /** By rule name in lowercase. */
    rules: mapValues(stores, (store) => parseRules(store.get(FIREWALL_RULES))),
    settings: mapValues(LOCAL_PROFILES, (key, profile) =>
      settingsOf([policy.get(policyProfile(profile, policy)), mdm.get(key)], local.get(key)),
    ),
  };
}

/** Policies from before Windows Vista have one profile for all networks outside a domain (MS-GPFAS 2.2.3). */
function policyProfile(profile: Profile, policy: FirewallStore): string {
  const hasNew = policy.has('PrivateProfile') || policy.has('PublicProfile');
  if (profile === 'domain') return 'DomainProfile';
  if (!hasNew) return 'StandardProfile';
  return profile === 'private' ? 'PrivateProfile' : 'PublicProfile';
}

/** @param local the source without policies */
function settingsOf(policies: readonly (Values | undefined)[], local?: Values) {
  const firstOf = (sources: readonly (Values | undefined)[], name: string): number | undefined =>
    sources
      .map((values) => values?.get(name.toLowerCase())?.value)
      .find((value) => typeof value === 'number');
  const first = (name: string, otherwise: number): number =>
    firstOf([...policies, local], name) ?? otherwise;
  const action = (name: string, otherwise: number): 'allow' | 'block' =>
    first(name, otherwise) === 0 ? 'allow' : 'block';
  return {
    enabled: first('EnableFirewall', 1) !== 0,
    /** "Block all incoming connections", which overrides allow rules. */
    shielded: first('DoNotAllowExceptions', 0) !== 0,
    /** Default actions for traffic that no rule matches. */
    inbound: action('DefaultInboundAction', 1),
    outbound: action('DefaultOutboundAction', 0),
    /** Whether a policy sets the default outbound action. */
    outboundByPolicy: firstOf(policies, 'DefaultOutboundAction') !== undefined,
    localRulesCount: first('AllowLocalPolicyMerge', 1) !== 0,
  };
}

/** Parses the rules of a store, by their lowercase names. */
export function parseRules(values: Values | undefined): ReadonlyMap<string, FirewallRule> {
  const rules = new Map<string, FirewallRule>();
  for (const [name, { type, value }] of values ?? []) {
    const rule = type === 'REG_SZ' && typeof value === 'string' ? parseRule(value) : null;
    if (rule !== null) rules.set(name, rule);
  }
  return rules;
}
