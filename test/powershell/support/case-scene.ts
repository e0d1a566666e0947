/** Converts cases of test/scenarios to the data that a Windows PC's cmdlets and tools return. */
import { VERDICT_CODES } from '@shared/catalog';
import { completeScenario, type CompleteScenario } from '@shared/scenario';
import { Unreadable, type CimRow, type Computer, type RecordType } from '@engine/computer';
import {
  REGISTRY_VALUES,
  isRegistryKey,
  LEGACY_SL_KEY,
  SPP_KEY,
  type RegistryLocation,
  type RegistryValue,
  type RegistryValueName,
} from '@engine/registry-keys';
import { diagnose } from '@engine/run';
import { LOCAL_KEY } from '../../../electron/computer/windows/firewall';
import { computerOf, EXPECTED, readCase } from '../../scenarios/cases';

const SERVICES_KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';
const STARTS = { automatic: 2, 'automatic-delayed': 2, manual: 3, disabled: 4 } as const;

/**
 * The first case of each verdict that a Windows PC can have, preferably a certain one.
 * `cannot-diagnose` is excluded because it requires a fault.
 */
export const CASES = VERDICT_CODES.filter((code) => code !== 'cannot-diagnose').map((code) => {
  const names = Object.keys(EXPECTED).filter(
    (name) => EXPECTED[name]?.code === code && isOrdinary(completeScenario(readCase(name))),
  );
  return names.find((name) => EXPECTED[name]?.certainty === 'certain') ?? names[0] ?? code;
});

/** Whether all tools of a PC work. Faults have their own tests. */
function isOrdinary({ of, faults }: CompleteScenario): boolean {
  return of === 'this-pc' && Object.values(faults).every((fault) => fault === null);
}

/** Returns a value as a PowerShell expression. */
const json = (value: unknown): string =>
  `(ConvertFrom-Json -AsHashtable -NoEnumerate -InputObject '${JSON.stringify(value).replaceAll("'", "''")}')`;

const VALUE_NAMES = Object.keys(REGISTRY_VALUES) as RegistryValueName[];

type Printed = readonly [type: string, text: string];

const dword = (value: number): Printed => ['REG_DWORD', `0x${value.toString(16)}`];

function printed({ type, value }: RegistryValue): Printed {
  if (type === 'REG_DWORD') return dword(value);
  return [type, type === 'REG_MULTI_SZ' ? value.join('\\0') : value];
}

/** Returns the volume activation values on a case's PC, in the format of reg.exe. */
async function settingsOf(name: string): Promise<Record<string, Record<string, Printed>>> {
  const computer = computerOf(name);
  const signal = new AbortController().signal;
  const keys: Record<string, Record<string, Printed>> = { [SPP_KEY]: {} };
  const own = Object.keys(completeScenario(readCase(name)).registry).filter(isRegistryKey);
  for (const key of new Set<RegistryLocation['key']>([SPP_KEY, LEGACY_SL_KEY, ...own])) {
    for (const value of VALUE_NAMES) {
      const found = await computer.registryValue({ key, name: value }, signal);
      if (found !== null) (keys[key] ??= {})[value] = printed(found);
    }
  }
  return keys;
}

/** Returns the firewall values on a case's PC. */
function firewallOf({ computer }: CompleteScenario): Record<string, Record<string, Printed>> {
  const { firewallKmsRule, outboundBlocked } = computer;
  const rules: Record<string, Printed> = {
    ...(firewallKmsRule !== null && {
      'SPPSVC-In-TCP': [
        'REG_SZ',
        `v2.33|Action=Allow|Active=${firewallKmsRule ? 'TRUE' : 'FALSE'}|Dir=In|Protocol=6|LPort=1688|App=%SystemRoot%\\system32\\sppextcomobj.exe|Svc=sppsvc|Name=@FirewallAPI.dll,-28003|`,
      ],
    }),
    ...(outboundBlocked && {
      '{0F0F0F0F-0000-4000-8000-000000000001}': [
        'REG_SZ',
        'v2.33|Action=Block|Active=TRUE|Dir=Out|Protocol=6|RPort=1688|Name=No KMS|',
      ],
    }),
  };
  const profile = { EnableFirewall: dword(1) };
  const profiles = ['DomainProfile', 'StandardProfile', 'PublicProfile'];
  return {
    [`${LOCAL_KEY}\\FirewallRules`]: rules,
    ...Object.fromEntries(profiles.map((name) => [`${LOCAL_KEY}\\${name}`, profile])),
  };
}

/** Returns what reg.exe and sc.exe find on a case's PC. */
export async function toolsOf(name: string): Promise<object> {
  const scenario = completeScenario(readCase(name));
  const services = Object.entries(scenario.services);
  return {
    registry: {
      'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion': {
        InstallationType: ['REG_SZ', 'Client'],
      },
      ...(await settingsOf(name)),
      ...firewallOf(scenario),
      ...Object.fromEntries(
        services.map(([name, service]) => [
          `${SERVICES_KEY}\\${name}`,
          { Start: dword(STARTS[service.start]) },
        ]),
      ),
    },
    services: Object.fromEntries(
      services.map(([name, service]) => [name, { state: service.state === 'running' ? 4 : 1 }]),
    ),
  };
}

const LISTED = new Set([12288, 12289, 12290]);

/**
 * Returns a scene that makes Windows' cmdlets return the data of a case.
 *
 * @param more resolver answers in addition to those from the simulation
 */
export async function sceneOf(
  name: string,
  windows: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const scenario = completeScenario(readCase(name));
  const { resolved, rows } = await simulated(name);
  const isOff = scenario.services['sppsvc']?.start === 'disabled' || !scenario.services['sppsvc'];
  const events = [...scenario.events].reverse().map(({ id, time, data }, index) => ({
    Log: id === 12290 ? 'Key Management Service' : 'Application',
    Provider: 'Microsoft-Windows-Security-SPP',
    Id: id,
    RecordId: 1000 - index,
    Time: time,
    Data: LISTED.has(id) ? [data.join(', ')] : data,
  }));
  return `
    $Windows = '${windows}'
    ${
      isOff
        ? `function Get-CimInstance {
             [CmdletBinding()] param([string] $Namespace, [string] $Query, [string] $ClassName, [string] $Filter, $Property, $OperationTimeoutSec)
             $PSCmdlet.WriteError((New-Failure 'HRESULT 0x80070422,Microsoft.Management.Infrastructure.CimCmdlets.GetCimInstanceCommand' 'disabled'))
           }`
        : ''
    }
    function Licensing-Service { ${json(rows.service)} }
    function Licensing-Products { foreach ($row in ${json(rows.products)}) { $row } }
    function Log-Events { foreach ($one in ${json(events)}) { $one.Time = ([datetime] $one.Time).ToUniversalTime(); $one } }
    function Resolve-DnsName {
      [CmdletBinding()] param([string] $Name, [string] $Type)
      $answer = ${json({ ...resolved, ...more })}["$Name $Type"]
      if ($null -eq $answer -or $null -ne $answer.error) {
        $PSCmdlet.WriteError((New-Failure 'DNS_ERROR_RCODE_NAME_ERROR,Microsoft.DnsClient.Commands.ResolveDnsName' 'no such name'))
        return
      }
      foreach ($record in $answer.records) {
        $address = if ($record.type -eq 'AAAA') { 'IP6Address' } else { 'IP4Address' }
        $one = [ordered] @{ Name = $record.name; Type = $record.type; Section = 'Answer'; TTL = [uint32] 60 }
        if ($null -ne $record.address) { $one[$address] = $record.address }
        if ($record.type -eq 'CNAME') { $one['NameHost'] = $record.target }
        if ($record.type -eq 'SRV') {
          $one['NameTarget'] = $record.target; $one['Priority'] = $record.priority; $one['Weight'] = $record.weight; $one['Port'] = $record.port
        }
        [pscustomobject] $one
      }
    }`;
}

/** Returns a fact, or a default if it can't be read. */
const orNone = <T>(fact: Promise<T>, none: T): Promise<T> =>
  fact.catch((error: unknown) => {
    if (error instanceof Unreadable) return none;
    throw error;
  });

/**
 * Returns the rows of a simulated PC's licensing service, and its resolver's answers during a
 * diagnosis.
 */
async function simulated(name: string) {
  const computer = computerOf(name);
  const signal = new AbortController().signal;
  const resolved: Record<string, unknown> = {};
  const asked: Computer = {
    ...computer,
    resolve: async (host: string, type: RecordType, ended: AbortSignal) => {
      const answer = await computer.resolve(host, type, ended);
      resolved[`${host} ${type}`] = answer;
      return answer;
    },
  };
  await diagnose(asked).result;
  return {
    resolved,
    rows: {
      service: await orNone<CimRow>(computer.licensingService(signal), {}),
      // Overrides the doubles' default channel, which belongs to their own key.
      products: [
        ...(await orNone<readonly CimRow[]>(computer.licensingProducts(signal), [])),
        ...(await orNone<readonly CimRow[]>(computer.officeProducts(signal), [])),
      ].map((row) => ({ ProductKeyChannel: '', ...row })),
    },
  };
}

/** Quotes a string for PowerShell. Unlike JSON, it's fast enough to be read on every call. */
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Returns a registry value as a PowerShell expression of its .NET type. */
function powershellValue({ type, value }: RegistryValue): string {
  if (type === 'REG_DWORD') return `[int] ${value | 0}`;
  if (type === 'REG_MULTI_SZ') return `[string[]] @(${value.map(literal).join(', ')})`;
  return literal(value);
}

/**
 * Returns a scene for the fleet script, with the PC's identity, adapters and services. The registry
 * is separate because it's read most often.
 */
export async function fleetSceneOf(
  name: string,
  windows: string,
): Promise<{ readonly scene: string; readonly registry: string }> {
  const scenario = completeScenario(readCase(name));
  const { computer, adapters, services } = scenario;
  const tcpip = 'SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters';
  const registry: Record<string, Record<string, string>> = {
    [tcpip]: {
      Hostname: literal(computer.name),
      SearchList: literal(computer.dnsSuffixSearchList.join(',')),
      ...(computer.primaryDnsSuffix !== null && { Domain: literal(computer.primaryDnsSuffix) }),
    },
    'SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters': {
      Type: literal(computer.domain === null ? 'NTP' : 'NT5DS'),
      NtpServer: literal(`${TIME_SERVER},0x9`),
    },
  };
  for (const [index, { dnsServersFrom, dnsServers }] of adapters.entries()) {
    registry[`${tcpip}\\Interfaces\\{${index}}`] = {
      NameServer: literal(dnsServersFrom === 'static' ? dnsServers.join(',') : ''),
    };
  }
  const simulatedPc = computerOf(name);
  const keys = Object.keys(scenario.registry).filter(isRegistryKey);
  for (const key of new Set<RegistryLocation['key']>([SPP_KEY, LEGACY_SL_KEY, ...keys])) {
    for (const value of VALUE_NAMES) {
      const found = await orNone(
        simulatedPc.registryValue({ key, name: value }, new AbortController().signal),
        null,
      );
      if (found !== null) {
        (registry[key.replace('HKLM\\', '')] ??= {})[value] = powershellValue(found);
      }
    }
  }
  for (const [key, values] of Object.entries(firewallOf(scenario))) {
    registry[key.replace('HKLM\\', '')] = Object.fromEntries(
      Object.entries(values).map(([own, [type, value]]) => [
        own,
        type === 'REG_DWORD' ? `[int] ${Number(value)}` : literal(value),
      ]),
    );
  }
  const domain = computer.domain ?? 'WORKGROUP';
  const up = adapters.filter((adapter) => adapter.up);
  const starts: Record<string, string> = { automatic: 'Auto', 'automatic-delayed': 'Auto' };
  const cim: Record<string, readonly Record<string, unknown>[]> = {
    Win32_OperatingSystem: [
      {
        Caption: `Microsoft ${computer.os}`,
        BuildNumber: String(computer.build),
        ProductType: computer.server ? 3 : 1,
      },
    ],
    Win32_ComputerSystem: [
      { Name: computer.name, PartOfDomain: computer.domain !== null, Domain: domain },
    ],
    Win32_NetworkAdapterConfiguration: up.map((adapter) => ({
      InterfaceIndex: adapters.indexOf(adapter),
      IPEnabled: true,
      Description: 'Adapter',
      IPAddress: adapter.addresses,
      DefaultIPGateway: adapter.gateways,
      DNSDomain: adapter.connectionSuffix ?? '',
      SettingID: `{${adapters.indexOf(adapter)}}`,
    })),
    MSFT_DNSClientServerAddress: up.map((adapter) => ({
      InterfaceIndex: adapters.indexOf(adapter),
      InterfaceAlias: adapter.name,
      ServerAddresses: adapter.dnsServers,
    })),
    MSFT_DNSClientGlobalSetting: [{ SuffixSearchList: computer.dnsSuffixSearchList }],
    Win32_Service: Object.entries(services).map(([own, { state, start }]) => ({
      Name: own,
      State: state === 'running' ? 'Running' : state === 'stopped' ? 'Stopped' : 'Start Pending',
      StartMode: starts[start] ?? (start === 'disabled' ? 'Disabled' : 'Manual'),
    })),
  };
  const source =
    computer.domain === null
      ? {}
      : {
          [`${computer.domain} A`]: {
            error: null,
            records: [{ type: 'A', name: computer.domain, address: TIME_SERVER }],
          },
        };
  const scene = await sceneOf(name, windows, source);
  const isOff = /CimInstance[\s\S]*disabled/.test(scene);
  const cimClasses = `${
    // A disabled service makes only its own classes unreadable.
    isOff ? scene.replace(/function Get-CimInstance \{[\s\S]*?\n {11}\}\n/, DISABLED) : scene
  }
    function Cim-Class([string] $ClassName) { foreach ($row in (${json(cim)})[$ClassName]) { $row } }`;
  const values = `$FleetRegistry = @{ ${Object.entries(registry)
    .map(
      ([key, values]) =>
        `'HKLM:\\${key}' = @{ ${Object.entries(values)
          .map(([own, value]) => `'${own}' = ${value}`)
          .join('; ')} }`,
    )
    .join('; ')} }
    function Get-ItemProperty {
      [CmdletBinding(PositionalBinding = $false)] param([string] $LiteralPath, [string] $Name)
      if ('${scenario.faults.registry ?? ''}' -eq 'denied' -and $LiteralPath -like '*CurrentVersion\\S*') {
        $PSCmdlet.WriteError((New-Failure 'System.Security.SecurityException,Microsoft.PowerShell.Commands.GetItemPropertyCommand' 'denied' 'PermissionDenied'))
        return
      }
      $key = $FleetRegistry[$LiteralPath]
      if ($null -ne $key -and $Name -eq '') { return [pscustomobject] $key }
      if ($null -eq $key -or -not $key.ContainsKey($Name)) {
        $PSCmdlet.WriteError((New-Failure 'PathNotFound,Microsoft.PowerShell.Commands.GetItemPropertyCommand' 'no such value' 'ObjectNotFound'))
        return
      }
      [pscustomobject] @{ $Name = $key[$Name] }
    }`;
  return { scene: cimClasses, registry: values };
}

/** The fleet script's time server. */
const TIME_SERVER = '10.99.0.1';

const DISABLED = `function Get-CimInstance {
  [CmdletBinding()] param([string] $Namespace, [string] $Query, [string] $ClassName, [string] $Filter, $Property, $OperationTimeoutSec)
  if ("$Query $ClassName" -notlike '*SoftwareLicensing*') { Healthy-Get-CimInstance @PSBoundParameters; return }
  $PSCmdlet.WriteError((New-Failure 'HRESULT 0x80070422,Microsoft.Management.Infrastructure.CimCmdlets.GetCimInstanceCommand' 'disabled'))
}
`;
