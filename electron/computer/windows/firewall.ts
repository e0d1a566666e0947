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
import { SPP_KEY } from '@engine/registry-keys';
import {
  blocksOutbound,
  FIREWALL_RULES,
  firewallOf,
  letsIn,
  letsInOnAll,
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
import { readAnswer } from './answers';
import { query, type Context } from './context';
import type { RegistryKey } from './reg-output';
import type { RegistryReader } from './registry-reader';

/** What is set on this PC itself. */
export const LOCAL_KEY =
  'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';

/** What a device management sets. */
export const MDM_KEY = `${LOCAL_KEY}\\Mdm`;

/** What group policy sets (MS-GPFAS 2.2.3), which goes before the rest. */
export const POLICY_KEY = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall';

/** No verdict waits longer for what the registry does not have: which networks this PC is connected to. */
const CATEGORY_LIMIT_MS = 8_000;

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
    letsInOnAll,
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
  const key = await reader.whole(`${LOCAL_KEY}\\${FIREWALL_RULES}`, signal);
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
  const found = readAnswer(question, outputs).map(({ category }) => PROFILE_OF_CATEGORY[category]);
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
  return firewallOf({ local, policy, mdm });
}

/** The rules and profiles of a store, and nothing else in it: policies hold keys of IPsec beside them. */
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
    const path = `${root}\\${name}`;
    const key =
      name === FIREWALL_RULES
        ? reader.whole(path, signal)
        : reader.values(path, PROFILE_SETTINGS, signal);
    return [name, (await key)?.values ?? new Map()];
  });
  return new Map(await Promise.all(found));
}
