import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ChangeRefused,
  KMS_FIREWALL_RULES,
  type SrvRecordSpec,
} from '../../electron/engine/computer';
import { never, startPc, type DoubledPc } from './support/engine';

/** Formatted like a product key, but not one: no program would accept it. */
const KEY = 'BBBBB-CCCCC-DDDDD-FFFFF-NGGGG';

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

const methods = () =>
  pc
    .log()
    .filter(({ cmdlet }) => cmdlet === 'Invoke-CimMethod')
    .map(({ method, arguments: given }) => [method, given]);

const failing = (id: string, message = 'no') => `function Invoke-CimMethod {
  [CmdletBinding()] param($InputObject, [string] $MethodName, [System.Collections.IDictionary] $Arguments)
  $PSCmdlet.WriteError((New-Failure '${id}' '${message}'))
}`;

async function refusal(change: Promise<unknown>): Promise<ChangeRefused> {
  const error = await change.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ChangeRefused);
  return error as ChangeRefused;
}

describe('installing a product key', () => {
  const installed = `function Licensing-Products { [pscustomobject] @{ PartialProductKey = 'NGGGG' } }`;

  it('calls the same methods as slmgr and reads the partial key back', async () => {
    pc.scene(installed);
    expect(await pc.computer.installProductKey(KEY, 'mak', never)).toEqual({ way: 'cim' });
    expect(methods()).toEqual([
      ['InstallProductKey', { ProductKey: KEY }],
      ['RefreshLicenseStatus', null],
    ]);
  });

  it('fails if another key is installed afterwards', async () => {
    expect(await refusal(pc.computer.installProductKey(KEY, 'mak', never))).toMatchObject({
      refusal: 'not-done',
    });
  });

  it("succeeds unverified if the keys can't be read afterwards", async () => {
    pc.scene(`function Licensing-Products {
      $PSCmdlet.WriteError((New-Failure 'HRESULT 0x80041013,Microsoft.Management' 'no'))
    }`);
    expect(await pc.computer.installProductKey(KEY, 'mak', never)).toEqual({ way: 'cim' });
    expect(methods().map(([method]) => method)).toContain('InstallProductKey');
  });

  it("reports Windows' error code for a rejected key, without the key", async () => {
    pc.scene(failing('HRESULT 0xc004f050,Microsoft.Management', `the key ${KEY} is invalid`));
    const refused = await refusal(pc.computer.installProductKey(KEY, 'mak', never));
    expect(refused).toMatchObject({ refusal: 'tool-failed', code: 0xc004f050 });
    expect(JSON.stringify(refused) + refused.message).not.toContain('BBBBB');
  });

  it("reports the method's return value if there is one instead of an error", async () => {
    pc.scene(`function Invoke-CimMethod {
      [CmdletBinding()] param($InputObject, [string] $MethodName, [System.Collections.IDictionary] $Arguments)
      [pscustomobject] @{ ReturnValue = [uint32] 3221549136 }
    }`);
    expect(await refusal(pc.computer.installProductKey(KEY, 'mak', never))).toMatchObject({
      code: 0xc004f050,
    });
  });
});

// cscript.exe is missing here, as on Windows without VBScript.
describe('licensing without VBScript', () => {
  const serviceRow = (fields: string) =>
    `function Licensing-Service { [pscustomobject] @{ Version = '10.0'; ${fields} } }`;
  // The registry can't be read here either, so only the service's row shows the result. If no port
  // is set, Windows returns 1688.
  const assigned = (host: string, port: number) =>
    serviceRow(
      `KeyManagementServiceMachine = '${host}'; KeyManagementServicePort = [uint32] ${port}`,
    );
  const unreadable = `function Licensing-Service {
    if ($Query -match '^SELECT Version FROM') { [pscustomobject] @{ Version = '10.0' } }
    else { $PSCmdlet.WriteError((New-Failure 'HRESULT 0x80041013,Microsoft.Management' 'no')) }
  }`;

  it('activates through CIM', async () => {
    expect(await pc.computer.activate('windows', never)).toEqual({ way: 'cim' });
    expect(methods().map(([method]) => method)).toEqual(['Activate', 'RefreshLicenseStatus']);
  });

  it('reports the error code of a failed activation', async () => {
    pc.scene(failing('HRESULT 0xc004f074,Microsoft.Management'));
    expect(await refusal(pc.computer.activate('windows', never))).toMatchObject({
      code: 0xc004f074,
    });
  });

  it("fails if Windows isn't licensed after the activation", async () => {
    pc.scene(`function Licensing-Products {
      [pscustomobject] @{ ID = '1'; LicenseIsAddon = $false; LicenseStatus = [uint32] 5; LicenseStatusReason = [uint32] 3221549172 }
    }`);
    expect(await refusal(pc.computer.activate('windows', never))).toMatchObject({
      refusal: 'not-done',
      code: 0xc004f074,
    });
  });

  it('reports denied access', async () => {
    pc.scene(failing('HRESULT 0x80070005,Microsoft.Management'));
    expect(await refusal(pc.computer.activate('windows', never))).toMatchObject({
      refusal: 'access-denied',
    });
  });

  it.each([
    [
      'a host and its port',
      'kms1.contoso.com',
      1690,
      [
        ['SetKeyManagementServiceMachine', { MachineName: 'kms1.contoso.com' }],
        ['SetKeyManagementServicePort', { PortNumber: 1690 }],
      ],
    ],
    [
      'an IPv6 address in brackets, without a port',
      '[fe80::1]',
      null,
      [
        ['SetKeyManagementServiceMachine', { MachineName: '[fe80::1]' }],
        ['ClearKeyManagementServicePort', null],
      ],
    ],
    [
      'a name in non-Latin characters',
      '\u540d\u7a31',
      null,
      [
        ['SetKeyManagementServiceMachine', { MachineName: '\u540d\u7a31' }],
        ['ClearKeyManagementServicePort', null],
      ],
    ],
    [
      'no host',
      null,
      null,
      [
        ['ClearKeyManagementServiceMachine', null],
        ['ClearKeyManagementServicePort', null],
      ],
    ],
  ])('sets %s', async (_what, host, port, calls) => {
    pc.scene(assigned(host ?? '', port ?? 1688));
    expect(await pc.computer.setKmsHost(host, port, never)).toEqual({ way: 'cim' });
    expect(methods()).toEqual(calls);
  });

  it.each([
    ['another host', assigned('kms2.contoso.com', 1690)],
    ['another port', assigned('kms1.contoso.com', 1688)],
    ['another host and no port', serviceRow("KeyManagementServiceMachine = ''")],
  ])('fails to set a host if the row then has %s', async (_what, row) => {
    pc.scene(row);
    expect(await refusal(pc.computer.setKmsHost('kms1.contoso.com', 1690, never))).toMatchObject({
      refusal: 'not-done',
    });
  });

  it("succeeds unverified if the row can't be read", async () => {
    pc.scene(unreadable);
    const way = { way: 'cim' };
    expect(await pc.computer.setKmsHost('kms1.contoso.com', 1690, never)).toEqual(way);
    expect(await pc.computer.setLookupDomain('contoso.com', never)).toEqual(way);
    expect(await pc.computer.setDnsPublishing(true, never)).toEqual(way);
  });

  it("fails to turn on DNS publishing if the row then shows it's off", async () => {
    pc.scene(serviceRow('KeyManagementServiceDnsPublishing = $false'));
    expect(await refusal(pc.computer.setDnsPublishing(true, never))).toMatchObject({
      refusal: 'not-done',
    });
  });

  it("activates unverified if the products can't be read", async () => {
    pc.scene(`function Licensing-Products {
      [pscustomobject] @{ ID = '1'; LicenseIsAddon = $false }
    }`);
    expect(await pc.computer.activate('windows', never)).toEqual({ way: 'cim' });
  });

  it('reports no error code for a license in its grace period', async () => {
    pc.scene(`function Licensing-Products {
      [pscustomobject] @{ ID = '1'; LicenseIsAddon = $false; LicenseStatus = [uint32] 2; LicenseStatusReason = [uint32] 1074065420 }
    }`);
    expect(await refusal(pc.computer.activate('windows', never))).toMatchObject({
      refusal: 'not-done',
      code: null,
    });
  });

  it('sets and clears the lookup domain', async () => {
    pc.scene(serviceRow("KeyManagementServiceLookupDomain = 'contoso.com'"));
    await pc.computer.setLookupDomain('contoso.com', never);
    const calls = methods();
    pc.scene(serviceRow("KeyManagementServiceLookupDomain = ''"));
    await pc.computer.setLookupDomain(null, never);
    expect([...calls, ...methods()]).toEqual([
      ['SetKeyManagementServiceLookupDomain', { LookupDomain: 'contoso.com' }],
      ['ClearKeyManagementServiceLookupDomain', null],
    ]);
  });

  it('switches publishing with the method whose name is inverted', async () => {
    pc.scene(serviceRow('KeyManagementServiceDnsPublishing = $true'));
    await pc.computer.setDnsPublishing(true, never);
    const calls = methods();
    pc.scene(serviceRow('KeyManagementServiceDnsPublishing = $false'));
    await pc.computer.setDnsPublishing(false, never);
    expect([...calls, ...methods()]).toEqual([
      ['DisableKeyManagementServiceDnsPublishing', { DisablePublishing: false }],
      ['DisableKeyManagementServiceDnsPublishing', { DisablePublishing: true }],
    ]);
  });

  it('deposits a confirmation ID with its installation ID', async () => {
    await pc.computer.depositConfirmationId('1234', '5678', never);
    expect(methods()[0]).toEqual([
      'DepositOfflineConfirmationId',
      { InstallationId: '1234', ConfirmationId: '5678' },
    ]);
  });

  it('rejects an invalid confirmation ID before calling Windows', async () => {
    await refusal(pc.computer.depositConfirmationId('1234', "56'78", never));
    expect(pc.log()).toEqual([]);
  });
});

describe('the firewall rules', () => {
  const [server, domain] = KMS_FIREWALL_RULES;

  // Only reg.exe can read them back, and it's missing here: see test/wine/.
  it('are switched together, each to its requested state', async () => {
    const rules = { [server]: true, [domain]: true };
    expect(await pc.computer.setKmsFirewallRules(rules, never)).toEqual({ way: 'powershell' });
    await pc.computer.setKmsFirewallRules({ [server]: false }, never);
    await pc.computer.setKmsFirewallRules({ [server]: true, [domain]: false }, never);
    expect(pc.log()).toEqual([
      { cmdlet: 'Set-NetFirewallRule', name: [server, domain], enabled: 'True' },
      { cmdlet: 'Set-NetFirewallRule', name: [server], enabled: 'False' },
      { cmdlet: 'Set-NetFirewallRule', name: [server], enabled: 'True' },
      { cmdlet: 'Set-NetFirewallRule', name: [domain], enabled: 'False' },
    ]);
  });

  it("can't be switched if Windows denies access", async () => {
    pc.scene(`function Set-NetFirewallRule { [CmdletBinding()] param([string[]] $Name, [string] $Enabled)
      $PSCmdlet.WriteError((New-Failure 'Windows System Error 5,Set-NetFirewallRule' 'Access is denied.'))
    }`);
    const refused = refusal(pc.computer.setKmsFirewallRules({ [server]: true }, never));
    expect((await refused).refusal).toBe('access-denied');
  });
});

describe('the DNS client', () => {
  const cached = (...entries: string[]) => `function Get-DnsClientCache {
    $cleared = [System.IO.File]::ReadAllText($LogFile).Contains('Clear-DnsClientCache')
    ${entries.join('\n    ')}
  }`;
  const entry = (when: string, name: string, ttl: number, data = 'kms1.contoso.com') =>
    `if (${when}) { [pscustomobject] @{ Entry = '${name}'; Type = 'SRV'; TimeToLive = ${ttl}; Data = '${data}' } }`;
  const KMS = '_vlmcs._tcp.contoso.com';

  it('has its cache flushed', async () => {
    pc.scene(cached(entry('-not $cleared', KMS, 60)));
    expect(await pc.computer.flushDnsCache(never)).toEqual({ way: 'powershell' });
    expect(pc.log()).toEqual([{ cmdlet: 'Clear-DnsClientCache' }]);
  });

  it.each([
    ["that didn't change", entry('$true', KMS, 60)],
    [
      'whose TTL is one second lower',
      `${entry('-not $cleared', KMS, 60)} ${entry('$cleared', KMS, 59)}`,
    ],
  ])("isn't considered flushed if it then has a KMS record %s", async (_, record) => {
    pc.scene(cached(record, entry('$true', 'www.contoso.com', 300)));
    expect(await refusal(pc.computer.flushDnsCache(never))).toMatchObject({
      refusal: 'not-done',
      said: KMS,
    });
  });

  it.each([
    [
      'that was queried again',
      `${entry('-not $cleared', KMS, 60)} ${entry('$cleared', KMS, 3600)}`,
    ],
    [
      'with another target',
      `${entry('-not $cleared', KMS, 60)} ${entry('$cleared', KMS, 60, 'kms2.contoso.com')}`,
    ],
    [
      "that didn't change while another record disappeared",
      `${entry('$true', KMS, 60)} ${entry('-not $cleared', 'www.contoso.com', 300)}`,
    ],
  ])('is considered flushed if it then has a KMS record %s', async (_, record) => {
    pc.scene(cached(record));
    expect(await pc.computer.flushDnsCache(never)).toEqual({ way: 'powershell' });
  });

  it('gets an empty string for an empty suffix search list', async () => {
    pc.scene('function Get-DnsClientGlobalSetting { }');
    await refusal(pc.computer.setSuffixSearchList([], never));
    expect(pc.log()).toContainEqual({ cmdlet: 'Set-DnsClientGlobalSetting', list: [''] });
  });

  it('gets a suffix search list, which is read back', async () => {
    const both = ['contoso.com', 'corp.contoso.com'];
    expect(await pc.computer.setSuffixSearchList(both, never)).toEqual({ way: 'powershell' });
    expect(pc.log()).toContainEqual({ cmdlet: 'Set-DnsClientGlobalSetting', list: both });
    const refused = await refusal(pc.computer.setSuffixSearchList(['contoso.com'], never));
    expect(refused.said).toBe('contoso.com, corp.contoso.com');
  });
});

describe('the DNS servers of an adapter', () => {
  const cmdlet = 'Set-DnsClientServerAddress';

  it('are set after a reset of both address families, and read back', async () => {
    const servers = ['10.0.0.10', '10.0.0.11'];
    const receipt = await pc.computer.setDnsServers('Ethernet', servers, never);
    expect(receipt).toEqual({ way: 'powershell' });
    expect(pc.log()).toMatchObject([
      { cmdlet, index: [7], reset: true },
      { cmdlet, index: [7], reset: false, servers },
    ]);
  });

  it("are reset to DHCP, with the adapter's name taken literally", async () => {
    await pc.computer.setDnsServers('Ether[net]', null, never);
    expect(pc.log()).toMatchObject([{ cmdlet, index: [9], reset: true }]);
  });

  it('are verified after the change, and rejected if invalid', async () => {
    const other = await refusal(pc.computer.setDnsServers('Ethernet', ['10.0.0.12'], never));
    expect(other).toMatchObject({ refusal: 'not-done', said: '10.0.0.10, 10.0.0.11' });
    const none = await refusal(pc.computer.setDnsServers('Ethernet', ['$(calc)'], never));
    expect(none.refusal).toBe('not-supported-here');
    expect(await refusal(pc.computer.setDnsServers('WLAN', null, never))).toMatchObject({
      refusal: 'tool-failed',
    });
  });
});

describe('the activation type', () => {
  it('is cleared or limited, and refused for an invalid product ID', async () => {
    const id = '73111121-5638-40f6-bc11-f1d7b0d64300';
    await pc.computer.setActivationType(null, 0, never);
    await pc.computer.setActivationType(null, 2, never);
    expect(methods()).toEqual([
      ['ClearVLActivationTypeEnabled', null],
      ['SetVLActivationTypeEnabled', { ActivationType: 2 }],
    ]);
    const strange = await refusal(pc.computer.setActivationType(`${id}'`, 0, never));
    expect(strange.refusal).toBe('not-supported-here');
  });
});

describe('a record on a Windows DNS server', () => {
  const record: SrvRecordSpec = {
    ...{ zone: 'contoso.com', name: '_vlmcs._tcp.contoso.com', target: 'kms1.contoso.com' },
    ...{ port: 1688, priority: 0, weight: 5, ttl: 3600 },
  };
  const how = { method: 'windows-dns', server: { address: '10.0.0.10', port: 53 } } as const;
  const stored = `function Get-DnsServerResourceRecord {
    [CmdletBinding()] param([string] $ZoneName, [string] $ComputerName, [string] $Name, [string] $RRType)
    if (-not [System.IO.File]::ReadAllText($LogFile).Contains('AFTER')) { return }
    [pscustomobject] @{ RecordData = [pscustomobject] @{ DomainName = 'other.contoso.com.'; Priority = 0; Weight = 5; Port = 1688 } }
    [pscustomobject] @{ RecordData = [pscustomobject] @{ DomainName = 'kms1.contoso.com.'; Priority = 0; Weight = 5; Port = 1688 } }
  }`;

  it('is added under its name in the zone and then looked up', async () => {
    pc.scene(stored.replace('AFTER', 'Add-DnsServerResourceRecord'));
    expect(await pc.computer.addSrvRecord(record, how, never)).toEqual({ way: 'powershell' });
    expect(pc.log()).toEqual([
      {
        ...{ cmdlet: 'Add-DnsServerResourceRecord', zone: 'contoso.com', server: '10.0.0.10' },
        ...{ name: '_vlmcs._tcp', target: 'kms1.contoso.com.', port: 1688 },
        ...{ priority: 0, weight: 5, seconds: 3600 },
      },
    ]);
  });

  it("isn't added twice", async () => {
    pc.scene(stored.replace('-not', '$false -and'));
    await pc.computer.addSrvRecord(record, how, never);
    expect(pc.log()).toEqual([]);
  });

  it('is removed without the record of another host', async () => {
    pc.scene(stored.replace('-not', '').replace('AFTER', 'Remove-DnsServerResourceRecord'));
    await pc.computer.removeSrvRecord(record, how, never);
    expect(pc.log()).toEqual([
      {
        ...{ cmdlet: 'Remove-DnsServerResourceRecord', zone: 'contoso.com' },
        ...{ server: '10.0.0.10', target: 'kms1.contoso.com.' },
      },
    ]);
  });

  it.each([
    ['WIN32 5,Add-DnsServerResourceRecord', 'access-denied'],
    ['WIN32 9601,Add-DnsServerResourceRecord', 'dns-no-zone'],
    ['WIN32 1722,Add-DnsServerResourceRecord', 'dns-no-answer'],
    ['WIN32 9999,Add-DnsServerResourceRecord', 'tool-failed'],
  ])('is refused with the right reason for %s', async (id, wanted) => {
    pc.scene(`function Add-DnsServerResourceRecord {
      [CmdletBinding()] param($ZoneName, $ComputerName, [switch] $Srv, $Name, $DomainName, $Priority, $Weight, $Port, $TimeToLive)
      $PSCmdlet.WriteError((New-Failure '${id}' 'no'))
    }`);
    expect((await refusal(pc.computer.addSrvRecord(record, how, never))).refusal).toBe(wanted);
  });

  it('goes to the local DNS server if none is given', async () => {
    pc.scene(stored.replace('AFTER', 'Add-DnsServerResourceRecord'));
    await pc.computer.addSrvRecord(record, { method: 'windows-dns', server: null }, never);
    expect(pc.log()[0]).toMatchObject({ server: 'localhost' });
  });
});
