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

describe('a healthy PC', () => {
  it('gives the row of the licensing service by the names of Windows', async () => {
    const row = await pc.computer.licensingService(never);
    expect(row).toMatchObject({
      KeyManagementServicePort: 0,
      KeyManagementServiceCurrentCount: 4_294_967_295,
      KeyManagementServiceDnsPublishing: true,
      KeyManagementServiceListeningPort: 1688,
      KeyManagementServiceHostCaching: null,
    });
  });

  it('never asks for the product key that the firmware has', async () => {
    const row = await pc.computer.licensingService(never);
    expect(row).not.toHaveProperty('OA3xOriginalProductKey');
    const queries = pc.log().map(({ query }) => String(query));
    expect(queries.filter((query) => /OA3|\*/.test(query))).toEqual([]);
  });

  it('gives the Windows product that has a key', async () => {
    const [row, ...more] = await pc.computer.licensingProducts(never);
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      PartialProductKey: '2YT43',
      LicenseStatus: 1,
      LicenseIsAddon: false,
    });
    const query = pc.log().find(({ query: text }) => /Product WHERE/.test(String(text)));
    expect(query?.['query']).toContain('PartialProductKey IS NOT NULL');
    expect(query?.['namespace']).toBe('root/cimv2');
  });

  it('gives events oldest first, the list in one string as its fields', async () => {
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

  it('asks the logs for events of the licensing service alone', async () => {
    await pc.computer.events(never);
    const asked = pc.log().filter(({ cmdlet }) => cmdlet === 'Get-WinEvent');
    expect(asked.map(({ log }) => log)).toEqual(
      expect.arrayContaining(['Application', 'Key Management Service']),
    );
    expect(asked[0]?.['filter']).toContain("Provider[@Name='Microsoft-Windows-Security-SPP'");
  });

  it('gives an SRV record, without what the answer has beside it', async () => {
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

  it('says that a name has no such records where only the zone answers', async () => {
    const answer = await pc.computer.resolve('kms.contoso.com', 'AAAA', never);
    expect(answer).toMatchObject({ records: [], error: 'DNS_INFO_NO_RECORDS' });
  });

  it('finds no rule for the KMS port on a client', async () => {
    expect(await pc.computer.firewallKmsRule(never)).toBeNull();
  });

  it('finds nothing in the way outwards', async () => {
    expect(await pc.computer.outboundBlocked(1688, never)).toBe(false);
  });

  it('gives the installation id', async () => {
    expect(await pc.computer.installationId(never)).toBe('123456789012345678901234567890');
  });

  // There is no reg.exe or sc.exe here: the second way is taken.
  it('gives services by CIM where sc.exe is missing', async () => {
    expect(await pc.computer.service('sppsvc', never)).toEqual({
      state: 'running',
      start: 'automatic',
    });
  });

  it('asks for no other service than the two', async () => {
    await pc.computer.service('Dnscache', never);
    const filters = pc.log().filter(({ class: name }) => name === 'Win32_Service');
    expect(filters.at(-1)?.['filter']).toBe("Name = 'Dnscache'");
  });

  it('gives the adapters by CIM where the registry cannot be read', async () => {
    expect(await pc.computer.adapters(never)).toEqual([
      {
        ...{ name: 'Ethernet', up: true, addresses: ['10.0.0.42', 'fe80::1'] },
        ...{ gateways: ['10.0.0.1'], dnsServers: ['10.0.0.10'], connectionSuffix: 'contoso.com' },
      },
    ]);
  });

  it('gives the name settings by CIM where the registry cannot be read', async () => {
    expect(await pc.computer.dnsClientSettings(never)).toEqual({
      adDomain: 'contoso.com',
      primaryDnsSuffix: 'contoso.com',
      suffixSearchList: ['contoso.com', 'corp.contoso.com'],
    });
  });

  it('gives who the PC is by CIM where the registry cannot be read', async () => {
    expect(await pc.computer.system(never)).toMatchObject({
      os: 'Windows 11 Enterprise',
      server: false,
      uiLanguage: 'zh-TW',
      // Nor is there anybody here whom .NET could ask for rights.
      elevated: null,
      id: 'aaaaaaaa-1111-4222-8333-444444444444',
    });
  });
});

describe('rows of every number', () => {
  it('says that a PC without a key has no product, and not that nothing could be read', async () => {
    pc.scene('function Licensing-Products { }');
    expect(await pc.computer.licensingProducts(never)).toEqual([]);
    expect(await pc.computer.installationId(never)).toBeNull();
  });

  it('leaves add-ons out and keeps two products', async () => {
    pc.scene(`function Licensing-Products {
      [pscustomobject] @{ Name = 'ESU'; LicenseIsAddon = $true; PartialProductKey = 'AAAAA' }
      [pscustomobject] @{ Name = 'one'; LicenseIsAddon = $false; PartialProductKey = 'BBBBB' }
      [pscustomobject] @{ Name = 'two'; LicenseIsAddon = $false; PartialProductKey = 'CCCCC' }
    }`);
    const rows = await pc.computer.licensingProducts(never);
    expect(rows.map(({ Name }) => Name)).toEqual(['one', 'two']);
  });

  it('does not take no row, or two, for the licensing service', async () => {
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

  it('knows a Windows that lacks the newer columns', async () => {
    pc.scene(`function Get-CimInstance {
      [CmdletBinding()] param([string] $Namespace, [string] $Query, [uint32] $OperationTimeoutSec)
      if ($Query -match 'LookupDomain') {
        $PSCmdlet.WriteError((New-Failure 'HRESULT 0x80041017,Microsoft.Management.Infrastructure.CimCmdlets.GetCimInstanceCommand' 'invalid query'))
        return
      }
      [pscustomobject] @{ Version = '6.3'; PartialProductKey = '2YT43' }
    }`);
    expect(await pc.computer.licensingService(never)).toMatchObject({ Version: '6.3' });
    expect(await pc.computer.licensingProducts(never)).toHaveLength(1);
  });
});

describe('the firewall', () => {
  const rule = (fields: string) =>
    `[pscustomobject] @{ Name = 'r'; Profile = 'Any'; Ports = [pscustomobject] @{ Protocol = 'TCP'; RemotePort = '1688' }; Addresses = 'Any'; Program = 'Any'; ${fields} }`;
  const rules = (block: string, allow = '', closed = 'NotConfigured') => `
    function Get-NetFirewallRule {
      [CmdletBinding()] param([string] $Name, [string] $PolicyStore, [string] $Direction, [string] $Enabled, [string] $Action)
      if ($Action -eq 'Block') { ${block} } elseif ($Action -eq 'Allow') { ${allow} }
      else { [pscustomobject] @{ Name = $Name; Enabled = 'False' } }
    }
    function Get-NetFirewallProfile {
      [CmdletBinding()] param([string] $PolicyStore)
      [pscustomobject] @{ Name = 'Domain'; Enabled = 'True'; DefaultOutboundAction = '${closed}' }
    }`;
  const overridden = (fields: string) => {
    const [name, value] = fields.split(' = ');
    return rule('').replace(new RegExp(`${name} = [^;]+;`), `${name} = ${value};`);
  };

  it.each([
    ['a rule for the port', rule(''), true],
    ['a rule for a range', rule('').replace("'1688'", "'1000-2000'"), true],
    ['a rule for every port', rule('').replace("'1688'", "'Any'"), true],
    ['a rule for one of a list', rule('').replace("'1688'", "@('80', '1688')"), true],
    ['a rule for another port', rule('').replace("'1688'", "'443'"), false],
    ['a rule for UDP', rule('').replace("'TCP'", "'UDP'"), false],
    ['a rule for another program', overridden("Program = 'C:\\game.exe'"), false],
    [
      'a rule for the program that activates',
      overridden("Program = 'C:\\Windows\\System32\\SppExtComObj.exe'"),
      true,
    ],
    ['a rule for some addresses', overridden("Addresses = '10.9.0.0/16'"), false],
    ['a rule for another network', overridden("Profile = 'Public'"), false],
  ])('with %s that blocks: %#', async (_what, block, blocked) => {
    pc.scene(rules(block));
    expect(await pc.computer.outboundBlocked(1688, never)).toBe(blocked);
  });

  it('is in the way where nothing goes out that no rule allows', async () => {
    pc.scene(rules('', '', 'Block'));
    expect(await pc.computer.outboundBlocked(1688, never)).toBe(true);
    pc.scene(rules('', rule(''), 'Block'));
    expect(await pc.computer.outboundBlocked(1688, never)).toBe(false);
    // The inbound rule is there and off.
    expect(await pc.computer.firewallKmsRule(never)).toBe(false);
  });
});
