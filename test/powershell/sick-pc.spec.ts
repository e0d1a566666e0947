/**
 * Whole diagnoses of sick PCs: what Windows knows is asked of the real PowerShell engine with the strict doubles, of
 * reg.exe and sc.exe; what the network says comes from the simulated PC of the same case.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERDICT_CODES } from '@shared/catalogue';
import { completeScenario, type CompleteScenario } from '@shared/scenario';
import { Unreadable, type CimRow, type Computer, type RecordType } from '@engine/computer';
import {
  isRegistryKey,
  LEGACY_SL_KEY,
  SPP_KEY,
  type RegistryLocation,
  type RegistryValue,
  type RegistryValueName,
} from '@engine/registry-keys';
import { diagnose } from '@engine/run';
import { createWindowsComputer } from '../../electron/computer/windows';
import { LOCAL_KEY } from '../../electron/computer/windows/firewall';
import { LocalWindowsHost } from '../../electron/computer/windows/windows-host';
import { computerOf, EXPECTED, readCase } from '../scenarios/cases';
import { engine, SCRIPTS, startPc, type DoubledPc } from './support/engine';

const TOOLS = fileURLToPath(new URL('support/windows-tools.mjs', import.meta.url));
const SERVICES_KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';
const STARTS = { automatic: 2, 'automatic-delayed': 2, manual: 3, disabled: 4 } as const;

/**
 * The first case of each verdict that a Windows PC can have, a certain one where there is one. Only a fault keeps a PC
 * from being diagnosed.
 */
const CASES = VERDICT_CODES.filter((code) => code !== 'cannot-diagnose').map((code) => {
  const names = Object.keys(EXPECTED).filter(
    (name) => EXPECTED[name]?.code === code && isOrdinary(completeScenario(readCase(name))),
  );
  return names.find((name) => EXPECTED[name]?.certainty === 'certain') ?? names[0] ?? code;
});

/** A PC whose tools all work: what a fault does is tested where the fault is. */
function isOrdinary({ of, faults }: CompleteScenario): boolean {
  return of === 'this-pc' && Object.values(faults).every((fault) => fault === null);
}

/** A value as PowerShell has it. */
const json = (value: unknown): string =>
  `(ConvertFrom-Json -AsHashtable -NoEnumerate -InputObject '${JSON.stringify(value).replaceAll("'", "''")}')`;

type Printed = readonly [type: string, text: string];

const dword = (value: number): Printed => ['REG_DWORD', `0x${value.toString(16)}`];

function printed({ type, value }: RegistryValue): Printed {
  if (type === 'REG_DWORD') return dword(value);
  return [type, type === 'REG_MULTI_SZ' ? value.join('\\0') : value];
}

const VALUES: readonly RegistryValueName[] = [
  'DisableDnsPublishing',
  'DnsDomainPublishList',
  'KeyManagementServiceName',
  'KeyManagementServicePort',
  'KeyManagementServiceLookupDomain',
  'KeyManagementServiceListeningPort',
  'VLActivationType',
];

/** The values of volume activation on the PC of a case, as reg.exe prints them. */
async function settingsOf(name: string): Promise<Record<string, Record<string, Printed>>> {
  const computer = computerOf(name);
  const signal = new AbortController().signal;
  const keys: Record<string, Record<string, Printed>> = { [SPP_KEY]: {} };
  const own = Object.keys(completeScenario(readCase(name)).registry).filter(isRegistryKey);
  for (const key of new Set<RegistryLocation['key']>([SPP_KEY, LEGACY_SL_KEY, ...own])) {
    for (const value of VALUES) {
      const found = await computer.registryValue({ key, name: value }, signal);
      if (found !== null) (keys[key] ??= {})[value] = printed(found);
    }
  }
  return keys;
}

/** What reg.exe and sc.exe find on the PC of a case. */
async function toolsOf(name: string): Promise<object> {
  const scenario = completeScenario(readCase(name));
  const { firewallKmsRule, outboundBlocked } = scenario.computer;
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
  const services = Object.entries(scenario.services);
  return {
    registry: {
      'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion': {
        InstallationType: ['REG_SZ', 'Client'],
      },
      ...(await settingsOf(name)),
      [`${LOCAL_KEY}\\FirewallRules`]: rules,
      ...Object.fromEntries(
        ['DomainProfile', 'StandardProfile', 'PublicProfile'].map((name) => [
          `${LOCAL_KEY}\\${name}`,
          profile,
        ]),
      ),
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

/** What the cmdlets of Windows find there. `resolved`: what its resolver said in the simulation. */
async function sceneOf(name: string, windows: string): Promise<string> {
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
      $answer = ${json(resolved)}["$Name $Type"]
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

/** What the simulated PC says through its licensing service, and what its resolver is asked in a diagnosis. */
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
  const orNone = <T>(fact: Promise<T>, none: T): Promise<T> =>
    fact.catch((error: unknown) => {
      if (error instanceof Unreadable) return none;
      throw error;
    });
  return {
    resolved,
    rows: {
      service: await orNone<CimRow>(computer.licensingService(signal), {}),
      products: await orNone<readonly CimRow[]>(computer.licensingProducts(signal), []),
    },
  };
}

let pc: DoubledPc;
let machine: LocalWindowsHost;
const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-sick-'));
const file = join(folder, 'pc.json');

beforeAll(() => {
  pc = startPc();
  const tool = (which: string) => ({ file: process.execPath, before: [TOOLS, which, file] });
  machine = new LocalWindowsHost({
    ...pc.places,
    programs: {
      ...pc.places.programs,
      'powershell.exe': engine().program,
      'reg.exe': tool('reg'),
      'sc.exe': tool('sc'),
    },
  });
});
afterAll(() => {
  machine.end();
  pc.end();
  rmSync(folder, { recursive: true, force: true });
});

/** The verdict on a case whose Windows is made of programs and cmdlets. */
async function verdictOn(name: string, windows: string): Promise<string> {
  writeFileSync(file, JSON.stringify(await toolsOf(name)));
  pc.scene(await sceneOf(name, windows));
  const real = createWindowsComputer({ machine, scripts: SCRIPTS });
  const { licensingService, licensingProducts, events, resolve, service, registryValue } = real;
  const { firewallKmsRule, kmsFirewallRules, outboundBlocked } = real;
  const computer: Computer = {
    ...computerOf(name),
    ...{ licensingService, licensingProducts, events, resolve, service, registryValue },
    ...{ firewallKmsRule, kmsFirewallRules, outboundBlocked },
  };
  const { verdict } = (await diagnose(computer, { timeoutMs: 60_000 }).result).diagnosis;
  return `${verdict.code} ${verdict.certainty}, also ${verdict.alsoFound.join()}`;
}

const expected = (name: string): string => {
  const { code, certainty, alsoFound } = EXPECTED[name] ?? {};
  return `${code} ${certainty}, also ${(alsoFound ?? []).join()}`;
};

describe('on a Windows with the classes of Server 2019', () => {
  it.each(CASES)('diagnoses %s', async (name) => {
    expect(await verdictOn(name, 'server2019')).toBe(expected(name));
  });
});

describe('on a Windows with the classes of Server 23H2', () => {
  const some = CASES.filter((_, index) => index % 5 === 0);

  it.each(some)('diagnoses %s', async (name) => {
    expect(await verdictOn(name, 'server23h2')).toBe(expected(name));
  });
});
