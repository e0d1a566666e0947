import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DnsChangeMethod, type SrvRecordSpec } from '@engine/computer';
import { SPP_KEY } from '@engine/registry-keys';
import { clientSetupKeyFor } from '@shared/client-setup-keys';
import {
  KMS_HOST,
  UNLICENSED,
  refusalOf,
  licenseRow,
  pc,
  scenarioFile,
  signal,
  type Scenario,
} from './pc';

/** A well-formed product key that was never issued. */
const MADE_UP = 'BCDFG-HJKMP-QRTVW-XY234-N6789';

/** Returns the published client setup key of an edition. */
function publishedKey(licenseFamily: string): string {
  const answer = clientSetupKeyFor({
    licenseFamily,
    os: 'Windows 11',
    build: 26_100,
    server: false,
  });
  if (!answer.ok) throw new Error(licenseFamily);
  return answer.row.key;
}

const product = (more: object): Scenario => ({
  licensing: { products: [{ ...UNLICENSED, ...more }] },
});

describe('installing a product key', () => {
  it('results in an unlicensed KMS client without the error if the key is published', async () => {
    const computer = pc(
      product({
        Description: 'Windows(R) Operating System, OEM_DM channel',
        ProductKeyChannel: 'OEM:DM',
        PartialProductKey: 'ABCDE',
        LicenseStatusReason: 0xc004f069,
      }),
    );
    const receipt = await computer.installProductKey(
      publishedKey('Enterprise'),
      'kms-client',
      signal,
    );
    expect(await licenseRow(computer)).toMatchObject({
      Description: 'Windows(R) Operating System, VOLUME_KMSCLIENT channel',
      ProductKeyChannel: 'Volume:GVLK',
      LicenseFamily: 'Enterprise',
      PartialProductKey: '2YT43',
      LicenseStatus: 0,
      LicenseStatusReason: 0,
    });
    expect(JSON.stringify([receipt, computer.document()])).not.toContain('NPPR9');
    await computer.activate('windows', signal);
    expect(await licenseRow(computer)).toMatchObject({ LicenseStatus: 1 });
  });

  it.each([
    ['mak', 'VOLUME_MAK'],
    ['kms-host', 'VOLUME_KMS'],
  ] as const)('switches to the channel of the key: %s', async (purpose, token) => {
    const computer = pc(product({ LicenseStatus: 1, GracePeriodRemaining: 259_200 }));
    await computer.installProductKey(MADE_UP.toLowerCase(), purpose, signal);
    expect(await licenseRow(computer)).toMatchObject({
      Description: `Windows(R) Operating System, ${token} channel`,
      PartialProductKey: 'N6789',
      LicenseStatus: 0,
      GracePeriodRemaining: 0,
    });
    await computer.activate('windows', signal);
    expect(await licenseRow(computer)).toMatchObject({ LicenseStatus: 1, GracePeriodRemaining: 0 });
    expect(JSON.stringify(computer.document())).not.toContain('HJKMP');
  });

  it('treats a published key as a client setup key, whatever the given purpose', async () => {
    const computer = pc(product({ PartialProductKey: 'ABCDE' }));
    await computer.installProductKey(publishedKey('Enterprise'), 'mak', signal);
    expect((await licenseRow(computer)).Description).toContain('VOLUME_KMSCLIENT');
  });

  it('finds or creates the row of the edition if no row has a key', async () => {
    const rows = [
      { Name: 'Pro', LicenseFamily: 'Professional', PartialProductKey: null },
      { Name: 'Ent', LicenseFamily: 'Enterprise', PartialProductKey: null },
    ];
    const two = pc({ licensing: { products: rows } });
    await two.installProductKey(publishedKey('Enterprise'), 'kms-client', signal);
    expect(await licenseRow(two)).toMatchObject({ Name: 'Ent', PartialProductKey: '2YT43' });
    const none = pc({ licensing: { products: [] } });
    await none.installProductKey(publishedKey('Education'), 'kms-client', signal);
    expect(await licenseRow(none)).toMatchObject({ LicenseFamily: 'Education', LicenseStatus: 0 });
  });

  it('changes the edition to that of the key', async () => {
    const computer = pc(product({}));
    await computer.installProductKey(publishedKey('Professional'), 'kms-client', signal);
    expect(await licenseRow(computer)).toMatchObject({ LicenseFamily: 'Professional' });
  });

  it.each([
    ['a malformed key', 'ABC', 'mak'],
    ['an unpublished key as a client setup key', MADE_UP, 'kms-client'],
  ] as const)('refuses %s', async (_what, key, purpose) => {
    const computer = pc(product({}));
    expect(await refusalOf(computer.installProductKey(key, purpose, signal))).toBe(
      'not-done 0xC004F050',
    );
    expect(computer.document()).toEqual(scenarioFile(product({})));
  });

  it('requires PowerShell, the only tool that takes a key without exposing it', async () => {
    const computer = pc({ ...product({}), faults: { powershell: 'hang' } });
    expect(await refusalOf(computer.installProductKey(MADE_UP, 'mak', signal))).toBe('timed-out');
  });
});

describe('telephone activation', () => {
  it('requires a confirmation ID of 48 digits', async () => {
    const computer = pc(product({ Description: 'x, VOLUME_MAK channel' }));
    const id = (await computer.installationId(signal)) ?? '';
    expect(await refusalOf(computer.depositConfirmationId(id, '123', signal))).toBe(
      'not-done 0xC004F02C',
    );
    await computer.depositConfirmationId(id, '1'.repeat(48), signal);
    expect(await licenseRow(computer)).toMatchObject({ LicenseStatus: 1, LicenseStatusReason: 0 });
  });
});

describe('settings', () => {
  it('read back as they were written', async () => {
    const computer = pc({
      computer: { firewallKmsRule: false, clockSkewMinutes: 500 },
      dns: { resolverCache: [] },
    });
    await computer.setKmsHost('[fd00::20]', 2500, signal);
    await computer.setLookupDomain('fabrikam.com', signal);
    await computer.setSuffixSearchList(['a.com', 'b.com'], signal);
    await computer.setKmsFirewallRules({ 'SPPSVC-In-TCP': true }, signal);
    await computer.syncClock(signal);
    await computer.flushDnsCache(signal);
    await computer.setServiceStart('sppsvc', 'manual', signal);
    expect(await computer.licensingService(signal)).toMatchObject({
      KeyManagementServiceMachine: '[fd00::20]',
      KeyManagementServicePort: 2500,
      KeyManagementServiceLookupDomain: 'fabrikam.com',
    });
    expect((await computer.dnsClientSettings(signal)).suffixSearchList).toEqual(['a.com', 'b.com']);
    expect(await computer.firewallKmsRule(signal)).toBe(true);
    expect((await computer.clockOffset(signal)).minutes).toBe(0);
    expect(computer.document().dns?.resolverCache).toBeNull();
    expect((await computer.service('sppsvc', signal))?.start).toBe('manual');
    await computer.setKmsHost(null, null, signal);
    await computer.setLookupDomain(null, signal);
    expect(await computer.licensingService(signal)).toMatchObject({
      KeyManagementServiceMachine: '',
      KeyManagementServicePort: 0,
      KeyManagementServiceLookupDomain: '',
    });
  });

  it('are written to the registry if the scenario has them there', async () => {
    const location = { key: SPP_KEY, name: 'KeyManagementServiceName' } as const;
    const computer = pc({
      registry: { [SPP_KEY]: { KeyManagementServiceName: { type: 'REG_SZ', value: 'old' } } },
    });
    await computer.setKmsHost('new', null, signal);
    expect(await computer.registryValue(location, signal)).toEqual({
      type: 'REG_SZ',
      value: 'new',
    });
    expect((await computer.licensingService(signal)).KeyManagementServiceMachine).toBe('new');
    await computer.setRegistryValue(location, null, signal);
    expect(await computer.registryValue(location, signal)).toBeNull();
    expect((await computer.licensingService(signal)).KeyManagementServiceMachine).toBe('');
  });

  it('keep DNS publishing consistent in the registry and the CIM row', async () => {
    const location = { key: SPP_KEY, name: 'DisableDnsPublishing' } as const;
    const computer = pc(KMS_HOST);
    await computer.setDnsPublishing(false, signal);
    expect(await computer.registryValue(location, signal)).toEqual({ type: 'REG_DWORD', value: 1 });
    expect((await computer.licensingService(signal)).KeyManagementServiceDnsPublishing).toBe(false);
    await computer.setDnsPublishing(true, signal);
    expect(await computer.registryValue(location, signal)).toEqual({ type: 'REG_DWORD', value: 0 });
    expect((await computer.licensingService(signal)).KeyManagementServiceDnsPublishing).toBe(true);
  });

  it('are refused if Windows lacks the rule or the service, or denies access to the registry', async () => {
    expect(await refusalOf(pc().setKmsFirewallRules({ 'SPPSVC-In-TCP': true }, signal))).toBe(
      'not-done',
    );
    const computer = pc({ services: {} });
    expect(await refusalOf(computer.setServiceStart('sppsvc', 'manual', signal))).toBe(
      'not-done 0x80070424',
    );
    expect(await refusalOf(computer.restartService('sppsvc', signal))).toBe('not-done 0x80070424');
    const noRegistry = pc({ faults: { registry: 'denied' } });
    const location = { key: SPP_KEY, name: 'DisableDnsPublishing' } as const;
    expect(await refusalOf(noRegistry.setRegistryValue(location, null, signal))).toBe(
      'access-denied 0x80070005',
    );
  });

  it('are refused for a product that Windows lacks', async () => {
    const computer = pc();
    const changes = [
      computer.setKmsHost('kms1', null, signal, 'unknown'),
      computer.setLookupDomain('contoso.com', signal, 'unknown'),
    ];
    expect(await Promise.all(changes.map(refusalOf))).toEqual(['not-done', 'not-done']);
  });

  it('require administrator rights and change nothing without them', async () => {
    const file = scenarioFile({ computer: { elevated: false, firewallKmsRule: false } });
    const computer = pc(file);
    const location = { key: SPP_KEY, name: 'DisableDnsPublishing' } as const;
    for (const change of [
      computer.installProductKey(MADE_UP, 'mak', signal),
      computer.depositConfirmationId('', '1'.repeat(48), signal),
      computer.setKmsHost('kms1', null, signal),
      computer.setLookupDomain('a.com', signal),
      computer.setDnsPublishing(false, signal),
      computer.setRegistryValue(location, { type: 'REG_DWORD', value: 1 }, signal),
      computer.setServiceStart('sppsvc', 'disabled', signal),
      computer.restartService('sppsvc', signal),
      computer.setKmsFirewallRules({ 'SPPSVC-In-TCP': true }, signal),
      computer.setSuffixSearchList([], signal),
      computer.syncClock(signal),
    ]) {
      expect(await refusalOf(change)).toBe('access-denied 0x80070005');
    }
    expect(computer.document()).toEqual(file);
  });

  it("aren't supported in a network case", async () => {
    const computer = pc({ of: 'network' });
    expect(await refusalOf(computer.setKmsHost('kms1', null, signal))).toBe('not-supported-here');
    expect(await refusalOf(computer.activate('windows', signal))).toBe('not-supported-here');
  });
});

describe('licensing service', () => {
  it('runs after a restart without being saved as running', async () => {
    const computer = pc({});
    await computer.restartService('sppsvc', signal);
    expect(await computer.service('sppsvc', signal)).toEqual({
      state: 'running',
      start: 'automatic',
    });
    expect(computer.document()).toEqual(scenarioFile({}));
  });

  it("doesn't start while disabled", async () => {
    const computer = pc({ services: { sppsvc: { start: 'disabled' } } });
    expect(await refusalOf(computer.restartService('sppsvc', signal))).toBe('not-done 0x80070422');
    await computer.setServiceStart('sppsvc', 'automatic', signal);
    await computer.restartService('sppsvc', signal);
    expect((await computer.service('sppsvc', signal))?.state).toBe('running');
    expect(await computer.licensingProducts(signal)).toHaveLength(1);
  });

  it('recovers from a start that hangs', async () => {
    const computer = pc({ services: { sppsvc: { state: 'pending' } } });
    await computer.restartService('sppsvc', signal);
    expect(computer.document().services).toEqual({ sppsvc: { state: 'running' } });
  });
});

describe('KMS host whose licensing service starts', () => {
  const records = (computer: ReturnType<typeof pc>) =>
    Object.values(computer.document().dns?.servers ?? {}).flatMap((server) =>
      (server.records ?? []).map((record) =>
        record.type === 'SRV'
          ? `${record.name} ${record.priority} ${record.weight} ${record.port} ${record.target}`
          : record.name,
      ),
    );
  const log = async (computer: ReturnType<typeof pc>) =>
    (await computer.events(signal)).map(({ id, data }) => [id, ...data]);
  const list = (...value: string[]): Scenario['registry'] => ({
    [SPP_KEY]: { DnsDomainPublishList: { type: 'REG_MULTI_SZ', value } },
  });
  const restarted = async (scenario: Scenario) => {
    const computer = pc({ ...KMS_HOST, ...scenario });
    await computer.restartService('sppsvc', signal);
    return computer;
  };

  it('publishes itself in its own domain', async () => {
    const computer = await restarted({});
    expect(records(computer)).toEqual(['_vlmcs._tcp.contoso.com 0 0 1688 kms1.contoso.com']);
    expect(await log(computer)).toEqual([[12294, 'contoso.com']]);
    await computer.restartService('sppsvc', signal);
    expect(records(computer)).toHaveLength(1);
  });

  it('publishes itself in every listed domain, with priority and weight', async () => {
    const computer = await restarted({
      registry: list('a.contoso.com', 'B.contoso.com , 10, 100', ' '),
    });
    expect(records(computer)).toEqual([
      '_vlmcs._tcp.contoso.com 0 0 1688 kms1.contoso.com',
      '_vlmcs._tcp.a.contoso.com 0 0 1688 kms1.contoso.com',
      '_vlmcs._tcp.b.contoso.com 10 100 1688 kms1.contoso.com',
    ]);
    expect(await log(computer)).toEqual([
      [12294, 'contoso.com'],
      [12294, 'a.contoso.com'],
      [12294, 'b.contoso.com'],
    ]);
  });

  it("doesn't publish if publishing is disabled or the host is unlicensed", async () => {
    const off = await restarted({
      registry: { [SPP_KEY]: { DisableDnsPublishing: { type: 'REG_DWORD', value: 1 } } },
    });
    const row = KMS_HOST.licensing?.products?.[0];
    const unlicensed = await restarted({ licensing: { products: [{ ...row, LicenseStatus: 5 }] } });
    const cim = await restarted({
      licensing: { products: [{ ...row }], service: { KeyManagementServiceDnsPublishing: false } },
    });
    for (const computer of [off, unlicensed, cim]) {
      expect(records(computer)).toEqual([]);
      expect(await log(computer)).toEqual([]);
    }
  });

  const server = (more: object): Scenario => ({ dns: { servers: { '10.0.0.10': more } } });
  const foreign = {
    name: '_vlmcs._tcp.contoso.com',
    type: 'SRV',
    target: 'other.contoso.com',
  } as const;

  it.each<[string, Scenario, string]>([
    ["the zone doesn't allow updates", server({ dynamicUpdates: 'none' }), '0x8007232D'],
    ['another host owns the record', server({ records: [foreign] }), '0x80072338'],
    [
      "it isn't in a domain",
      { ...server({}), computer: { ...KMS_HOST.computer, domain: null } },
      '0x8007232D',
    ],
    ['no server responds', server({ answers: false }), '0x8007232A'],
    ['the server fails', server({ rcode: 'SERVFAIL' }), '0x8007232A'],
  ])('fails to publish if %s', async (_why, scenario, code) => {
    const before = records(pc({ ...KMS_HOST, ...scenario }));
    const computer = await restarted(scenario);
    expect(await log(computer)).toEqual([[12293, 'contoso.com', code]]);
    expect(records(computer)).toEqual(before);
  });

  it('publishes in addition to another host if the zone allows any update', async () => {
    const computer = await restarted(server({ dynamicUpdates: 'any', records: [foreign] }));
    expect(records(computer)).toHaveLength(2);
    expect(await log(computer)).toEqual([[12294, 'contoso.com']]);
  });

  it('listens unless the port is filtered or used by another service', async () => {
    const port = async (ports: Record<string, 'refused' | 'filtered' | 'other-rpc'> | null) => {
      const computer = await restarted({ hosts: ports === null ? {} : { '10.0.0.42': { ports } } });
      return (await computer.probeKms({ host: '10.0.0.42', port: 1688 }, signal).answered)?.outcome;
    };
    expect(await port(null)).toBe('kms');
    expect(await port({})).toBe('kms');
    expect(await port({ '1688': 'refused' })).toBe('kms');
    expect(await port({ '1688': 'filtered' })).toBeUndefined();
    expect(await port({ '1688': 'other-rpc' })).toBe('other-rpc');
  });

  it('changes nothing on a KMS client', async () => {
    const computer = pc({ dns: { servers: { '10.0.0.10': { records: [] } } }, hosts: {} });
    await computer.restartService('sppsvc', signal);
    expect(records(computer)).toEqual([]);
    expect(computer.document().hosts).toEqual({});
  });
});

describe('SRV record', () => {
  const spec: SrvRecordSpec = {
    zone: 'contoso.com',
    name: '_vlmcs._tcp.contoso.com',
    target: 'kms1.contoso.com',
    port: 1688,
    priority: 0,
    weight: 0,
    ttl: 3600,
  };
  const windowsDns: DnsChangeMethod = { method: 'windows-dns', server: null };
  const update = (tsigKeyFile: string | null = null): DnsChangeMethod => ({
    method: 'dynamic-update',
    server: { address: '10.0.0.10', port: 53 },
    tsigKeyFile,
  });
  const zone = (more: object, computer: Scenario['computer'] = {}): Scenario => ({
    computer,
    dns: { servers: { '10.0.0.10': { records: [], ...more } } },
  });
  const other = { name: spec.name, type: 'SRV', target: 'kms2.contoso.com' } as const;
  const count = (computer: ReturnType<typeof pc>, server = '10.0.0.10') =>
    computer.document().dns?.servers?.[server]?.records?.length;

  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kms-doctor-scenario-'));
    writeFileSync(
      join(folder, 'good.key'),
      'key "k" { algorithm hmac-sha256; secret "c2VjcmV0"; };',
    );
    writeFileSync(join(folder, 'bad.key'), 'no key');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each<[string, Scenario, DnsChangeMethod, string]>([
    [
      'by an administrator, in any zone',
      zone({ dynamicUpdates: 'none', records: [other] }),
      windowsDns,
      'added',
    ],
    [
      'by an administrator without the DNS tools',
      zone({}, { dnsTools: false }),
      windowsDns,
      'tool-missing',
    ],
    ['unsigned in a secure zone', zone({}), update(), 'dns-refused'],
    [
      'unsigned in a zone with an unknown update policy',
      zone({ dynamicUpdates: 'unknown' }),
      update(),
      'dns-refused',
    ],
    [
      'by a workgroup PC in an open zone',
      zone({ dynamicUpdates: 'any' }, { domain: null }),
      update(),
      'added',
    ],
    [
      'in a zone without dynamic updates',
      zone({ dynamicUpdates: 'none' }),
      update(),
      'dns-refused',
    ],
    ["on a server that doesn't respond", zone({ answers: false }), update(), 'dns-no-answer'],
    ['on a server that refuses queries', zone({ rcode: 'REFUSED' }), update(), 'dns-refused'],
    [
      'without administrator rights on this PC',
      zone({ dynamicUpdates: 'any' }, { elevated: false }),
      update(),
      'added',
    ],
  ])('is added or refused as expected %s', async (_how, scenario, how, expected) => {
    const computer = pc(scenario);
    const before = count(computer) ?? 0;
    if (expected !== 'added') {
      expect(await refusalOf(computer.addSrvRecord(spec, how, signal))).toBe(expected);
      expect(count(computer)).toBe(before);
      return;
    }
    await computer.addSrvRecord(spec, how, signal);
    expect(count(computer)).toBe(before + 1);
    await computer.addSrvRecord(spec, how, signal);
    expect(count(computer)).toBe(before + 1);
    await computer.removeSrvRecord({ ...spec, ttl: 60 }, how, signal);
    expect(count(computer)).toBe(before);
  });

  it('is added with a TSIG key if the zone allows signed updates', async () => {
    const workgroup = zone({ records: [other] }, { domain: null });
    await pc(workgroup).addSrvRecord(spec, update(join(folder, 'good.key')), signal);
    const untried = zone({ dynamicUpdates: 'unknown' });
    await pc(untried).addSrvRecord(spec, update(join(folder, 'good.key')), signal);
    for (const file of ['bad.key', 'none.key']) {
      const attempt = pc(workgroup).addSrvRecord(spec, update(join(folder, file)), signal);
      expect(await refusalOf(attempt)).toBe('dns-bad-key');
    }
    const closed = pc(zone({ dynamicUpdates: 'none' }));
    const attempt = closed.addSrvRecord(spec, update(join(folder, 'good.key')), signal);
    expect(await refusalOf(attempt)).toBe('dns-refused');
  });

  it('is added to every configured server that responds and hosts the zone', async () => {
    const holding = { name: 'a.contoso.com', type: 'A', address: '10.0.0.1' } as const;
    const computer = pc({
      adapters: [{ dnsServers: ['10', '11', '12', '13', '15'].map((last) => `10.0.0.${last}`) }],
      dns: {
        servers: {
          '10.0.0.10': { records: [holding] },
          '10.0.0.11': { records: [{ ...holding, name: 'a.fabrikam.com' }] },
          '10.0.0.12': { records: [holding], answers: false },
          '10.0.0.13': { records: [{ ...holding, name: 'contoso.com' }] },
          '10.0.0.14': { records: [holding] },
          '10.0.0.15': { records: [holding], rcode: 'SERVFAIL' },
        },
      },
    });
    await computer.addSrvRecord(spec, windowsDns, signal);
    const counts = ['10', '11', '12', '13', '14', '15'].map((last) =>
      count(computer, `10.0.0.${last}`),
    );
    expect(counts).toEqual([2, 1, 1, 2, 1, 1]);
  });

  it('is added to the servers that know the AD domain if none shows the zone', async () => {
    const computer = pc({
      adapters: [{ dnsServers: ['192.168.1.1', '10.0.0.10'] }],
      dns: { servers: { '192.168.1.1': { hostsAdDomain: false }, '10.0.0.10': {} } },
    });
    await computer.addSrvRecord(spec, windowsDns, signal);
    expect(count(computer, '192.168.1.1')).toBeUndefined();
    expect(count(computer)).toBe(1);
  });

  it('is removed only on an exact match', async () => {
    const near = [
      { ...other, target: spec.target, port: 1689 },
      { ...other, target: spec.target, priority: 1 },
      { ...other, target: spec.target, name: '_vlmcs._tcp.fabrikam.com' },
    ];
    const exact = {
      ...other,
      name: 'X'.replace('X', '_VLMCS._TCP.contoso.com.'),
      target: 'KMS1.contoso.com',
    };
    const computer = pc(zone({ records: [...near, exact] }));
    await computer.removeSrvRecord(spec, windowsDns, signal);
    expect(computer.document().dns?.servers?.['10.0.0.10']?.records).toEqual(near);
  });

  it('can be added in a network case by dynamic update, but requires Windows for Microsoft DNS', async () => {
    const open = { ...zone({ dynamicUpdates: 'any' }), of: 'network' as const };
    const computer = pc(open);
    await computer.addSrvRecord(spec, update(), signal);
    expect(count(computer)).toBe(1);
    expect(await refusalOf(computer.addSrvRecord(spec, windowsDns, signal))).toBe(
      'not-supported-here',
    );
    const secure = pc({ ...zone({}), of: 'network' });
    expect(await refusalOf(secure.addSrvRecord(spec, update(), signal))).toBe('dns-refused');
  });
});
