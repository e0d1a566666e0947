import { describe, expect, it } from 'vitest';
import { DEFAULT_SCENARIO, completeScenario } from '@shared/scenario';
import { scenarioFile, type Scenario } from './pc';

const complete = (scenario: Scenario) => completeScenario(scenarioFile(scenario));

describe('completeScenario', () => {
  it('returns a healthy KMS client for an empty scenario', () => {
    const { title, computer, licensing, hosts, dns, ...rest } = complete({});
    expect(title).toBeNull();
    expect(computer).toEqual(DEFAULT_SCENARIO.computer);
    expect(licensing.products).toEqual([
      expect.objectContaining({
        PartialProductKey: '2YT43',
        LicenseStatus: 1,
        LicenseStatusReason: 0,
        GracePeriodRemaining: 250_000,
        DiscoveredKeyManagementServiceMachineName: 'kms1.contoso.com',
      }),
    ]);
    expect(hosts['10.0.0.20']).toMatchObject({
      ports: { '1688': 'kms' },
      kms: { currentCount: 40 },
    });
    expect(dns.servers['10.0.0.10']?.records.map(({ name, ttl }) => [name, ttl])).toEqual([
      ['_vlmcs._tcp.contoso.com', 3600],
      ['kms1.contoso.com', 3600],
    ]);
    expect(rest).toMatchObject({
      of: 'this-pc',
      now: '2026-11-22T09:00:00Z',
      registry: {},
      events: [],
      services: { sppsvc: { state: 'stopped', start: 'automatic' } },
      faults: { slmgr: null, powershell: null, registry: null, ping: null },
    });
  });

  it('returns the same for the default scenario as for an empty one', () => {
    expect(completeScenario(DEFAULT_SCENARIO)).toEqual(complete({}));
  });

  it('merges objects property by property', () => {
    const { computer, licensing, faults, dns } = complete({
      computer: { domain: null },
      licensing: { service: { KeyManagementServiceMachine: 'kms9', VLActivationTypeEnabled: 2 } },
      faults: { ping: 'hang' },
      dns: { resolverCache: [] },
    });
    expect(computer).toMatchObject({
      domain: null,
      primaryDnsSuffix: 'contoso.com',
      name: 'PC-042',
    });
    expect(licensing.service).toEqual({
      KeyManagementServiceMachine: 'kms9',
      KeyManagementServicePort: 0,
      KeyManagementServiceLookupDomain: '',
      KeyManagementServiceDnsPublishing: true,
      VLActivationTypeEnabled: 2,
    });
    expect(licensing.products[0]).toMatchObject({ LicenseStatus: 1 });
    expect(faults).toEqual({ slmgr: null, powershell: null, registry: null, ping: 'hang' });
    expect(Object.keys(dns.servers)).toEqual(['10.0.0.10']);
    expect(dns.resolverCache).toEqual([]);
  });

  it('replaces entire lists and maps', () => {
    const scenario = complete({
      computer: { dnsSuffixSearchList: [] },
      adapters: [],
      licensing: { products: [] },
      registry: {},
      services: {},
      events: [],
      dns: { servers: {} },
      hosts: {},
    });
    expect(scenario.computer.dnsSuffixSearchList).toEqual([]);
    expect(scenario.adapters).toEqual([]);
    expect(scenario.licensing.products).toEqual([]);
    expect(scenario.services).toEqual({});
    expect(scenario.dns.servers).toEqual({});
    expect(scenario.hosts).toEqual({});
  });

  it('fills in defaults within elements of lists and maps', () => {
    const scenario = complete({
      adapters: [{ addresses: ['10.0.0.42'] }],
      licensing: { products: [{ PartialProductKey: 'ABCDE', Description: 'x, RETAIL channel' }] },
      services: { sppsvc: { start: 'disabled' } },
      events: [{ id: 12288 }],
      dns: {
        servers: {
          '10.0.0.10': { records: [{ name: 'A.Contoso.COM.', type: 'SRV', target: 'B.' }] },
        },
      },
      hosts: { '10.0.0.20': {}, '10.0.0.21': { kms: { currentCount: 3 } } },
    });
    expect(scenario.adapters).toEqual([
      {
        name: 'Ethernet',
        up: true,
        addresses: ['10.0.0.42'],
        gateways: [],
        dnsServers: [],
        dnsServersFrom: 'dhcp',
        connectionSuffix: null,
      },
    ]);
    expect(scenario.licensing.products).toEqual([
      {
        ApplicationID: '55c92734-d682-4d71-983e-d6ec3f16059f',
        PartialProductKey: 'ABCDE',
        Description: 'x, RETAIL channel',
        LicenseStatus: 1,
        LicenseStatusReason: 0,
        LicenseIsAddon: false,
      },
    ]);
    expect(scenario.services).toEqual({ sppsvc: { state: 'stopped', start: 'disabled' } });
    expect(scenario.events).toEqual([{ id: 12288, time: '2026-11-22T09:00:00.000Z', data: [] }]);
    expect(scenario.dns.servers['10.0.0.10']).toEqual({
      ping: true,
      answers: true,
      hostsAdDomain: true,
      rcode: null,
      dynamicUpdates: 'secure',
      records: [
        {
          name: 'a.contoso.com',
          type: 'SRV',
          priority: 0,
          weight: 0,
          port: 1688,
          target: 'b',
          ttl: 3600,
        },
      ],
    });
    expect(scenario.hosts['10.0.0.20']).toMatchObject({ ping: true, ports: {} });
    expect(scenario.hosts['10.0.0.21']).toMatchObject({
      ports: { '1688': 'kms' },
      kms: { currentCount: 3, activated: true, canActivate: true },
    });
  });

  it('fills in undefined properties of records, and orders the properties', () => {
    const { dns } = complete({
      dns: {
        resolverCache: [
          { target: 'b', port: undefined, weight: 5, priority: undefined, type: 'SRV', name: 'a' },
          { target: 'b', ttl: undefined, type: 'CNAME', name: 'c' },
          { address: '10.0.0.20', type: 'A', ttl: 60, name: 'b' },
        ],
      },
    });
    expect(dns.resolverCache?.map((record) => JSON.stringify(record))).toEqual([
      '{"name":"a","ttl":3600,"type":"SRV","priority":0,"weight":5,"port":1688,"target":"b"}',
      '{"name":"c","ttl":3600,"type":"CNAME","target":"b"}',
      '{"name":"b","ttl":60,"type":"A","address":"10.0.0.20"}',
    ]);
  });
});
