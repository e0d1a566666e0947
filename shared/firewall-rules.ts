/**
 * Rules of the Windows firewall as the registry has them, and what they do to a connection of KMS.
 *
 * The grammar of a rule: MS-GPFAS 2.2.2.19,
 * https://learn.microsoft.com/openspecs/windows_protocols/ms-gpfas/2efe0b76-7b4a-41ff-9050-1023f8196d16.
 * "Blocked" and "closed" are said only where no condition is left that this program does not know to be met.
 */
import { lookUp } from './look-up';

/** Whose rules have the firewall drop what goes out: those of this computer, or those that a policy sets. */
export type OutboundBlock = 'this-pc' | 'group-policy';

/** The profiles of the firewall; each network that a PC is connected to has one. */
export const PROFILES = ['domain', 'private', 'public'] as const;

/** One of {@link PROFILES}. */
export type Profile = (typeof PROFILES)[number];

/** From and to, both included. */
type PortRange = readonly [first: number, last: number];

/** Null for any port; a keyword such as `RPC` stands for ports that have no number here. */
type Ports = readonly PortRange[] | null;

/** A rule, as far as it is judged here. */
export interface FirewallRule {
  /** `bypass` lets in what IPsec has authenticated, and goes before every block. */
  readonly action: 'allow' | 'block' | 'bypass';
  readonly active: boolean;
  readonly direction: 'in' | 'out';
  /** IANA's number; null for any. */
  readonly protocol: number | null;
  readonly profiles: readonly Profile[];
  readonly localPorts: Ports;
  readonly remotePorts: Ports;
  /** Path of a program, as it is written there; null for any. */
  readonly app: string | null;
  /** Short name of a service, `*` for every service; null for anything. */
  readonly service: string | null;
  /** It is for packaged apps, or those of one user; Windows itself has hundreds of these. */
  readonly packaged: boolean;
  /** It counts under a further condition only: an address, an interface, a user, or something unknown. */
  readonly conditional: boolean;
}

const VERSION = /^v\d{1,3}\.\d{1,3}$/i;
const ACTIONS = { allow: 'allow', block: 'block', bypass: 'bypass' } as const;
const DIRECTIONS = { in: 'in', out: 'out' } as const;
const SWITCH = { true: true, false: false } as const;
const PROFILE_NAMES = { domain: 'domain', private: 'private', public: 'public' } as const;

/** What a rule says at most once. */
const SINGLE = ['action', 'dir', 'active', 'protocol', 'app', 'svc'];

/** Ports have further fields from one schema version to the next, such as `LPort2_10` for ranges. */
const LOCAL_PORTS = /^lport(?:2_\d+)?$/;
const REMOTE_PORTS = /^rport(?:2_\d+)?$/;

const PACKAGES = ['apppkgid', 'pfn', 'luown'];

/** Names and flags, which narrow nothing. */
const NOTES = ['name', 'desc', 'embedctxt', 'edge', 'defer', 'lsm', 'lom', 'pcross'];

const KNOWN = new Set([...SINGLE, 'profile', ...PACKAGES, ...NOTES]);

/** IANA's number of TCP. */
const TCP = 6;

/**
 * Reads a rule.
 *
 * @returns null for what the firewall does not take: no version in front, no action or direction, a word that it
 *   does not know in their place
 */
export function parseRule(text: string): FirewallRule | null {
  const [version = '', ...parts] = text.split('|');
  if (!VERSION.test(version)) return null;
  // Every field ends with a bar. What follows the last one was cut off, at a line break for example.
  let conditional = parts.pop() !== '';
  const fields = new Map<string, string[]>();
  for (const part of parts) {
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(equals, 0)).toLowerCase();
    const values = fields.get(name);
    if (values === undefined) fields.set(name, [part.slice(equals + 1)]);
    else values.push(part.slice(equals + 1));
    if (!KNOWN.has(name) && !LOCAL_PORTS.test(name) && !REMOTE_PORTS.test(name)) conditional = true;
  }
  if (SINGLE.some((name) => (fields.get(name)?.length ?? 0) > 1)) return null;
  const word = (name: string): string => fields.get(name)?.[0] ?? '';
  const action = lookUp(ACTIONS, word('action').toLowerCase());
  const direction = lookUp(DIRECTIONS, word('dir').toLowerCase());
  const active = lookUp(SWITCH, (word('active') || 'false').toLowerCase());
  const protocol = protocolOf(word('protocol'));
  const profiles = (fields.get('profile') ?? [...PROFILES]).map((name) =>
    lookUp(PROFILE_NAMES, name.toLowerCase()),
  );
  if (action === undefined || direction === undefined || active === undefined) return null;
  if (protocol === undefined || profiles.includes(undefined)) return null;
  return {
    action,
    active,
    direction,
    protocol,
    profiles: PROFILES.filter((profile) => profiles.includes(profile)),
    localPorts: portsOf(LOCAL_PORTS, fields),
    remotePorts: portsOf(REMOTE_PORTS, fields),
    app: word('app') || null,
    service: word('svc') || null,
    packaged: PACKAGES.some((name) => fields.has(name)),
    conditional,
  };
}

/** Null for any; 256 is how the firewall itself counts "any". */
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

/** The programs that ask a KMS host and that are one; some rules have their backslashes doubled. */
const LICENSING_PROGRAM = /[\\/]system32[\\/]+(?:sppsvc|sppextcomobj)\.exe$/i;
const LICENSING_SERVICE = 'sppsvc';

/** Whether a rule is about a connection; `maybe` where that hangs on what is not known here. */
type Hit = 'no' | 'maybe' | 'yes';

/** Whether a rule that is on is about TCP from or to a KMS port, by the programs that do it. */
function hit(rule: FirewallRule, direction: FirewallRule['direction'], kmsPort: number): Hit {
  if (!rule.active || rule.direction !== direction || rule.packaged) return 'no';
  if (rule.protocol !== null && rule.protocol !== TCP) return 'no';
  const [kmsSide, otherSide] =
    direction === 'in' ? [rule.localPorts, rule.remotePorts] : [rule.remotePorts, rule.localPorts];
  if (!includes(kmsSide, kmsPort)) return 'no';
  if (rule.app !== null && !LICENSING_PROGRAM.test(rule.app)) return 'no';
  const service = rule.service?.toLowerCase() ?? null;
  if (service !== null && service !== LICENSING_SERVICE && service !== '*') return 'no';
  return rule.conditional || otherSide !== null || service === '*' ? 'maybe' : 'yes';
}

/** Where rules come from. Those of all three count, the local ones only where a policy lets them. */
const STORES = ['local', 'policy', 'mdm'] as const;

/** One of {@link STORES}. */
export type Store = (typeof STORES)[number];

/** The settings of a profile, policies considered. */
export interface ProfileSettings {
  readonly enabled: boolean;
  /** "Block all incoming connections", whatever rules allow. */
  readonly shielded: boolean;
  /** What no rule is about. */
  readonly inbound: 'allow' | 'block';
  readonly outbound: 'allow' | 'block';
  /** A policy says what happens to what goes out. */
  readonly outboundByPolicy: boolean;
  readonly localRulesCount: boolean;
}

/** A firewall as it was read. */
export interface Firewall {
  /** By the lower-case names of the rules. */
  readonly rules: Readonly<Record<Store, ReadonlyMap<string, FirewallRule>>>;
  readonly settings: Readonly<Record<Profile, ProfileSettings>>;
}

function rulesOf(
  { rules, settings }: Firewall,
  profile: Profile,
): (FirewallRule & { readonly store: Store })[] {
  return STORES.filter((store) => store !== 'local' || settings[profile].localRulesCount)
    .flatMap((store) => [...rules[store].values()].map((rule) => ({ ...rule, store })))
    .filter(({ profiles }) => profiles.includes(profile));
}

interface Verdicts {
  readonly bypassed: boolean;
  /** Where the rules stand that block it. */
  readonly blockedIn: readonly Store[];
  readonly allowed: boolean;
}

/** What the rules say of a connection: what may let it through counts, what may block it does not. */
function judge(
  firewall: Firewall,
  profile: Profile,
  direction: FirewallRule['direction'],
  port: number,
): Verdicts {
  const hits = rulesOf(firewall, profile).map((rule) => ({
    ...rule,
    found: hit(rule, direction, port),
  }));
  const may = (wanted: string): boolean =>
    hits.some(({ action, found }) => action === wanted && found !== 'no');
  return {
    bypassed: may('bypass'),
    blockedIn: hits
      .filter(({ action, found }) => action === 'block' && found === 'yes')
      .map(({ store }) => store),
    allowed: may('allow'),
  };
}

/**
 * By whose rules what goes out to a KMS port is dropped on networks of a profile; a policy's, where both do it, as
 * those stay whatever is changed here. Null where it is not.
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
 * Whether clients get in to a KMS port on networks of a profile.
 *
 * @param kmsRules names of Windows' own rules for it, lower-case
 * @returns null where they do not and there is no such rule either, on or off
 */
export function letsIn(
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
 * Whether they get in on all networks of a computer that has different answers for them. A profile that Windows' rules
 * leave out keeps nobody out of the others.
 */
export function letsInOnAll(found: readonly (boolean | null)[]): boolean | null {
  return found.includes(false) ? false : found.includes(true) ? true : null;
}

/** MSFT_NetConnectionProfile.NetworkCategory. */
export const PROFILE_OF_CATEGORY: readonly Profile[] = ['public', 'private', 'domain'];

/** The key of the rules in a store. */
export const FIREWALL_RULES = 'FirewallRules';

/** The key of private networks is called after what they were called in Windows XP. */
const LOCAL_PROFILES: Readonly<Record<Profile, string>> = {
  domain: 'DomainProfile',
  private: 'StandardProfile',
  public: 'PublicProfile',
};

/** The keys of profiles that a store may have. */
export const PROFILE_KEYS = ['DomainProfile', 'PrivateProfile', 'StandardProfile', 'PublicProfile'];

/** What is looked at in the key of a profile. */
export const PROFILE_SETTINGS = [
  'EnableFirewall',
  'DoNotAllowExceptions',
  'DefaultInboundAction',
  'DefaultOutboundAction',
  'AllowLocalPolicyMerge',
] as const;

/** A value of the registry. */
interface StoredValue {
  readonly type: string;
  readonly value: unknown;
}

/** Values of a key by their names in lower case. */
type Values = ReadonlyMap<string, StoredValue>;

/** A place of rules and profiles in the registry, by the names of its keys. */
export type FirewallStore = ReadonlyMap<string, Values>;

/** The firewall that these places make together. */
export function firewallOf({
  local,
  policy,
  mdm,
}: Readonly<Record<Store, FirewallStore>>): Firewall {
  const settings = PROFILES.map((profile) => [
    profile,
    settingsOf(
      [policy.get(policyProfile(profile, policy)), mdm.get(LOCAL_PROFILES[profile])],
      local.get(LOCAL_PROFILES[profile]),
    ),
  ]);
  return {
    rules: {
      local: parseRules(local.get(FIREWALL_RULES)),
      policy: parseRules(policy.get(FIREWALL_RULES)),
      mdm: parseRules(mdm.get(FIREWALL_RULES)),
    },
    settings: Object.fromEntries(settings) as Firewall['settings'],
  };
}

/** Policies of before Windows Vista have one profile for all networks that are none of a domain (MS-GPFAS 2.2.3). */
function policyProfile(profile: Profile, policy: FirewallStore): string {
  const hasNew = policy.has('PrivateProfile') || policy.has('PublicProfile');
  if (profile === 'domain') return 'DomainProfile';
  if (!hasNew) return 'StandardProfile';
  return profile === 'private' ? 'PrivateProfile' : 'PublicProfile';
}

/** @param local the source that no policy sets */
function settingsOf(policies: readonly (Values | undefined)[], local?: Values): ProfileSettings {
  const firstOf = (sources: readonly (Values | undefined)[], name: string): number | undefined =>
    sources
      .map((values) => values?.get(name.toLowerCase())?.value)
      .find((value) => typeof value === 'number');
  const first = (name: string, otherwise: number): number =>
    firstOf([...policies, local], name) ?? otherwise;
  return {
    enabled: first('EnableFirewall', 1) !== 0,
    shielded: first('DoNotAllowExceptions', 0) !== 0,
    inbound: first('DefaultInboundAction', 1) === 0 ? 'allow' : 'block',
    outbound: first('DefaultOutboundAction', 0) === 0 ? 'allow' : 'block',
    outboundByPolicy: firstOf(policies, 'DefaultOutboundAction') !== undefined,
    localRulesCount: first('AllowLocalPolicyMerge', 1) !== 0,
  };
}

/** The rules of a store, by their names in lower case. */
export function parseRules(values: Values | undefined): ReadonlyMap<string, FirewallRule> {
  const rules = new Map<string, FirewallRule>();
  for (const [name, value] of values ?? []) {
    const rule = parseRule(textOf(value));
    if (rule !== null) rules.set(name, rule);
  }
  return rules;
}

const textOf = ({ type, value }: StoredValue): string =>
  type === 'REG_SZ' && typeof value === 'string' ? value : '';
