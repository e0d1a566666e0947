/**
 * Reads this PC's firewall from the registry, which takes milliseconds; with a thousand rules, the cmdlets take a
 * minute. Only the active profile is queried from Windows, and only if it matters.
 */
import {
  KMS_FIREWALL_RULES,
  Unreadable,
  type ComputerFacts,
  type KmsFirewallRules,
} from '@engine/computer';
import { SPP_KEY } from '@engine/registry-keys';
import {
  blocksOutbound,
  FIREWALL_RULES,
  firewallOf,
  allowsInbound,
  combineInbound,
  parseRules,
  PROFILE_KEYS,
  PROFILE_OF_CATEGORY,
  PROFILE_SETTINGS,
  PROFILES,
  type Firewall,
  type FirewallStore,
  type Profile,
} from '@shared/firewall-rules';
import { KMS_PORT } from '@shared/kms';
import { query, type Context } from './context';
import type { RegistryKey } from './reg-output';
import type { RegistryReader } from './registry-reader';

/** Settings made on this PC itself. */
export const LOCAL_KEY =
  'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';

/** Settings made by mobile device management (MDM). */
export const MDM_KEY = `${LOCAL_KEY}\\Mdm`;

/** Settings made by group policy (MS-GPFAS 2.2.3), which take precedence. */
export const POLICY_KEY = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall';

const RULE_NAMES = KMS_FIREWALL_RULES.map((name) => name.toLowerCase());

/**
 * Whether the firewall lets clients reach the KMS port.
 *
 * @returns null if it doesn't, and Windows has no built-in rule for it
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
    (profile) => allowsInbound(firewall, profile, port, RULE_NAMES),
    combineInbound,
  );
}

/**
 * Returns whose rules block outbound traffic to a KMS port on a network that this PC is connected to; null if none do.
 *
 * @throws Unreadable
 */
export const readOutboundBlocked =
  (context: Context): ComputerFacts['outboundBlocked'] =>
  async (port, signal) => {
    const firewall = await readFirewall(context.reader, signal);
    return byActiveProfile(
      context,
      signal,
      (profile) => blocksOutbound(firewall, profile, port),
      (found) => (['group-policy', 'this-pc'] as const).find((one) => found.includes(one)) ?? null,
    );
  };

/** Whether Windows' built-in rules for a KMS host are enabled on this PC, regardless of policies. @throws Unreadable */
export async function readKmsRules(
  reader: RegistryReader,
  signal: AbortSignal,
): Promise<KmsFirewallRules> {
  const key = await reader.values(`${LOCAL_KEY}\\${FIREWALL_RULES}`, 'all', signal);
  const rules = parseRules(key?.values);
  return Object.fromEntries(
    KMS_FIREWALL_RULES.flatMap((name) => {
      const rule = rules.get(name.toLowerCase());
      return rule === undefined ? [] : [[name, rule.active]];
    }),
  );
}

/** Queries the active profiles only if the result isn't the same for all profiles. */
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
  const networks = await query(context, question, {}, signal);
  const profiles = networks.flatMap(({ category }) => PROFILE_OF_CATEGORY[category] ?? []);
  if (profiles.length === 0) throw new Unreadable('not-reached', 'powershell.exe', question);
  return profiles;
}

async function readFirewall(reader: RegistryReader, signal: AbortSignal): Promise<Firewall> {
  const [local, policy, mdm] = await Promise.all([
    readStore(reader, LOCAL_KEY, signal),
    readStore(reader, POLICY_KEY, signal),
    readStore(reader, MDM_KEY, signal),
  ]);
  return firewallOf({ local, policy, mdm });
}

/** Reads only the rules and profiles of a store, since policies also contain IPsec keys. */
async function readStore(
  reader: RegistryReader,
  root: string,
  signal: AbortSignal,
): Promise<FirewallStore> {
  const there = await reader.subkeys(root, signal);
  const wanted = [FIREWALL_RULES, ...PROFILE_KEYS].filter((name) =>
    there.includes(name.toLowerCase()),
  );
  const found = wanted.map(async (name): Promise<[string, RegistryKey['values']]> => {
    const names = name === FIREWALL_RULES ? 'all' : PROFILE_SETTINGS;
    const key = await reader.values(`${root}\\${name}`, names, signal);
    return [name, key?.values ?? new Map()];
  });
  return new Map(await Promise.all(found));
}
