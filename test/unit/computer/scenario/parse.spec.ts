import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { translator } from '@shared/i18n';
import { parseScenario } from '@shared/scenario';

/** Verbatim example from the published description of the format. */
const EXAMPLE = String.raw`
{ "schema": "kms-doctor/scenario@1", "title": "SRV record missing",
  "computer": { "name": "PC-042", "os": "Windows 11 Enterprise", "build": 26100, "server": false, "uiLanguage": "zh-TW",
    "elevated": true, "domain": "contoso.com", "primaryDnsSuffix": "contoso.com", "dnsSuffixSearchList": ["contoso.com"],
    "clockSkewMinutes": 0, "vbscript": true, "firewallKmsRule": null, "outboundBlocked": false, "dnsTools": true },
  "adapters": [ { "name": "Ethernet", "up": true, "addresses": ["10.0.0.42"], "gateways": ["10.0.0.1"], "dnsServers": ["10.0.0.10"], "connectionSuffix": "contoso.com" } ],
  "licensing": {
    "service": { "KeyManagementServiceMachine": "", "KeyManagementServicePort": 0, "KeyManagementServiceLookupDomain": "", "KeyManagementServiceDnsPublishing": true },
    "products": [ { "Name": "Windows(R), Enterprise edition", "Description": "Windows(R) Operating System, VOLUME_KMSCLIENT channel",
      "ApplicationID": "55c92734-d682-4d71-983e-d6ec3f16059f", "LicenseFamily": "Enterprise", "PartialProductKey": "2YT43",
      "LicenseStatus": 5, "LicenseStatusReason": 3221549172, "GracePeriodRemaining": 0, "LicenseIsAddon": false } ] },
  "registry": { "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform": {
      "DisableDnsPublishing": { "type": "REG_DWORD", "value": 1 }, "DnsDomainPublishList": { "type": "REG_MULTI_SZ", "value": ["a.contoso.com"] } } },
  "services": { "sppsvc": { "state": "running", "start": "automatic" } },
  "events": [ { "id": 12288, "time": "2026-11-22T08:00:00Z", "data": ["0xC004F074", "0x00000000", "kms1.contoso.com:1688"] } ],
  "dns": { "servers": { "10.0.0.10": { "ping": true, "answers": true, "rcode": null, "dynamicUpdates": "secure",
        "records": [ { "name": "_vlmcs._tcp.contoso.com", "type": "SRV", "priority": 0, "weight": 0, "port": 1688, "target": "kms1.contoso.com" },
                     { "name": "kms1.contoso.com", "type": "A", "address": "10.0.0.20" } ] } },
    "resolverCache": null },
  "hosts": { "10.0.0.20": { "ping": true, "ports": { "1688": "kms" }, "kms": { "currentCount": 40, "activated": true, "canActivate": true, "clockSkewMinutes": 0 } } },
  "faults": { "slmgr": null, "powershell": null, "registry": null, "ping": null } }`;

const file = (rest: object) => ({ schema: 'kms-doctor/scenario@1', ...rest });

function problems(json: unknown) {
  const result = parseScenario(json);
  return result.ok ? [] : result.problems;
}

describe('parseScenario', () => {
  it('accepts the published example and returns it unchanged', () => {
    const json = JSON.parse(EXAMPLE) as unknown;
    expect(parseScenario(json)).toEqual({ ok: true, scenario: json });
  });

  it("accepts unread, left-out and expected entries, and a service that isn't installed", () => {
    const json = file({
      adapters: [{ dnsServersFrom: 'static' }],
      services: { sppsvc: null },
      licensing: {
        products: [{ ID: null, KeyManagementServiceMachine: 'kms2', VLActivationType: 2 }],
      },
      dns: { servers: { '10.0.0.10': { hostsAdDomain: false, dynamicUpdates: 'unknown' } } },
      hosts: { '10.9.9.9': { ports: { '1688': 'no-route' } } },
      unread: { clock: 'timed-out', 'dns/10.0.0.10/_vlmcs._tcp.contoso.com/SRV': 'no-ipv6' },
      leftOut: ['events'],
      expectedHosts: ['kms1.contoso.com', 'fd00::20'],
    });
    expect(parseScenario(json)).toEqual({ ok: true, scenario: json });
  });

  it('accepts event data as a single string', () => {
    const parsed = parseScenario(file({ events: [{ id: 12288, data: '0xC004F038,0x0,kms1' }] }));
    expect(parsed).toMatchObject({ scenario: { events: [{ data: ['0xC004F038,0x0,kms1'] }] } });
  });

  it('requires only the schema name', () => {
    expect(problems(file({}))).toEqual([]);
    expect(problems({}).map(({ path }) => path)).toEqual(['schema']);
    expect(problems({ schema: 'kms-doctor/scenario@2' }).map(({ path }) => path)).toEqual([
      'schema',
    ]);
  });

  it.each([
    [{ foo: 1 }, 'foo'],
    [{ computer: { nmae: 'PC' } }, 'computer.nmae'],
    [{ adapters: [{}, { mac: '' }] }, 'adapters[1].mac'],
    [{ dns: { servers: { '10.0.0.10': { ttl: 1 } } } }, 'dns.servers["10.0.0.10"].ttl'],
    [{ hosts: { '10.0.0.20': { kms: { count: 1 } } } }, 'hosts["10.0.0.20"].kms.count'],
    [{ services: { sppsvc: { mode: 1 } } }, 'services.sppsvc.mode'],
    [{ faults: { wmi: null } }, 'faults.wmi'],
    [{ licensing: { product: [] } }, 'licensing.product'],
    [{ events: [{ id: 1, text: '' }] }, 'events[0].text'],
    [JSON.parse('{"hosts":{"__proto__":{}}}'), 'hosts.__proto__'],
  ])('reports the path of an unknown key: %j', (rest: object, path) => {
    expect(problems(file(rest)).map((problem) => problem.path)).toEqual([path]);
  });

  it.each([
    [{ computer: [] }, 'computer'],
    [{ computer: { elevated: 'yes' } }, 'computer.elevated'],
    [{ computer: { domain: 'contoso com' } }, 'computer.domain'],
    [{ computer: { name: '-PC\u001b[2J' } }, 'computer.name'],
    [{ computer: { clockSkewMinutes: '9' } }, 'computer.clockSkewMinutes'],
    [{ adapters: {} }, 'adapters'],
    [{ adapters: [{ addresses: ['10.0.0.256'] }] }, 'adapters[0].addresses[0]'],
    [{ adapters: [{ dnsServers: ['dns1'] }] }, 'adapters[0].dnsServers[0]'],
    [{ events: [{ id: 12288, time: 'yesterday' }] }, 'events[0].time'],
    [{ events: [{ data: [] }] }, 'events[0].id'],
    [{ now: 0 }, 'now'],
    [{ hosts: { kms1: {} } }, 'hosts.kms1'],
    [{ hosts: { '10.0.0.20': { ports: { '0': 'kms' } } } }, 'hosts["10.0.0.20"].ports["0"]'],
    [{ hosts: { '10.0.0.20': { ports: { '1688': 'open' } } } }, 'hosts["10.0.0.20"].ports["1688"]'],
    [{ dns: { servers: { '[::1]': { rcode: 'OOPS' } } } }, 'dns.servers["[::1]"].rcode'],
    [{ dns: { servers: { 'dns1:53': {} } } }, 'dns.servers["dns1:53"]'],
    [{ dns: { resolverCache: [{ name: 'a', type: 'TXT' }] } }, 'dns.resolverCache[0].type'],
    [
      { dns: { resolverCache: [{ name: 'a b', type: 'CNAME', target: 'c' }] } },
      'dns.resolverCache[0].name',
    ],
    [
      { dns: { resolverCache: [{ name: 'a', type: 'A', address: '::1' }] } },
      'dns.resolverCache[0].address',
    ],
    [{ licensing: { products: [{ LicenseStatus: '5' }] } }, 'licensing.products[0].LicenseStatus'],
    [
      { licensing: { products: [{ LicenseStatusReason: '0xC004F074' }] } },
      'licensing.products[0].LicenseStatusReason',
    ],
    [{ licensing: { service: { Anything: {} } } }, 'licensing.service.Anything'],
    [
      { licensing: { service: { IsKeyManagementServiceMachine: {} } } },
      'licensing.service.IsKeyManagementServiceMachine',
    ],
    [{ registry: { SOFTWARE: {} } }, 'registry.SOFTWARE'],
    [
      { registry: { 'HKLM\\A': { b: { type: 'REG_BINARY', value: '' } } } },
      'registry["HKLM\\\\A"].b.type',
    ],
    [
      { registry: { 'HKLM\\A': { b: { type: 'REG_DWORD', value: -1 } } } },
      'registry["HKLM\\\\A"].b.value',
    ],
    [{ events: [{ id: 12288, data: 5 }] }, 'events[0].data'],
    [{ events: [{ id: 12288, data: ['0x0', 5] }] }, 'events[0].data[1]'],
    [{ faults: { ping: 'slow' } }, 'faults.ping'],
    [{ of: 'remote' }, 'of'],
    [{ unread: { clocks: 'timed-out' } }, 'unread.clocks'],
    [{ unread: { clock: 'lazy' } }, 'unread.clock'],
    [{ leftOut: ['everything'] }, 'leftOut[0]'],
    [{ expectedHosts: ['kms 1'] }, 'expectedHosts[0]'],
  ])('reports the path of an invalid value: %j', (rest: object, path) => {
    expect(problems(file(rest)).map((problem) => problem.path)).toEqual([path]);
  });

  it.each(['en', 'zh-TW'] as const)(
    'explains in %s which path is invalid and what is allowed',
    (language) => {
      const wrong = file({
        foo: 1,
        computer: { domain: 3 },
        dns: { servers: { '10.0.0.10': { dynamicUpdates: 'some', records: [{ name: 'x' }] } } },
      });
      const translate = translator(language);
      const sentences = Object.fromEntries(
        problems(wrong).map(({ path, key, params }) => [path, translate(key, params)]),
      );
      expect(Object.keys(sentences)).toHaveLength(4);
      for (const [path, sentence] of Object.entries(sentences)) {
        expect(sentence).toContain(path);
        expect(sentence).not.toMatch(/scenario\.problems|\{\{|undefined/);
        expect(sentence).toMatch(language === 'en' ? /^[\x20-\x7e…]+\.$/ : /\p{Script=Han}.*。$/u);
      }
      expect(sentences['foo']).toContain('computer, adapters, licensing');
      expect(sentences['computer.domain']).toContain('contoso.com');
      expect(sentences['dns.servers["10.0.0.10"].dynamicUpdates']).toContain('"secure"');
    },
  );

  it("doesn't include product keys or control characters in problems", () => {
    const key = 'BCDFG-HJKMP-QRTVW-XY234-N6789';
    const wrong = file({
      licensing: { products: [{ PartialProductKey: key }] },
      computer: { uiLanguage: 'e\u001b[2Jn\u009b' },
      [key]: 1,
    });
    const text = JSON.stringify(problems(wrong));
    expect(problems(wrong)).toHaveLength(3);
    expect(text).not.toContain('BCDFG');
    const shown = problems(wrong).flatMap(({ params }) => Object.values(params ?? {}));
    expect(shown.join('')).not.toMatch(/\p{Cc}/u);
  });

  it.each([null, 3, 'text', [], true])('rejects %j as a document', (json) => {
    expect(problems(json)).toMatchObject([{ path: '', key: 'scenario.problems.document' }]);
  });

  it('has a message for every problem in arbitrary JSON', () => {
    const translate = translator('en');
    const anywhere = fc.constantFrom(
      'computer',
      'adapters',
      'licensing',
      'registry',
      'services',
      'events',
      'dns',
      'hosts',
      'faults',
      'now',
      'title',
    );
    fc.assert(
      fc.property(anywhere, fc.jsonValue({ maxDepth: 4 }), (key, value) => {
        for (const problem of problems(file({ [key]: value }))) {
          expect(translate(problem.key, problem.params)).not.toContain('scenario.problems');
        }
      }),
      { seed: 1688, numRuns: 500 },
    );
  });
});
