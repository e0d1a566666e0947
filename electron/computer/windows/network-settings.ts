/**
 * Reads adapters and name resolution settings quickly: addresses and DNS servers from Node, which uses Windows' adapter
 * API, and the rest from the registry. Neither waits for WMI or PowerShell, so network probes can start right away.
 */
import type { Adapter, DnsClientSettings } from '@engine/computer';
import {
  DNS_POLICIES,
  plainText,
  type DnsClientSetting,
  type RegistryValue,
} from '@engine/registry-keys';
import { canonicalName, isIPv4, isIPv6, parseEndpoint } from '@shared/names';
import type { Answer } from './answers';
import type { HostInfo } from './windows-host';
import type { RegistryKey } from './reg-output';
import type { RegistryReader } from './registry-reader';

/** https://learn.microsoft.com/troubleshoot/windows-client/networking/tcpip-and-nbt-configuration-parameters */
export const TCPIP_KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters';
const TCPIP6_KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip6\\Parameters\\Interfaces';
/** Group policy "DNS Client". */
const POLICY_KEY = DNS_POLICIES['dns-servers'].key;
/** Group policy "Primary DNS suffix". */
const SUFFIX_POLICY_KEY = DNS_POLICIES['primary-suffix'].key;
/** The Netlogon service starts automatically on a PC that is joined to a domain, but not in a workgroup. */
const NETLOGON_KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Netlogon';
/** Where group policy records the computer, and its domain, that it was applied to. */
const POLICY_STATE_KEY =
  'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Group Policy\\State\\Machine';

const SERVICE_STARTS_BY_ITSELF = 2;

/**
 * Values that an interface's key may contain, in the order of precedence: one that was set manually overrides its DHCP
 * counterpart, and the DNS servers of the adapter override those of a network profile.
 */
const ADDRESSES = ['IPAddress', 'DhcpIPAddress'];
const GATEWAYS = ['DefaultGateway', 'DhcpDefaultGateway'];
const TYPED_DNS_SERVERS = ['NameServer', 'ProfileNameServer'];
const DNS_SERVERS = [...TYPED_DNS_SERVERS, 'DhcpNameServer'];
const SUFFIX = ['Domain', 'DhcpDomain'];
const INTERFACE_VALUES = [...ADDRESSES, ...GATEWAYS, ...DNS_SERVERS, ...SUFFIX];

/** DNS servers that Node returns if Windows has none. */
const NO_SERVERS = ['127.0.0.1', '::1'];

/**
 * Reads the adapters that are up.
 *
 * @throws Unreadable if the registry can't be read
 */
export async function readAdapters(
  host: HostInfo,
  reader: RegistryReader,
  signal: AbortSignal,
): Promise<Adapter[]> {
  const [tree, keys6, [policy]] = await Promise.all([
    reader.tree(TCPIP_KEY, INTERFACE_VALUES, signal),
    reader.tree(TCPIP6_KEY, INTERFACE_VALUES, signal),
    reader.tree(POLICY_KEY, ['AdapterDomainName', 'NameServer'], signal),
  ]);
  const keys = tree.filter(({ path }) => path.toLowerCase().includes('\\parameters\\interfaces\\'));
  const isFixed = policy !== undefined && listOf(policy, 'NameServer').length > 0;
  const up = host.interfaces.filter(({ internal }) => !internal);
  const configured = serversOf(host, [...keys, ...keys6]);
  const named = new Set<string>();
  const adapters = up.map((own): Adapter => {
    const key = keyOf(own, keys);
    const pair = keys6.filter(({ path }) => key !== undefined && idOf(path) === idOf(key.path));
    const both = key === undefined ? [] : [key, ...pair];
    const dnsServers = unique(both.flatMap((one) => firstListOf(one, DNS_SERVERS))).filter(
      (server) => configured.includes(server),
    );
    for (const server of dnsServers) named.add(server);
    return {
      name: own.name,
      up: true,
      addresses: own.addresses,
      gateways: unique(both.flatMap(gatewaysIn)),
      dnsServers,
      dnsServersFrom: isFixed ? 'static' : originOf(both),
      connectionSuffix:
        textOf(policy?.values.get('adapterdomainname')) ??
        (key && firstListOf(key, SUFFIX)[0]) ??
        null,
    };
  });
  return withStrays(
    adapters,
    configured.filter((server) => !named.has(server)),
  );
}

/** Adds servers that no registry key explains, such as from router advertisements, to the adapter with a gateway. */
function withStrays(adapters: readonly Adapter[], strays: readonly string[]): Adapter[] {
  const way = adapters.find(({ gateways }) => gateways.length > 0) ?? adapters[0];
  return adapters.map((adapter) =>
    adapter === way ? { ...adapter, dnsServers: [...adapter.dnsServers, ...strays] } : adapter,
  );
}

/**
 * Reads how names are completed.
 *
 * @throws Unreadable if the registry can't be read
 */
export async function readDnsClientSettings(
  reader: RegistryReader,
  signal: AbortSignal,
): Promise<DnsClientSettings> {
  // The same keys as for the adapters, so that one process reads both.
  const [keys, [policy], suffixPolicy, netlogon] = await Promise.all([
    reader.tree(TCPIP_KEY, ['Domain', 'NV Domain', 'SearchList'], signal),
    reader.tree(POLICY_KEY, ['SearchList'], signal),
    reader.value(SUFFIX_POLICY_KEY, 'NV PrimaryDnsSuffix', signal),
    reader.value(NETLOGON_KEY, 'Start', signal),
  ]);
  const tcpip = keys.find(({ path }) => path.toLowerCase().endsWith('\\tcpip\\parameters'));
  const own = textOf(tcpip?.values.get('domain')) ?? textOf(tcpip?.values.get('nv domain')) ?? null;
  const primaryDnsSuffix = textOf(suffixPolicy) ?? own;
  const joined = netlogon?.type === 'REG_DWORD' && netlogon.value === SERVICE_STARTS_BY_ITSELF;
  const state = joined ? await reader.value(POLICY_STATE_KEY, 'Distinguished-Name', signal) : null;
  const searchList =
    textOf(policy?.values.get('searchlist')) ?? textOf(tcpip?.values.get('searchlist')) ?? '';
  return {
    adDomain: joined ? (domainOfName(textOf(state)) ?? own) : null,
    primaryDnsSuffix,
    suffixSearchList: splitList(searchList),
  };
}

/**
 * Reads which settings are set by group policy, or by MDM, whose policies write the same values
 * (https://learn.microsoft.com/windows/client-management/mdm/policy-csp-admx-dnsclient).
 *
 * @throws Unreadable if the registry can't be read
 */
export async function readDnsPolicies(
  reader: RegistryReader,
  signal: AbortSignal,
): Promise<DnsClientSetting[]> {
  const [[policy], suffix] = await Promise.all([
    reader.tree(POLICY_KEY, ['SearchList', 'NameServer'], signal),
    reader.value(SUFFIX_POLICY_KEY, 'NV PrimaryDnsSuffix', signal),
  ]);
  const values = {
    'primary-suffix': suffix,
    'suffix-search-list': policy?.values.get('searchlist'),
    'dns-servers': policy?.values.get('nameserver'),
  };
  return (Object.keys(values) as DnsClientSetting[]).filter((name) => textOf(values[name]));
}

/** Converts adapters and name resolution settings from CIM, for a PC whose registry can't be read. */
export function fromCim(settings: Answer<'network-settings'>) {
  const adDomain = settings.partOfDomain && settings.domain !== '' ? settings.domain : null;
  return {
    adapters: settings.adapters.map((adapter) => ({
      ...adapter,
      up: true,
      // None of the queried classes has it (docs/windows-facts.md#how-windows-finds-a-kms-host).
      dnsServersFrom: null,
      connectionSuffix: adapter.connectionSuffix || null,
    })),
    client: { adDomain, primaryDnsSuffix: adDomain, suffixSearchList: settings.suffixSearchList },
  };
}

/** Returns the DNS servers of adapters that are up, in Windows' order. */
function serversOf(host: HostInfo, keys: readonly RegistryKey[]): string[] {
  const servers = host.dnsServers.flatMap((server) => {
    const { host: address } = parseEndpoint(server) ?? { host: server };
    return [address.replace(/%.*$/, '')];
  });
  const isPlaceholder =
    servers.every((server) => NO_SERVERS.includes(server)) &&
    !keys
      .flatMap((key) => firstListOf(key, DNS_SERVERS))
      .some((server) => servers.includes(server));
  return isPlaceholder ? [] : unique(servers);
}

/** Finds the key of an interface by one of its addresses. */
function keyOf(
  { addresses }: HostInfo['interfaces'][number],
  keys: readonly RegistryKey[],
): RegistryKey | undefined {
  const own = addresses.filter(isIPv4);
  return keys.find((key) =>
    ADDRESSES.flatMap((name) => listOf(key, name)).some((address) => own.includes(address)),
  );
}

function idOf(path: string): string {
  return path.slice(path.lastIndexOf('\\') + 1).toLowerCase();
}

/** Returns who set the DNS servers of an interface, from its keys for IPv4 and IPv6. */
function originOf(keys: readonly RegistryKey[]): Adapter['dnsServersFrom'] {
  if (keys.length === 0) return null;
  const isTyped = keys.some((key) => firstListOf(key, TYPED_DNS_SERVERS).length > 0);
  return isTyped ? 'static' : 'dhcp';
}

function gatewaysIn(key: RegistryKey): string[] {
  return firstListOf(key, GATEWAYS).filter((address) => isIPv4(address) || isIPv6(address));
}

/** Returns the list in the first of these values that has one. */
function firstListOf(key: RegistryKey, names: readonly string[]): string[] {
  return names.map((name) => listOf(key, name)).find((list) => list.length > 0) ?? [];
}

/** Values are lists (REG_MULTI_SZ) on some versions of Windows, and strings with commas or spaces on others. */
function listOf(key: RegistryKey, name: string): string[] {
  const value = key.values.get(name.toLowerCase());
  if (value === undefined || value.type === 'REG_DWORD') return [];
  return value.type === 'REG_MULTI_SZ' ? value.value.flatMap(splitList) : splitList(value.value);
}

function splitList(text: string): string[] {
  return text.split(/[\s,;]+/).filter((entry) => entry !== '');
}

function textOf(value: RegistryValue | null | undefined): string | null {
  return value?.type === 'REG_DWORD' ? null : plainText(value) || null;
}

/** Returns the domain of a distinguished name: `contoso.com` for `CN=PC,OU=Office,DC=contoso,DC=com`. */
function domainOfName(distinguishedName: string | null): string | null {
  const parts = [...(distinguishedName ?? '').matchAll(/(?:^|,)DC=([^,]+)/gi)];
  return parts.length === 0 ? null : canonicalName(parts.map(([, part]) => part).join('.'));
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
