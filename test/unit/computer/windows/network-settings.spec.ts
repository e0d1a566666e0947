import { describe, expect, it } from 'vitest';
import { createWindowsComputer } from '../../../../electron/computer/windows';
import type { Interface } from '../../../../electron/computer/network/os-network';
import type { WindowsHost } from '../../../../electron/computer/windows/windows-host';
import {
  readAdapters,
  readDnsPolicies,
} from '../../../../electron/computer/windows/network-settings';
import { PRIORITY } from '../../../../electron/computer/windows/process-queue';
import { RegistryReader } from '../../../../electron/computer/windows/registry-reader';

const { signal } = new AbortController();
const TCPIP = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip';
const ID = '{11111111-2222-4333-8444-555555555555}';
const INTERFACE = `${TCPIP}\\Parameters\\Interfaces\\${ID}`;
const INTERFACE6 = `${TCPIP}6\\Parameters\\Interfaces\\${ID}`;
const POLICY = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\DNSClient';
const SUFFIX_POLICY = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\System\\DNSClient';

type Keys = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Creates a reader of a registry with string values only, from output in the format of reg.exe. */
function readerOf(keys: Keys): RegistryReader {
  const run: WindowsHost['run'] = (_tool, [, wanted = '', ...how]) => {
    const below = Object.keys(keys).filter(
      (key) => key === wanted || (how.includes('/s') && key.startsWith(`${wanted}\\`)),
    );
    const printed = below.map((key) => {
      const lines = Object.entries(keys[key] ?? {}).map(
        ([name, value]) => `    ${name}    REG_SZ    ${value}`,
      );
      return [key.replace('HKLM', 'HKEY_LOCAL_MACHINE'), ...lines, ''].join('\r\n');
    });
    const found = how.includes('/f') ? 'End of search: 0 match(es) found.' : printed.join('\r\n');
    return Promise.resolve({ exitCode: below.length > 0 ? 0 : 1, stdout: found, stderr: '' });
  };
  return new RegistryReader({ run } as WindowsHost, PRIORITY.network);
}

describe("source of an adapter's DNS servers", () => {
  const interfaces: readonly Interface[] = [
    { name: 'Ethernet', internal: false, addresses: ['10.0.0.42'] },
  ];
  const adapterWith = async (values: Readonly<Record<string, string>>, others: Keys = {}) => {
    const own = { [INTERFACE]: { DhcpIPAddress: '10.0.0.42', ...values }, ...others };
    const dnsServers = ['10.0.0.10', '10.0.0.11', '10.0.0.12'];
    const [adapter] = await readAdapters(
      { interfaces, dnsServers } as unknown as Parameters<typeof readAdapters>[0],
      readerOf(own),
      signal,
    );
    return adapter && { from: adapter.dnsServersFrom, first: adapter.dnsServers[0] };
  };
  const dhcp = { DhcpNameServer: '10.0.0.10' };

  it('is DHCP if none is set manually; an empty value is common', async () => {
    expect(await adapterWith(dhcp)).toEqual({ from: 'dhcp', first: '10.0.0.10' });
    expect(await adapterWith({ ...dhcp, NameServer: '' })).toMatchObject({ from: 'dhcp' });
  });

  it('is static if set in a network profile, which the adapter overrides', async () => {
    const profile = { ...dhcp, ProfileNameServer: '10.0.0.11' };
    expect(await adapterWith(profile)).toEqual({ from: 'static', first: '10.0.0.11' });
    const both = { ...profile, NameServer: '10.0.0.12,10.0.0.10' };
    expect(await adapterWith(both)).toEqual({ from: 'static', first: '10.0.0.12' });
  });

  it('is static if IPv6 servers are set manually or a policy sets servers', async () => {
    const six = { [INTERFACE6]: { NameServer: '2001:db8::10' } };
    expect(await adapterWith(dhcp, six)).toMatchObject({ from: 'static' });
    const policy = { [POLICY]: { NameServer: '10.0.0.12' } };
    expect(await adapterWith(dhcp, policy)).toMatchObject({ from: 'static' });
  });

  it("is unknown for an adapter that isn't in the registry", async () => {
    expect(await adapterWith({ DhcpIPAddress: '10.9.9.9' })).toMatchObject({ from: null });
  });
});

describe('DNS settings set by policy', () => {
  it('are empty without a policy or with an empty one', async () => {
    expect(await readDnsPolicies(readerOf({}), signal)).toEqual([]);
    const empty = { [POLICY]: { SearchList: '', EnableMulticast: '0' } };
    expect(await readDnsPolicies(readerOf(empty), signal)).toEqual([]);
  });

  it.each([
    ['suffix-search-list', { [POLICY]: { SearchList: 'a.contoso.com,b.contoso.com' } }],
    ['dns-servers', { [POLICY]: { NameServer: '10.0.0.10' } }],
    ['primary-suffix', { [SUFFIX_POLICY]: { 'NV PrimaryDnsSuffix': 'corp.contoso.com' } }],
  ])('include %s', async (setting, keys) => {
    expect(await readDnsPolicies(readerOf(keys), signal)).toEqual([setting]);
  });
});

it('detects the DNS server tools by their module file in the modules directory', async () => {
  const toolsWith = (there: string): Promise<boolean> => {
    const machine = { has: (file: string) => Promise.resolve(file === there) } as WindowsHost;
    return createWindowsComputer({ windowsHost: machine, modules: 'M:\\Modules' }).dnsTools(signal);
  };
  expect(await toolsWith('M:\\Modules\\DnsServer\\DnsServer.psd1')).toBe(true);
  expect(await toolsWith('M:\\Modules\\DnsClient\\DnsClient.psd1')).toBe(false);
});
