/**
 * Runs the fleet script in the real PowerShell with test doubles of Windows. Its sockets connect to
 * local servers that simulate those of a case. The verdict on its line must be the same as for a
 * local diagnosis of the case (sick-pc.spec.ts).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completeScenario } from '@shared/scenario';
import { unpackFacts } from '@engine/facts-line';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { fleetScript, SCRIPT_ENGINES } from '../../electron/fleet/script';
import { computerOf, EXPECTED, readCase } from '../scenarios/cases';
import { startBind } from '../support/bind';
import { sample } from '../support/sample';
import { CASES, fleetSceneOf } from './support/case-scene';
import {
  FleetPc,
  SimulatedDnsServer,
  Ports,
  startTimeServer,
  type EndpointMap,
  type ScriptRun,
  type RunEnvironment,
} from './support/fleet-pc';

/** Cases in addition to the first of each verdict. */
const MORE = [
  'healthy/default',
  'healthy/kms-host-publishes-everywhere',
  'healthy/kms-host-own-port',
  'healthy/kms-host-registry-denied',
  'healthy/dead-dns-server-beside',
  'kms-firewall-closed/rule-off',
  'kms-port-filtered/no-route',
  'licensing-service-unavailable/service-not-installed',
];

/** A sample of the cases. sick-pc.spec.ts samples others. */
const TRIED = [...sample(CASES, 8, 4), ...sample(MORE, 4)];

let pc: FleetPc;
let ports: Ports;

beforeAll(async () => {
  pc = new FleetPc();
  ports = await Ports.start();
});
afterAll(async () => {
  pc.end();
  await ports.stop();
});

/** Runs the servers of a case for the duration of `work`. */
async function inWorldOf<T>(name: string, work: (world: RunEnvironment) => Promise<T>): Promise<T> {
  const scenario = completeScenario(readCase(name));
  const computer = computerOf(name);
  const servers = await Promise.all(
    Object.keys(scenario.dns.servers).map(async (address) => ({
      address,
      played: await new SimulatedDnsServer(computer, { address, port: 53 }).start(),
    })),
  );
  const time = await startTimeServer(scenario.computer.clockSkewMinutes);
  const places: EndpointMap = {
    '*': ports.place('filtered'),
    '10.99.0.1 123': `127.0.0.1 ${time.port}`,
  };
  for (const { address, played } of servers) places[`${address} 53`] = `127.0.0.1 ${played.port}`;
  for (const [address, host] of Object.entries(scenario.hosts)) {
    places[`${address} *`] = ports.place('refused');
    for (const [port, behaviour] of Object.entries(host.ports)) {
      places[`${address} ${port}`] = ports.place(behaviour);
    }
  }
  try {
    const found = await fleetSceneOf(name, 'server2019');
    return await work({ ...found, places, now: scenario.now });
  } finally {
    await time.stop();
    for (const { played } of servers) await played.stop();
  }
}

/** Diagnoses the single line that a run printed. */
async function verdictOn({ printed: [line = ''] }: ScriptRun) {
  const facts = unpackFacts(line);
  if (!facts.ok) throw new Error(`${facts.problem.key}: ${line}`);
  const { diagnosis } = await diagnose(createScenarioComputer(facts.file)).result;
  return { file: facts.file, verdict: diagnosis.verdict, activation: diagnosis.activation };
}

describe('the fleet script', () => {
  it.each(TRIED)('reports the expected verdict for %s', async (name) => {
    const ran = await inWorldOf(name, (world) => pc.run(world));
    expect(ran.others).toEqual([]);
    expect(ran.printed).toHaveLength(1);
    expect(ran.printed[0]).toMatch(/^KMSD2 [\w-]{1,20}(?:\.[\w-]{1,20})*$/);
    expect(ran.printed[0]?.length).toBeLessThanOrEqual(2_048);
    const { verdict, activation } = await verdictOn(ran);
    const { code, certainty } = EXPECTED[name] ?? {};
    expect(`${verdict.code} ${verdict.certainty}`).toBe(`${code} ${certainty}`);
    expect(ran.code).toBe(activation.licenseStatus === 1 ? 0 : 1);
  });
});

/** A licensing service that takes a minute to respond. The rest of CIM is unchanged. */
const HANGS = `
function Get-CimInstance {
  [CmdletBinding()] param([string] $Namespace, [string] $Query, [string] $ClassName, [string] $Filter, $Property, $OperationTimeoutSec)
  if ($Query -like '*SoftwareLicensing*') { [System.Threading.Thread]::Sleep(60000) }
  Healthy-Get-CimInstance @PSBoundParameters
}`;

describe('the fleet script in a separate process', () => {
  it("doesn't wait for a licensing service that hangs", async () => {
    const ran = await inWorldOf('healthy/default', (world) =>
      pc.runAlone({ ...world, scene: world.scene + HANGS, partMs: 3_000 }),
    );
    expect(ran.errors).toBe('');
    expect(ran.printed).toHaveLength(1);
    // Whether Windows is licensed couldn't be read.
    expect(ran.code).toBe(1);
    const { file, verdict } = await verdictOn(ran);
    expect(file.unread).toMatchObject({ licence: 'timed-out', service: 'timed-out' });
    expect(verdict).toMatchObject({ code: 'cannot-diagnose', certainty: 'likely' });
    expect(ran.ms).toBeLessThan(40_000);
  });

  it('prints its line in Constrained Language Mode', async () => {
    const ran = await inWorldOf('healthy/default', (world) => pc.runAlone(world, true));
    expect(ran.errors).toBe('');
    expect(ran.printed).toHaveLength(1);
    expect(ran.code).toBe(0);
    const { file, verdict } = await verdictOn(ran);
    expect(file.unread).toMatchObject({ dns: 'script-policy', port: 'script-policy' });
    expect(file.licensing?.products).toHaveLength(1);
    expect(verdict.certainty).toBe('likely');
  });
});

describe('a run of the fleet script', () => {
  it('retries over TCP if BIND truncates its response, and sends a KMS host only binds', async () => {
    const names = Array.from({ length: 24 }, (_, index) => `a-rather-long-name-of-a-host-${index}`);
    const records = [
      ...names.map((name) => `_vlmcs._tcp SRV 10 0 1688 ${name}\n${name} A 10.0.0.20`),
      '_ldap._tcp.dc._msdcs SRV 0 100 389 ns',
    ].join('\n');
    const bind = await startBind({ 'contoso.com': { records } });
    try {
      const ran = await inWorldOf('healthy/default', (world) => {
        const places = { ...world.places, '10.0.0.10 53': `127.0.0.1 ${bind.server.port}` };
        return pc.run({ ...world, places });
      });
      const { file } = await verdictOn(ran);
      const found = file.dns?.servers?.['10.0.0.10']?.records ?? [];
      expect(found.filter(({ type }) => type === 'SRV')).toHaveLength(names.length);
      expect(ran.printed[0]?.length).toBeLessThanOrEqual(2_048);
    } finally {
      await bind.stop();
    }
    const received = ports.received();
    expect(received.length).toBeGreaterThan(0);
    expect(received.length % 72).toBe(0);
    for (let at = 0; at < received.length; at += 72) expect(received[at + 2]).toBe(11);
  });

  it("lists data that didn't fit in the line, which makes the verdict uncertain", async () => {
    const events = Array.from({ length: 400 }, (_, index) => {
      const client = (index * 2_654_435_761) % 4_294_967_296;
      return `@{ Log = 'Key Management Service'; Provider = 'Microsoft-Windows-Security-SPP'; Id = 12290; RecordId = ${index}; Time = [datetime]::new(2026, 11, 21, 0, 0, 0, [System.DateTimeKind]::Utc); Data = @('0x0, 25, PC-${client}.contoso.com, ${client.toString(16).padStart(8, '0')}-0000-4000-8000-${(client * 977).toString(16).padStart(12, '0')}, 2026/11/21 00:00, 0, 1, 0, 1-1-1') }`;
    });
    const ran = await inWorldOf('healthy/kms-host-publishes-everywhere', (world) =>
      pc.run({ ...world, scene: `${world.scene}\nfunction Log-Events { ${events.join('\n')} }` }),
    );
    expect(ran.others).toEqual([]);
    expect(ran.printed[0]?.length).toBeLessThanOrEqual(2_048);
    const { file, verdict } = await verdictOn(ran);
    expect(file.leftOut).toContain('events');
    expect(verdict).toMatchObject({ code: 'healthy', certainty: 'likely' });
  });

  it('writes a file named after the PC, even for a reserved name, and omits the name from the line if requested', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-share-'));
    try {
      const ran = await inWorldOf('healthy/default', (world) =>
        pc.run({
          ...world,
          scene: world.scene.replaceAll('PC-042', 'CON'),
          registry: world.registry.replaceAll('PC-042', 'CON'),
          folder,
          options: { engine: 'gpo', noName: true },
        }),
      );
      expect(readFileSync(join(folder, 'kms-CON.txt'), 'ascii').trim()).toBe(ran.printed[0]);
      const { file } = await verdictOn(ran);
      expect(JSON.stringify(file)).not.toContain('CON"');
      expect(file.computer?.name).toBe('PC');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe.each(SCRIPT_ENGINES)('the script for %s', (engine) => {
  const script = fleetScript({ engine, noName: false });

  it('is small, is ASCII and mentions the fleet report command', () => {
    expect(script.length).toBeLessThan(200_000);
    expect(script).toMatch(/^[\r\n -~]*$/);
    expect(script.slice(0, 1_500)).toContain('kms-doctor fleet report');
  });

  it('reads no full product key, starts no program and compiles nothing', () => {
    expect(script).not.toMatch(/OA3xOriginalProductKey|BackupProductKeyDefault|DigitalProductId/);
    expect(script).not.toMatch(/Start-Process|Invoke-Expression|Add-Type|cmd\.exe|\$input\b/i);
  });
});
