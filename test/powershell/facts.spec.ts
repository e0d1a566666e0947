import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { never, startPc, type DoubledPc } from './support/engine';

let pc: DoubledPc;
beforeAll(() => {
  pc = startPc();
});
beforeEach(() => {
  pc.scene();
});
afterAll(() => {
  pc.end();
});

const categories = () =>
  pc.machine.query('network-category', {}, { signal: never, limitMs: 30_000 });

describe('a healthy PC', () => {
  it("returns the licensing service's row with Windows' property names", async () => {
    const row = await pc.computer.licensingService(never);
    expect(row).toMatchObject({
      // Windows returns 1688 if no port is set, and 4294967295 if no client uses this PC.
      KeyManagementServicePort: 1688,
      KeyManagementServiceCurrentCount: 4_294_967_295,
      KeyManagementServiceDnsPublishing: true,
      KeyManagementServiceLookupDomain: null,
      RemainingWindowsReArmCount: 1001,
    });
  });

  it("reads the description of the firmware's product key, but never the key", async () => {
    const description = 'Win 11 RTM Professional OEM:DM';
    pc.scene(`function Licensing-Service { @{
      Version = '10.0.26100.1'; OA3xOriginalProductKey = 'planted'; OA3xOriginalProductKeyDescription = '${description}'
    } }`);
    const row = await pc.computer.licensingService(never);
    expect(row).not.toHaveProperty('OA3xOriginalProductKey');
    expect(row).toMatchObject({ OA3xOriginalProductKeyDescription: description });
    const queries = pc.log().map(({ query }) => String(query));
    expect(queries.filter((query) => /OA3xOriginalProductKey\b|PkPn|\*/.test(query))).toEqual([]);
  });

  it('returns the subscription if Windows has one', async () => {
    expect(await pc.computer.licensingService(never)).not.toHaveProperty('SubscriptionType');
    pc.scene(`$Windows = 'server23h2'
      function Licensing-Service { @{ Version = '10.0.25398.1'; SubscriptionType = 1; SubscriptionStatus = 2 } }`);
    expect(await pc.computer.licensingService(never)).toMatchObject({
      SubscriptionType: 1,
      SubscriptionStatus: 2,
      SubscriptionEdition: null,
    });
  });

  it('returns the Windows product that has a key', async () => {
    const [row, ...more] = await pc.computer.licensingProducts(never);
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      PartialProductKey: 'T83GX',
      LicenseStatus: 1,
      // Windows' reason code for a valid volume license.
      LicenseStatusReason: 0x4004f040,
      KeyManagementServicePort: 0,
      LicenseIsAddon: false,
    });
    const query = pc.log().find(({ query: text }) => /Product WHERE/.test(String(text)));
    expect(query?.['query']).toContain('PartialProductKey IS NOT NULL');
    expect(query?.['namespace']).toBe('root/cimv2');
  });

  it("returns a product's own settings, and Office separately", async () => {
    pc.scene(`function Licensing-Products {
      @{
        ID = '73111121-5638-40f6-bc11-f1d7b0d64300'; KeyManagementServiceMachine = '[2001:db8::10]'
        KeyManagementServicePort = 1689; KeyManagementServiceLookupDomain = 'corp.contoso.com'; VLActivationTypeEnabled = 2
      }
      @{
        ApplicationID = '0ff1ce15-a989-479d-af46-f275c6370663'; Name = 'Office 24, Office24ProPlus2024VL_KMS_Client_AE edition'
        PartialProductKey = '6MKPC'; LicenseStatus = 5; LicenseStatusReason = 3221549112
      }
    }`);
    expect(await pc.computer.licensingProducts(never)).toEqual([
      expect.objectContaining({
        ID: '73111121-5638-40f6-bc11-f1d7b0d64300',
        KeyManagementServiceMachine: '[2001:db8::10]',
        KeyManagementServicePort: 1689,
        KeyManagementServiceLookupDomain: 'corp.contoso.com',
        VLActivationTypeEnabled: 2,
      }),
    ]);
    expect(await pc.computer.officeProducts(never)).toEqual([
      expect.objectContaining({
        Name: 'Office 24, Office24ProPlus2024VL_KMS_Client_AE edition',
        PartialProductKey: '6MKPC',
        LicenseStatus: 5,
        LicenseStatusReason: 0xc004f038,
      }),
    ]);
  });

  it('limits each kind of event separately', async () => {
    pc.scene(`function Log-Events {
      foreach ($n in 1..300) {
        $at = [datetime]::new(2026, 11, 22, 9, 0, 0, [System.DateTimeKind]::Utc).AddMinutes(-$n)
        @{ Log = 'Application'; Provider = 'Microsoft-Windows-Security-SPP'; Id = 8233; RecordId = 9000 - $n; Time = $at; Data = @('0x8007007B', '0ff1ce15-a989-479d-af46-f275c6370663', 'd450596f-894d-49e0-966a-fd39ed4c4c64', 'TimerEvent') }
        @{ Log = 'Key Management Service'; Provider = 'Microsoft-Windows-Security-SPP'; Id = 12290; RecordId = 9000 - $n; Time = $at; Data = @("0x00000000,25,pc$n.contoso.com") }
      }
      @{ Log = 'Application'; Provider = 'Microsoft-Windows-Security-SPP'; Id = 8198; RecordId = 1; Time = [datetime]::new(2026, 11, 1, 9, 0, 0, [System.DateTimeKind]::Utc); Data = @('hr=0xC004F074') }
    }`);
    const events = await pc.computer.events(never);
    const count = (wanted: number) => events.filter(({ id }) => id === wanted).length;
    expect([count(8198), count(8233), count(12290)]).toEqual([1, 100, 300]);
    // The newest ones are kept and come last.
    expect(events.at(-1)?.time).toBe('2026-11-22T08:59:00.000Z');
    expect(events.find(({ id }) => id === 8233)?.data).toEqual([
      '0x8007007B',
      'AppId=0ff1ce15-a989-479d-af46-f275c6370663',
      'SkuId=d450596f-894d-49e0-966a-fd39ed4c4c64',
      'Trigger=TimerEvent',
    ]);
  });

  it('returns events oldest first, with a list in one string split into fields', async () => {
    expect(await pc.computer.events(never)).toEqual([
      {
        id: 8198,
        time: '2026-11-22T08:00:00.000Z',
        data: ['hr=0xC004F074', 'RuleId=1;Action=AutoActivate'],
      },
      {
        id: 12288,
        time: '2026-11-22T09:00:00.000Z',
        data: [
          ...['0xC004F074', '0x00000000', 'kms1.contoso.com:1688', '0-0-0', '2026/11/22 09:00'],
          ...['0', '5', '0', '1-1-1', '25'],
        ],
      },
    ]);
  });

  it('queries the logs only for events of the licensing service', async () => {
    await pc.computer.events(never);
    const asked = pc.log().filter(({ cmdlet }) => cmdlet === 'Get-WinEvent');
    expect(asked.map(({ log }) => log)).toEqual(
      expect.arrayContaining(['Application', 'Key Management Service']),
    );
    expect(asked[0]?.['filter']).toContain("Provider[@Name='Microsoft-Windows-Security-SPP'");
  });

  it("returns an SRV record without the response's additional records", async () => {
    const answer = await pc.computer.resolve('_vlmcs._tcp.contoso.com', 'SRV', never);
    expect(answer).toMatchObject({
      error: null,
      records: [
        {
          ...{ type: 'SRV', name: '_vlmcs._tcp.contoso.com', ttl: 3600 },
          ...{ priority: 0, weight: 5, port: 1688, target: 'kms1.contoso.com' },
        },
      ],
    });
    expect(answer.records).toHaveLength(1);
  });

  it('follows an alias to its address', async () => {
    const { records } = await pc.computer.resolve('kms.contoso.com', 'A', never);
    expect(records).toEqual([
      { type: 'CNAME', name: 'kms.contoso.com', ttl: 60, target: 'kms1.contoso.com' },
      { type: 'A', name: 'kms1.contoso.com', ttl: 60, address: '10.0.0.20' },
    ]);
  });

  it("reports that a name has no such records if only the zone's SOA record is returned", async () => {
    const answer = await pc.computer.resolve('kms.contoso.com', 'AAAA', never);
    expect(answer).toMatchObject({ records: [], error: 'DNS_INFO_NO_RECORDS' });
  });

  it('returns the categories of its networks', async () => {
    pc.scene(`function Get-CimInstance { [CmdletBinding()] param($Namespace, $ClassName, $Property, $OperationTimeoutSec)
      Log @{ namespace = $Namespace; class = $ClassName }
      foreach ($category in 0, 2) { [pscustomobject] @{ NetworkCategory = [uint32] $category } }
    }`);
    expect(await categories()).toEqual([{ category: 0 }, { category: 2 }]);
    expect(pc.log()).toEqual([
      { namespace: 'root/StandardCimv2', class: 'MSFT_NetConnectionProfile' },
    ]);
  });

  it('returns no category without a network', async () => {
    pc.scene('function Get-CimInstance { }');
    expect(await categories()).toEqual([]);
  });

  it('returns the installation ID', async () => {
    expect(await pc.computer.installationId(never)).toMatch(/^\d{63}$/);
  });

  // reg.exe and sc.exe are missing here, so the fallback is used.
  it('returns services through CIM if sc.exe is missing', async () => {
    expect(await pc.computer.service('sppsvc', never)).toEqual({
      state: 'running',
      start: 'automatic',
    });
  });

  it('queries only the requested service', async () => {
    await pc.computer.service('Dnscache', never);
    const filters = pc.log().filter(({ class: name }) => name === 'Win32_Service');
    expect(filters.at(-1)?.['filter']).toBe("Name = 'Dnscache'");
  });

  it("returns the adapters through CIM if the registry can't be read", async () => {
    expect(await pc.computer.adapters(never)).toEqual([
      {
        ...{ name: 'Ethernet', up: true, addresses: ['10.0.0.42', 'fe80::1'] },
        ...{ gateways: ['10.0.0.1'], connectionSuffix: 'contoso.com', dnsServersFrom: null },
        // Includes Windows' placeholder addresses, which DNS queries skip.
        dnsServers: ['10.0.0.10', ...[1, 2, 3].map((end) => `fec0:0:0:ffff::${end}`)],
      },
    ]);
  });

  it("returns the DNS client settings through CIM if the registry can't be read", async () => {
    expect(await pc.computer.dnsClientSettings(never)).toEqual({
      adDomain: 'contoso.com',
      primaryDnsSuffix: 'contoso.com',
      suffixSearchList: ['contoso.com', 'corp.contoso.com'],
    });
  });

  it("returns the PC's identity through CIM if the registry can't be read", async () => {
    expect(await pc.computer.system(never)).toMatchObject({
      os: 'Windows 11 Enterprise',
      server: false,
      uiLanguage: 'zh-TW',
      // Outside Windows, .NET can't tell whether the process is elevated.
      elevated: null,
      id: 'aaaaaaaa-1111-4222-8333-444444444444',
    });
  });
});

describe('rows and columns', () => {
  it('are empty, not unreadable, for a PC without a key', async () => {
    pc.scene('function Licensing-Products { }');
    expect(await pc.computer.licensingProducts(never)).toEqual([]);
    expect(await pc.computer.installationId(never)).toBeNull();
  });

  it('exclude add-ons and include two products', async () => {
    pc.scene(`function Licensing-Products {
      [pscustomobject] @{ Name = 'ESU'; LicenseIsAddon = $true; PartialProductKey = 'AAAAA' }
      [pscustomobject] @{ Name = 'one'; LicenseIsAddon = $false; PartialProductKey = 'BBBBB' }
      [pscustomobject] @{ Name = 'two'; LicenseIsAddon = $false; PartialProductKey = 'CCCCC' }
    }`);
    const rows = await pc.computer.licensingProducts(never);
    expect(rows.map(({ Name }) => Name)).toEqual(['one', 'two']);
  });

  it('of the licensing service are rejected unless there is exactly one row', async () => {
    pc.scene('function Licensing-Service { }');
    await expect(pc.computer.licensingService(never)).rejects.toMatchObject({
      reason: 'garbled-answer',
      said: 'licensing-service: 0 rows',
    });
    pc.scene(
      'function Licensing-Service { [pscustomobject] @{ Version = 1 }; [pscustomobject] @{ Version = 2 } }',
    );
    await expect(pc.computer.licensingService(never)).rejects.toMatchObject({
      said: 'licensing-service: 2 rows',
    });
  });

  it('are limited to the columns that an older Windows has', async () => {
    pc.scene(
      `$Lacks = @('KeyManagementServiceLookupDomain', 'ProductKeyChannel', 'VLActivationType')`,
    );
    const service = await pc.computer.licensingService(never);
    expect(service).toMatchObject({ KeyManagementServiceListeningPort: 1688 });
    expect(service).not.toHaveProperty('KeyManagementServiceLookupDomain');
    const [product] = await pc.computer.licensingProducts(never);
    expect(product).toMatchObject({ LicenseFamily: 'Professional', LicenseStatus: 1 });
    expect(product).not.toHaveProperty('ProductKeyChannel');
  });

  it("are limited to essential columns if the class can't be read", async () => {
    pc.scene("function Get-CimClass { throw 'planted' }");
    expect(await pc.computer.licensingService(never)).toEqual({
      Version: '10.0.26100.1',
      KeyManagementServiceMachine: null,
      KeyManagementServicePort: 1688,
      KeyManagementServiceDnsPublishing: true,
    });
    expect(await pc.computer.licensingProducts(never)).toEqual([
      {
        ApplicationID: '55c92734-d682-4d71-983e-d6ec3f16059f',
        Description: 'Windows(R) Operating System, VOLUME_KMSCLIENT channel',
        LicenseIsAddon: false,
        LicenseStatus: 1,
        LicenseStatusReason: 0x4004f040,
        PartialProductKey: 'T83GX',
      },
    ]);
  });

  it("can contain a MachineGuid whose version and variant don't follow RFC 9562", async () => {
    const guid = 'a1b2c3d4-0000-0000-0000-0123456789ab';
    pc.scene(
      `function Get-ItemProperty { param($LiteralPath, $Name) [pscustomobject] @{ MachineGuid = '${guid}' } }`,
    );
    expect((await pc.computer.system(never)).id).toBe(guid);
  });
});
