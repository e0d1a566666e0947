/**
 * The firewall of this PC, read from the registry: its cmdlets take a minute where there are a thousand rules, the
 * registry takes milliseconds. Only which profile is active is asked of Windows, and only where that matters.
 */
import {
  KMS_FIREWALL_RULES,
  Unreadable,
  type KmsFirewallRules,
  type OutboundBlock,
} from '@engine/computer';
import { SPP_KEY, type RegistryValue } from '@engine/registry-keys';
import { KMS_PORT } from '@shared/kms';
import { readAnswer } from './answers';
import { query, type Context } from './context';
import {
  blocksOutbound,
  letsIn,
  parseRule,
  PROFILES,
  type Firewall,
  type FirewallRule,
  type Profile,
  type ProfileSettings,
} from './firewall-rules';
import type { RegistryKey } from './reg-output';
import type { RegistryReader } from './registry-reader';

/** What is set on this PC itself. */
export const LOCAL_KEY =
  'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';

/** What a device management sets. */
export const MDM_KEY = `${LOCAL_KEY}\\Mdm`;

/** What group policy sets (MS-GPFAS 2.2.3), which goes before the rest. */
export const POLICY_KEY = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall';

const RULES = 'FirewallRules';

/** The key of private networks is called after what they were called in Windows XP. */
const LOCAL_PROFILES: Readonly<Record<Profile, string>> = {
  domain: 'DomainProfile',
  private: 'StandardProfile',
  public: 'PublicProfile',
};

const POLICY_PROFILES = ['DomainProfile', 'PrivateProfile', 'StandardProfile', 'PublicProfile'];

const SETTINGS = [
  'EnableFirewall',
  'DoNotAllowExceptions',
  'DefaultInboundAction',
  'DefaultOutboundAction',
  'AllowLocalPolicyMerge',
];

/** MSFT_NetConnectionProfile.NetworkCategory. */
const CATEGORIES: readonly Profile[] = ['public', 'private', 'domain'];

/** No verdict waits longer for what the registry does not have: which networks this PC is connected to. */
const CATEGORY_LIMIT_MS = 8_000;

type Values = RegistryKey['values'];

const RULE_NAMES = KMS_FIREWALL_RULES.map((name) => name.toLowerCase());

/**
 * Whether clients get in to the KMS port.
 *
 * @returns null where they do not and Windows has no rule of its own for it
 * @throws Unreadable
 */
export async function readKmsRule(context: Context, signal: AbortSignal): Promise<boolean | null> {
  const location = { key: SPP_KEY, name: 'KeyManagementServiceListeningPort' } as const;
  const [firewall, listening] = await Promise.all([
    readFirewall(context.reader, signal),
    context.registry.read(location, signal),
  ]);
  const port = Number(listening?.value) || KMS_PORT;
  return byActiveProfile(
    context,
    signal,
    (profile) => letsIn(firewall, profile, port, RULE_NAMES),
    // A profile that Windows' rules leave out keeps nobody out of the others.
    (found) => (found.includes(false) ? false : found.includes(true) ? true : null),
  );
}

/** By whose rules what goes out to a KMS port is dropped on a network that this PC is connected to. @throws Unreadable */
export async function readOutboundBlocked(
  context: Context,
  port: number,
  signal: AbortSignal,
): Promise<OutboundBlock | null> {
  const firewall = await readFirewall(context.reader, signal);
  return byActiveProfile(
    context,
    signal,
    (profile) => blocksOutbound(firewall, profile, port),
    (found) => (['group-policy', 'this-pc'] as const).find((one) => found.includes(one)) ?? null,
  );
}

/** How Windows' own rules for a KMS host are switched on this PC, whatever policies say. @throws Unreadable */
export async function readKmsRules(
  reader: RegistryReader,
  signal: AbortSignal,
): Promise<KmsFirewallRules> {
  const key = await reader.whole(`${LOCAL_KEY}\\${RULES}`, signal);
  const rules = parseRules(key?.values);
  return Object.fromEntries(
    KMS_FIREWALL_RULES.flatMap((name) => {
      const rule = rules.get(name.toLowerCase());
      return rule === undefined ? [] : [[name, rule.active]];
    }),
  );
}

/** Asks for the active profiles only where the profiles do not all give the same answer. */
async function byActiveProfile<T>(
  context: Context,
  signal: AbortSignal,
  judge: (profile: Profile) => T,
  combine: (found: readonly T[]) => T,
): Promise<T> {
  const [first, ...others] = PROFILES.map(judge);
  if (first !== undefined && others.every((other) => other === first)) return first;
  return combine((await activeProfiles(context, signal)).map(judge));
}

async function activeProfiles(context: Context, signal: AbortSignal): Promise<Profile[]> {
  const question = 'network-category';
  const outputs = await query(context, 'network', question, {}, signal, CATEGORY_LIMIT_MS);
  const found = readAnswer(question, outputs).map(({ category }) => CATEGORIES[category]);
  const profiles = found.filter((profile) => profile !== undefined);
  if (profiles.length === 0) throw new Unreadable('not-reached', 'powershell.exe', question);
  return profiles;
}

async function readFirewall(reader: RegistryReader, signal: AbortSignal): Promise<Firewall> {
  const [local, policy, mdm] = await Promise.all([
    readStore(reader, LOCAL_KEY, signal),
    readStore(reader, POLICY_KEY, signal),
    readStore(reader, MDM_KEY, signal),
  ]);
  const settings = PROFILES.map((profile) => [
    profile,
    settingsOf(
      [policy.get(policyProfile(profile, policy)), mdm.get(LOCAL_PROFILES[profile])],
      local.get(LOCAL_PROFILES[profile]),
    ),
  ]);
  return {
    rules: {
      local: parseRules(local.get(RULES)),
      policy: parseRules(policy.get(RULES)),
      mdm: parseRules(mdm.get(RULES)),
    },
    settings: Object.fromEntries(settings) as Firewall['settings'],
  };
}

/** The rules and profiles of a store, and nothing else in it: policies hold keys of IPsec beside them. */
async function readStore(
  reader: RegistryReader,
  root: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Values>> {
  const there = await reader.subkeys(root, signal);
  const wanted = [RULES, ...POLICY_PROFILES].filter((name) => there.includes(name.toLowerCase()));
  const found = wanted.map(async (name): Promise<[string, Values]> => {
    const path = `${root}\\${name}`;
    const key = name === RULES ? reader.whole(path, signal) : reader.values(path, SETTINGS, signal);
    return [name, (await key)?.values ?? new Map()];
  });
  return new Map(await Promise.all(found));
}

/** Policies of before Windows Vista have one profile for all networks that are none of a domain (MS-GPFAS 2.2.3). */
function policyProfile(profile: Profile, policy: ReadonlyMap<string, Values>): string {
  const hasNew = policy.has('PrivateProfile') || policy.has('PublicProfile');
  if (profile === 'domain') return 'DomainProfile';
  if (!hasNew) return 'StandardProfile';
  return profile === 'private' ? 'PrivateProfile' : 'PublicProfile';
}

/** @param local the source that no policy sets */
function settingsOf(policies: readonly (Values | undefined)[], local?: Values): ProfileSettings {
  const firstOf = (sources: readonly (Values | undefined)[], name: string): number | undefined =>
    sources
      .map((values) => values?.get(name.toLowerCase()))
      .find((value) => value?.type === 'REG_DWORD')?.value;
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

function parseRules(values: Values | undefined): ReadonlyMap<string, FirewallRule> {
  const rules = new Map<string, FirewallRule>();
  for (const [name, value] of values ?? []) {
    const rule = parseRule(textOf(value));
    if (rule !== null) rules.set(name, rule);
  }
  return rules;
}

const textOf = ({ type, value }: RegistryValue): string => (type === 'REG_SZ' ? value : '');
