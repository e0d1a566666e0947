import { getServers } from 'node:dns';
import { describe, expect, it } from 'vitest';
import {
  parseResolvConf,
  parseRoutes4,
  parseRoutes6,
  readAdapters,
} from '../../../../electron/computer/network/os-network';

describe('resolv.conf parser', () => {
  it('returns the name servers and the last search list in canonical form', () => {
    const text = `# comment
nameserver 127.0.0.53
nameserver fe80::1%eth0
domain old.test
search Contoso.COM. corp.contoso.com .
options edns0`;
    expect(parseResolvConf(text)).toEqual({
      nameservers: ['127.0.0.53', 'fe80::1%eth0'],
      search: ['contoso.com', 'corp.contoso.com'],
    });
  });

  it('treats a domain as a search list with one entry', () => {
    expect(parseResolvConf('domain contoso.com other.test\n').search).toEqual(['contoso.com']);
    expect(parseResolvConf('')).toEqual({ nameservers: [], search: [] });
  });
});

describe('Linux routing table parser', () => {
  it('returns only default gateways', () => {
    const text = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
      'eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
      'eth0\t0000000A\t020200C0\t0003\t0\t0\t0\t000000FF\t0\t0\t0',
      'tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0',
      'wlan0\t00000000\t0101A8C0\t0002\t0\t0\t0\t00000000\t0\t0\t0',
    ].join('\n');
    expect(parseRoutes4(text)).toEqual([{ adapter: 'eth0', address: '192.0.2.1' }]);
    expect(parseRoutes4('')).toEqual([]);
  });

  it('returns IPv6 gateways in compressed form', () => {
    const zero = '0'.repeat(32);
    const text = [
      `${zero} 00 ${zero} 00 fd000000000000000000000000000001 00000400 00000002 00000000 00000003     eth0`,
      `fd00${'0'.repeat(28)} 40 ${zero} 00 ${zero} 00000100 00000001 00000000 00000001     eth0`,
      `${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200       lo`,
    ].join('\n');
    expect(parseRoutes6(text)).toEqual([{ adapter: 'eth0', address: 'fd00::1' }]);
    expect(parseRoutes6('')).toEqual([]);
  });
});

describe('readAdapters', () => {
  it('returns active adapters with their addresses and the system-wide DNS servers', async () => {
    const adapters = await readAdapters();
    expect(adapters.length).toBeGreaterThan(0);
    for (const { up, addresses, dnsServers } of adapters) {
      expect(up).toBe(true);
      expect(addresses.length).toBeGreaterThan(0);
      for (const server of dnsServers) expect(getServers()).toContain(server);
    }
  });
});
