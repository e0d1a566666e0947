import { describe, expect, it } from 'vitest';
import { SPP_KEY } from '@engine/registry-keys';
import { UNLICENSED, refusalOf, licenseRow, pc, reopened, signal, type Scenario } from './pc';

const SRV = '_vlmcs._tcp.contoso.com';

const client: Scenario = { licensing: { products: [UNLICENSED] } };

const servers = (server: object) => ({ dns: { servers: { '10.0.0.10': server } } });
const host = (kms: object) => ({
  hosts: { '10.0.0.20': { ports: { '1688': 'kms' as const }, kms } },
});
const assigned = (machine: string, port = 0): Scenario => ({
  licensing: {
    products: [UNLICENSED],
    service: { KeyManagementServiceMachine: machine, KeyManagementServicePort: port },
  },
});
const with12288 = (computer: ReturnType<typeof pc>) =>
  computer
    .events(signal)
    .then((events) =>
      events.filter(({ id }) => id === 12288).map(({ data }) => [data[0], data[2]]),
    );

describe('KMS client', () => {
  it('is licensed for 180 days if every step succeeds, and logs the events', async () => {
    const computer = pc(client);
    await computer.activate('windows', signal);
    expect(await licenseRow(computer)).toMatchObject({
      LicenseStatus: 1,
      LicenseStatusReason: 0,
      GracePeriodRemaining: 259_200,
      DiscoveredKeyManagementServiceMachineName: 'kms1.contoso.com',
      DiscoveredKeyManagementServiceMachinePort: 1688,
    });
    const events = await computer.events(signal);
    expect(events.map(({ id, time }) => [id, time])).toEqual([
      [12288, '2026-11-22T09:00:00.000Z'],
      [12289, '2026-11-22T09:00:00.000Z'],
    ]);
    expect(events[0]?.data).toEqual([
      '0x00000000',
      '0x00000000',
      'kms1.contoso.com:1688',
      '00000000-0000-0000-0000-000000000000',
      '2026/11/22 09:00',
      '0',
      '5',
      '0',
      '00000000-0000-0000-0000-000000000000',
      '25',
    ]);
    expect(await licenseRow(reopened(computer))).toMatchObject({ LicenseStatus: 1 });
  });

  it('is activated without administrator rights', async () => {
    const computer = pc({ ...client, computer: { elevated: false } });
    await computer.activate('windows', signal);
    expect(await licenseRow(computer)).toMatchObject({ LicenseStatus: 1 });
  });

  it.each<[string, Scenario, string]>([
    ['the record is missing', servers({ records: [] }), '8007232B'],
    [
      'the record is only in another domain',
      servers({
        records: [{ name: '_vlmcs._tcp.fabrikam.com', type: 'SRV', target: 'kms1.contoso.com' }],
      }),
      '8007232B',
    ],
    ['only the resolver lacks the record', { dns: { resolverCache: [] } }, '8007232B'],
    ['no DNS server is configured', { adapters: [{ dnsServers: [] }] }, '8007267C'],
    ["the DNS server doesn't respond", servers({ answers: false }), '8007232A'],
    ['the DNS server fails', servers({ rcode: 'SERVFAIL' }), '8007232A'],
    [
      'the SRV target has no address',
      servers({ records: [{ name: SRV, type: 'SRV', target: 'kms1.contoso.com' }] }),
      'C004F074',
    ],
    [
      'the record declares the service unavailable',
      servers({ records: [{ name: SRV, type: 'SRV', target: '.' }] }),
      '8007232B',
    ],
    ['there is no host at the address', { hosts: {} }, 'C004F074'],
    ['the port is closed', { hosts: { '10.0.0.20': {} } }, 'C004F074'],
    [
      'the port is filtered',
      { hosts: { '10.0.0.20': { ports: { '1688': 'filtered' } } } },
      'C004F074',
    ],
    [
      'another service uses the port',
      { hosts: { '10.0.0.20': { ports: { '1688': 'other-rpc' } } } },
      'C004F074',
    ],
    [
      'its own firewall blocks outbound traffic',
      { computer: { outboundBlocked: true } },
      'C004F074',
    ],
    ["the KMS host isn't activated", host({ activated: false }), 'C004F041'],
    ["the KMS host can't activate it", host({ canActivate: false }), 'C004F042'],
    ['the count is below 25', host({ currentCount: 24 }), 'C004F038'],
    [
      'the count for a server is below 5',
      { computer: { server: true }, ...host({ currentCount: 4 }) },
      'C004F038',
    ],
  ])('fails to activate with the error code of Windows if %s', async (_why, scenario, code) => {
    const computer = pc({ ...client, ...scenario });
    expect(await refusalOf(computer.activate('windows', signal))).toBe(`not-done 0x${code}`);
    expect(await licenseRow(computer)).toMatchObject({
      LicenseStatus: 5,
      LicenseStatusReason: parseInt(code, 16),
      GracePeriodRemaining: 0,
    });
    expect((await with12288(computer)).at(-1)?.[0]).toBe(`0x${code}`);
  });

  it.each<[string, Scenario]>([
    ['the count is 25', host({ currentCount: 25 })],
    ['the count for a server is 5', { computer: { server: true }, ...host({ currentCount: 5 }) }],
    [
      "one of two DNS servers doesn't respond",
      {
        adapters: [{ dnsServers: ['10.0.0.9', '10.0.0.10'] }],
      },
    ],
    [
      'one of two SRV targets has no address',
      {
        ...servers({
          records: [
            { name: SRV, type: 'SRV', priority: 0, target: 'gone.contoso.com' },
            { name: SRV, type: 'SRV', priority: 9, target: 'kms1.contoso.com' },
            { name: 'kms1.contoso.com', type: 'A', address: '10.0.0.20' },
          ],
        }),
      },
    ],
    [
      'the target is an alias',
      servers({
        records: [
          { name: SRV, type: 'SRV', target: 'kms.contoso.com' },
          { name: 'kms.contoso.com', type: 'CNAME', target: 'kms1.contoso.com' },
          { name: 'kms1.contoso.com', type: 'A', address: '10.0.0.20' },
        ],
      }),
    ],
    [
      'both clocks are wrong by a similar amount',
      {
        computer: { clockSkewMinutes: 600 },
        ...host({ clockSkewMinutes: 500 }),
      },
    ],
    [
      'the record is in the connection suffix of a workgroup PC',
      {
        computer: { domain: null, primaryDnsSuffix: null, dnsSuffixSearchList: [] },
      },
    ],
    [
      'the record is in the lookup domain',
      {
        licensing: {
          products: [UNLICENSED],
          service: { KeyManagementServiceLookupDomain: 'fabrikam.com' },
        },
        ...servers({
          records: [
            { name: '_vlmcs._tcp.fabrikam.com', type: 'SRV', target: 'kms1.contoso.com' },
            { name: 'kms1.contoso.com', type: 'A', address: '10.0.0.20' },
          ],
        }),
      },
    ],
  ])('is activated if %s', async (_why, scenario) => {
    const computer = pc({ ...client, ...scenario });
    await computer.activate('windows', signal);
    expect(await licenseRow(computer)).toMatchObject({ LicenseStatus: 1, LicenseStatusReason: 0 });
  });

  it('looks up records only in the lookup domain if it has one', async () => {
    const computer = pc({
      licensing: {
        products: [UNLICENSED],
        service: { KeyManagementServiceLookupDomain: 'fabrikam.com' },
      },
    });
    expect(await refusalOf(computer.activate('windows', signal))).toBe('not-done 0x8007232B');
  });

  it.each([
    [241, '0xC004F06C'],
    [-241, '0xC004F06C'],
  ])(
    'reports 0xC004F074 if its clock is %d minutes off, and logs the actual error',
    async (clockSkewMinutes, code) => {
      const computer = pc({ ...client, computer: { clockSkewMinutes } });
      expect(await refusalOf(computer.activate('windows', signal))).toBe('not-done 0xC004F074');
      expect(await with12288(computer)).toEqual([[code, 'kms1.contoso.com:1688']]);
      await computer.syncClock(signal);
      await computer.activate('windows', signal);
      expect(await licenseRow(computer)).toMatchObject({ LicenseStatus: 1 });
    },
  );

  it('stays licensed if a renewal fails', async () => {
    const computer = pc({ hosts: {} });
    expect(await refusalOf(computer.activate('windows', signal))).toBe('not-done 0xC004F074');
    expect(await licenseRow(computer)).toMatchObject({ LicenseStatus: 1, LicenseStatusReason: 0 });
    expect(await with12288(computer)).toEqual([['0xC004F074', 'kms1.contoso.com:1688']]);
  });

  it.each<[string, Scenario]>([
    ['by full name', assigned('kms1.contoso.com')],
    ['by single-label name', assigned('KMS1')],
    ['by IPv4 address', assigned('10.0.0.20')],
    [
      'by IPv6 address in brackets, on another port',
      {
        ...assigned('[fd00::20]', 2500),
        hosts: { 'fd00::20': { ports: { '2500': 'kms' } } },
      },
    ],
    ['by IP address, without a DNS server', { ...assigned('10.0.0.20'), adapters: [] }],
    [
      'only in the registry',
      {
        ...client,
        registry: {
          [SPP_KEY]: { KeyManagementServiceName: { type: 'REG_SZ', value: '10.0.0.20' } },
        },
      },
    ],
  ])('contacts the host assigned %s, regardless of DNS', async (_how, scenario) => {
    const records = [{ name: 'kms1.contoso.com', type: 'A' as const, address: '10.0.0.20' }];
    const computer = pc({ ...servers({ records }), ...scenario });
    await computer.activate('windows', signal);
    expect(await licenseRow(computer)).toMatchObject({ LicenseStatus: 1 });
    expect(await licenseRow(computer)).not.toHaveProperty(
      'DiscoveredKeyManagementServiceMachineName',
    );
  });

  it("doesn't fall back to DNS if the assigned host doesn't respond", async () => {
    const computer = pc(assigned('kms9.contoso.com', 2500));
    expect(await refusalOf(computer.activate('windows', signal))).toBe('not-done 0xC004F074');
    expect(await with12288(computer)).toEqual([['0xC004F074', 'kms9.contoso.com:2500']]);
  });
});

describe('product settings', () => {
  const WINDOWS = '55c92734-d682-4d71-983e-d6ec3f16059f';
  const SKU = '73111121-5638-40f6-bc11-f1d7b0d64300';
  const text = (value: string) => ({ type: 'REG_SZ' as const, value });
  const product = (more: object, scenario: Scenario = {}): Scenario => ({
    ...scenario,
    licensing: {
      products: [{ ...UNLICENSED, ID: SKU, ...more }],
      service: { KeyManagementServiceMachine: 'service.contoso.com' },
    },
  });
  const under = (place: string, host: string) => ({
    [`${SPP_KEY}\\${place}`]: {
      KeyManagementServiceName: text(host),
      KeyManagementServicePort: text('2500'),
    },
  });

  it.each<[string, Scenario, string]>([
    [
      'the product row',
      product(
        { KeyManagementServiceMachine: 'row.contoso.com' },
        { registry: under(`${WINDOWS}\\${SKU}`, 'sku.contoso.com') },
      ),
      'row.contoso.com:1688',
    ],
    [
      'the SKU key',
      product(
        {},
        {
          registry: {
            ...under(WINDOWS.toUpperCase(), 'app.contoso.com'),
            ...under(`${WINDOWS}\\${SKU}`, 'sku.contoso.com'),
          },
        },
      ),
      'sku.contoso.com:2500',
    ],
    [
      'the application key',
      product({}, { registry: under(WINDOWS, 'app.contoso.com') }),
      'app.contoso.com:2500',
    ],
    ['the service', product({}), 'service.contoso.com:1688'],
  ])('are read from %s before any broader scope', async (_where, scenario, host) => {
    const computer = pc(scenario);
    expect(await refusalOf(computer.activate('windows', signal))).toBe('not-done 0xC004F074');
    expect(await with12288(computer)).toEqual([['0xC004F074', host]]);
  });

  it('can include a lookup domain', async () => {
    const records = [
      { name: '_vlmcs._tcp.fabrikam.com', type: 'SRV' as const, target: 'kms1.contoso.com' },
      { name: 'kms1.contoso.com', type: 'A' as const, address: '10.0.0.20' },
    ];
    const row = { ...UNLICENSED, KeyManagementServiceLookupDomain: 'fabrikam.com' };
    const computer = pc({ licensing: { products: [row] }, ...servers({ records }) });
    await computer.activate('windows', signal);
    expect(await licenseRow(computer)).toMatchObject({ LicenseStatus: 1 });
  });

  it.each<[string, Scenario, string | null]>([
    ['Active Directory only', product({ VLActivationTypeEnabled: 1 }), '0x8007054B'],
    ['tokens only', product({ VLActivationTypeEnabled: 3 }), '0xC004F304'],
    [
      'Active Directory only, in the registry',
      {
        ...client,
        registry: {
          [`${SPP_KEY}\\${WINDOWS}`]: { VLActivationType: { type: 'REG_DWORD', value: 1 } },
        },
      },
      '0x8007054B',
    ],
    ['KMS', { licensing: { products: [{ ...UNLICENSED, VLActivationTypeEnabled: 2 }] } }, null],
  ])('can allow activation by %s', async (_what, scenario, code) => {
    const computer = pc(scenario);
    if (code === null) {
      await computer.activate('windows', signal);
      return;
    }
    expect(await refusalOf(computer.activate('windows', signal))).toBe(`not-done ${code}`);
    const [event] = await computer.events(signal);
    expect(event).toMatchObject({
      id: 8198,
      data: [`hr=${code}`, expect.stringContaining('AppId=')],
    });
    expect(await licenseRow(computer)).toMatchObject({ LicenseStatusReason: parseInt(code, 16) });
  });
});

describe('activation attempt', () => {
  it('logs the request and the response with the fields in the order of Windows', async () => {
    const computer = pc({
      licensing: {
        products: [{ ...UNLICENSED, ID: '73111121-5638-40f6-bc11-f1d7b0d64300' }],
        service: { ClientMachineID: '11111111-2222-3333-4444-555555555555' },
      },
      ...host({ currentCount: 3 }),
    });
    expect(await refusalOf(computer.activate('windows', signal))).toBe('not-done 0xC004F038');
    const [sent, replied] = await computer.events(signal);
    expect(sent?.data.slice(2)).toEqual([
      'kms1.contoso.com:1688',
      '11111111-2222-3333-4444-555555555555',
      '2026/11/22 09:00',
      '0',
      '5',
      '0',
      '73111121-5638-40f6-bc11-f1d7b0d64300',
      '25',
    ]);
    expect(replied).toMatchObject({ id: 12289 });
    expect(replied?.data).toEqual([
      '0xC004F038',
      '0x00000000',
      '0',
      '0',
      '3',
      '120',
      '10080',
      '2026/11/22 09:00',
    ]);
  });

  it('contacts only the hosts of the first domain with a record', async () => {
    const computer = pc({
      ...client,
      computer: { dnsSuffixSearchList: ['fabrikam.com'] },
      ...servers({
        records: [
          { name: SRV, type: 'SRV', target: 'dead.contoso.com' },
          { name: '_vlmcs._tcp.fabrikam.com', type: 'SRV', target: 'kms1.contoso.com' },
          { name: 'kms1.contoso.com', type: 'A', address: '10.0.0.20' },
        ],
      }),
    });
    expect(await refusalOf(computer.activate('windows', signal))).toBe('not-done 0xC004F074');
    expect(await with12288(computer)).toEqual([['0xC004F074', 'dead.contoso.com:1688']]);
  });

  it("doesn't append a suffix to a single-label SRV target", async () => {
    const records = [
      { name: SRV, type: 'SRV' as const, target: 'kms1' },
      { name: 'kms1.contoso.com', type: 'A' as const, address: '10.0.0.20' },
    ];
    const computer = pc({ ...client, ...servers({ records }) });
    expect(await refusalOf(computer.activate('windows', signal))).toBe('not-done 0xC004F074');
  });

  it('fails if this PC itself is assigned', async () => {
    const computer = pc({
      ...assigned('10.0.0.42'),
      hosts: { '10.0.0.42': { ports: { '1688': 'kms' } } },
    });
    expect(await refusalOf(computer.activate('windows', signal))).toBe('not-done 0x8007000D');
  });

  it('has no count if the address that decides reported none', async () => {
    const computer = pc({
      ...assigned('kms1'),
      ...servers({
        records: [
          { name: 'kms1.contoso.com', type: 'A', address: '10.0.0.20' },
          { name: 'kms1.contoso.com', type: 'A', address: '10.0.0.21' },
        ],
      }),
      hosts: {
        '10.0.0.20': { ports: { '1688': 'kms' }, kms: { currentCount: 3 } },
        '10.0.0.21': { ports: { '1688': 'kms' }, kms: { activated: false } },
      },
    });
    expect(await refusalOf(computer.activate('windows', signal))).toBe('not-done 0xC004F041');
    const events = await computer.events(signal);
    expect(events.map(({ id }) => id)).toEqual([12288]);
  });

  it('activates only the KMS client row of the application', async () => {
    const rows = [
      { ...UNLICENSED, Description: 'x, RETAIL channel', PartialProductKey: 'AAAAA' },
      UNLICENSED,
      { ...UNLICENSED, ApplicationID: '0ff1ce15-a989-479d-af46-f275c6370663' },
    ];
    const computer = pc({ licensing: { products: rows } });
    await computer.activate('windows', signal);
    const statuses = computer.document().licensing?.products?.map((row) => row.LicenseStatus);
    expect(statuses).toEqual([5, 1, 5]);
  });
});

describe('Office', () => {
  const OFFICE = {
    ...UNLICENSED,
    Description: 'Office 24, VOLUME_KMSCLIENT channel',
    ApplicationID: '0ff1ce15-a989-479d-af46-f275c6370663',
  };

  it('is activated separately, at a count of at least 5', async () => {
    const rows = [UNLICENSED, OFFICE, { ...OFFICE, LicenseStatus: 5 }];
    const computer = pc({ licensing: { products: rows }, ...host({ currentCount: 5 }) });
    await computer.activate('office', signal);
    const statuses = computer.document().licensing?.products?.map((row) => row.LicenseStatus);
    expect(statuses).toEqual([5, 1, 1]);
    expect((await computer.events(signal))[0]?.data[9]).toBe('5');
  });

  it('fails to activate if the count is below 5 or no Office is installed', async () => {
    const computer = pc({ licensing: { products: [OFFICE] }, ...host({ currentCount: 4 }) });
    expect(await refusalOf(computer.activate('office', signal))).toBe('not-done 0xC004F038');
    expect(await refusalOf(pc(client).activate('office', signal))).toBe('not-done 0xC004F014');
  });
});

describe('other product keys', () => {
  const keyed = (description: string, more: object = {}): Scenario => ({
    licensing: {
      products: [{ ...UNLICENSED, LicenseStatusReason: 0, Description: description, ...more }],
    },
    hosts: {},
  });

  it('activate without KMS if they are MAKs or KMS host keys', async () => {
    for (const description of ['x, VOLUME_MAK channel', 'x, VOLUME_KMS_WS22 channel']) {
      const computer = pc(keyed(description));
      await computer.activate('windows', signal);
      expect(await licenseRow(computer)).toMatchObject({
        LicenseStatus: 1,
        GracePeriodRemaining: 0,
      });
      expect(await computer.events(signal)).toEqual([]);
    }
  });

  it('stay rejected if they already were', async () => {
    const computer = pc(keyed('x, VOLUME_MAK channel', { LicenseStatusReason: 0xc004c008 }));
    expect(await refusalOf(computer.activate('windows', signal))).toBe('not-done 0xC004C008');
    expect(await licenseRow(computer)).toMatchObject({ LicenseStatus: 5 });
  });

  it('require a clock that is off by at most a day', async () => {
    const asOf = (clockSkewMinutes: number) =>
      pc({ ...keyed('x, VOLUME_MAK channel'), computer: { clockSkewMinutes } });
    expect(await refusalOf(asOf(-1441).activate('windows', signal))).toBe('not-done 0x80072F8F');
    await asOf(1440).activate('windows', signal);
  });

  it('require administrator rights', async () => {
    const computer = pc({ ...keyed('x, VOLUME_MAK channel'), computer: { elevated: false } });
    expect(await refusalOf(computer.activate('windows', signal))).toBe('access-denied 0x80070005');
  });

  it("can't reach Microsoft if they are retail or OEM keys", async () => {
    for (const description of ['x, RETAIL channel', 'x, OEM_DM channel']) {
      const computer = pc(keyed(description));
      expect(await refusalOf(computer.activate('windows', signal))).toBe('not-done 0x80072EE7');
    }
  });

  it('are required for activation', async () => {
    expect(await refusalOf(pc({ licensing: { products: [] } }).activate('windows', signal))).toBe(
      'not-done 0xC004F014',
    );
  });
});

it('fails to activate while sppsvc is disabled', async () => {
  const computer = pc({ ...client, services: { sppsvc: { start: 'disabled' } } });
  expect(await refusalOf(computer.activate('windows', signal))).toBe('not-done 0x80070422');
  expect(computer.document().events).toBeUndefined();
});

describe('tool that makes a change', () => {
  it.each<[string, Scenario, string]>([
    ['everything works', {}, 'slmgr'],
    ['slmgr is missing', { faults: { slmgr: 'missing' } }, 'cim'],
    ['VBScript is missing', { computer: { vbscript: false } }, 'cim'],
    ['PowerShell hangs', { faults: { powershell: 'hang' } }, 'slmgr'],
  ])('is slmgr or CIM, whichever works, if %s', async (_why, scenario, way) => {
    const computer = pc({ ...client, ...scenario });
    expect((await computer.activate('windows', signal)).way).toBe(way);
    expect((await computer.setKmsHost('kms1', 1688, signal)).way).toBe(way);
  });

  it.each([
    ['missing', 'tool-missing'],
    ['hang', 'timed-out'],
    ['garbage', 'tool-failed'],
    ['denied', 'access-denied 0x80070005'],
  ] as const)(
    'is none if slmgr is missing and PowerShell fails (%s)',
    async (powershell, refusal) => {
      const computer = pc({ ...client, faults: { slmgr: 'missing', powershell } });
      expect(await refusalOf(computer.activate('windows', signal))).toBe(refusal);
      expect(await refusalOf(computer.setLookupDomain('a.com', signal))).toBe(refusal);
    },
  );
});
