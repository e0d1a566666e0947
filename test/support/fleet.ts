/**
 * Fleets with known, planted faults. The expected result of `fleet report` is derived from what was planted, never by
 * diagnosing or curing anything.
 *
 * A world is a domain at a DNS server, where one change affects all PCs of the world. The same address with another
 * domain is another world, and so is each router that is also the gateway. No PC at home knows a KMS host here, so that
 * nothing is healed there, regardless of how worlds are counted.
 */
import { diagnose, type RunResult } from '@engine/run';
import { packFacts } from '@engine/facts-line';
import { toScenario } from '@engine/snapshot';
import type { FixId, VerdictCode } from '@shared/catalog';
import type { FleetCure, FleetReport } from '@shared/fleet';
import type { ScenarioFile } from '@shared/scenario';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { jsonReport } from '../../electron/report/json';
import { seeded, type Random } from './random';

/** The fault shared by all PCs of a world. */
type WorldFault = 'none' | 'no-record' | 'no-address' | 'filtered' | 'not-listening';

/** A fault of one PC; `refused`: its KMS host replied that too few PCs have contacted it. */
type PcFault = 'assigned' | 'retail' | 'clock' | 'no-sppsvc' | 'refused';

interface World {
  readonly domain: string;
  readonly server: string;
  /** Has a router and a workgroup instead of an AD domain. */
  readonly home: boolean;
  readonly fault: WorldFault;
}

interface Pc {
  readonly name: string;
  readonly id: string;
  readonly world: World;
  readonly faults: ReadonlySet<PcFault>;
  /** Days until the license expires; null if Windows isn't licensed. */
  readonly daysLeft: number | null;
  /** How it knows the KMS host even if no record names it. */
  readonly knows: 'not' | 'by-option' | 'by-event';
}

/** Format in which a PC's facts were received. */
type Form = 'report' | 'case' | 'text' | 'csv' | 'jsonl';

interface Received {
  readonly pc: Pc;
  readonly form: Form;
  readonly at: string;
}

/** The expected content of a group. */
export interface PlantedGroup {
  readonly code: VerdictCode;
  /** From `about`: the domain, or the host with its port if known. */
  readonly place: string | null;
  readonly computers: readonly string[];
  /** Effects of each fix that can be named as the cure. */
  readonly cures: Cures;
}

type Cures = Readonly<Partial<Record<FixId, Pick<FleetCure, 'heals' | 'mayHeal'>>>>;

/** A fleet in files, and the expected report on it. */
export interface PlantedFleet {
  /** File contents by path. */
  readonly files: ReadonlyMap<string, string>;
  readonly computers: number;
  readonly healthy: number;
  readonly duplicates: number;
  readonly groups: readonly PlantedGroup[];
  readonly sameClientId: FleetReport['sameClientId'];
  readonly expiring: FleetReport['expiring'];
}

const OLD_HOST = 'old-kms.contoso.com';
const ACTIVATION_ID = 'cccccccc-0000-4000-8000-000000000001';
const TOO_FEW = '0xC004F038';

const hostOf = ({ domain }: World): string => `kms1.${domain}`;

/** Number of PCs and worlds of a fleet. */
interface FleetSize {
  readonly pcs: number;
  readonly worlds: number;
}

const USUAL: FleetSize = { pcs: 500, worlds: 40 };

/** Plants a fleet, reproducible by seed. */
export async function plantFleet(seed: number, size = USUAL): Promise<PlantedFleet> {
  const random = seeded(seed);
  const received = plant(size, random);
  const shuffled = received
    .map((one) => ({ one, turn: random.below(1_000_000) }))
    .toSorted((one, other) => one.turn - other.turn)
    .map(({ one }) => one);
  return { files: await written(shuffled), ...known(received) };
}

/** Returns the diagnoses of a planted fleet, including outdated ones. */
export function plantedRuns(seed: number, size = USUAL): Promise<readonly RunResult[]> {
  return Promise.all(plant(size, seeded(seed)).map(diagnosed));
}

function plant(size: FleetSize, random: Random): readonly Received[] {
  const worlds = Array.from({ length: size.worlds }, (_, index) => plantWorld(index, random));
  const pcs = Array.from({ length: size.pcs }, (_, index) => plantPc(index, worlds, random));
  // PCs cloned from one image share an ID, and two sites each have a PC with the same name.
  for (const [index, pc] of pcs.entries()) {
    const previous = pcs[index - 1];
    if (previous === undefined || index % 60 === 0) continue;
    if (index % 60 < 3) pcs[index] = { ...pc, id: previous.id };
    if (index % 60 === 30) pcs[index] = { ...pc, name: previous.name };
  }
  return pcs.flatMap((pc, index) => receive(pc, index, random));
}

function plantWorld(index: number, random: Random): World {
  if (index % 5 === 4) {
    // Every other home gets the same domain name from its provider.
    const domain = index % 10 === 4 ? `home-${index}.example` : 'home.example';
    return { domain, server: '192.168.1.1', home: true, fault: 'no-record' };
  }
  const fault = random.pick<WorldFault>([
    ...(['none', 'none', 'none', 'no-record', 'no-record'] as const),
    ...(['no-address', 'filtered', 'not-listening'] as const),
  ]);
  // A branch with several DNS servers, all of them without the record.
  if (index % 10 < 2) {
    return {
      domain: 'branch.contoso.com',
      server: `10.99.${index}.10`,
      home: false,
      fault: 'no-record',
    };
  }
  return { domain: `site${index}.contoso.com`, server: `10.${index}.0.10`, home: false, fault };
}

const HIDDEN: readonly PcFault[] = ['assigned', 'retail', 'refused'];

/** Whether a PC differs from another only in its ID or its name; only lines and cases contain both. */
const needsId = (index: number): boolean => [0, 1, 2, 29, 30].includes(index % 60);

function plantPc(index: number, worlds: readonly World[], random: Random): Pc {
  const world = random.pick(worlds);
  const faults = new Set<PcFault>();
  if (!world.home) {
    if (random.chance(0.08)) faults.add('assigned');
    else if (random.chance(0.1)) faults.add('refused');
    if (random.chance(0.06)) faults.add('clock');
    if (random.chance(0.06)) faults.add('retail');
    if (random.chance(0.04)) faults.add('no-sppsvc');
  }
  // A retail key isn't activated by KMS, and a host that refuses hasn't licensed the PC. Without the licensing service,
  // neither the license of a PC nor its ID is known.
  if (faults.has('retail')) faults.delete('refused');
  if (needsId(index)) faults.delete('no-sppsvc');
  if (faults.has('no-sppsvc')) for (const hidden of HIDDEN) faults.delete(hidden);
  const mayBeLicensed = !faults.has('retail') && !faults.has('refused');
  return {
    name: `PC-${String(index).padStart(4, '0')}`,
    id: `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`,
    world,
    faults,
    daysLeft: mayBeLicensed && random.chance(0.5) ? random.pick([3, 7, 12, 21, 29, 90, 170]) : null,
    // A PC that was refused by a host already knows it, and no record heals it.
    knows:
      world.home || faults.has('refused')
        ? 'not'
        : random.pick(['not', 'not', 'by-option', 'by-event']),
  };
}

/** Returns what was received from a PC: its facts, and possibly older ones from when it had a retail key. */
function receive(pc: Pc, index: number, random: Random): Received[] {
  const form = needsId(index)
    ? random.pick<Form>(['case', 'text', 'csv'])
    : random.pick<Form>(['report', 'case', 'text', 'text', 'csv', 'csv', 'jsonl']);
  const at = new Date(Date.UTC(2026, 10, 20, 0, random.below(1_000))).toISOString();
  const newest = { pc, form, at };
  if (needsId(index) || !random.chance(0.1)) return [newest];
  const before = {
    ...pc,
    name: pc.name.toLowerCase(),
    faults: new Set(['retail'] as const),
    daysLeft: null,
  };
  const older = random.pick<Form>(['report', 'case', 'text', 'csv', 'jsonl']);
  return [{ pc: before, form: older, at: '2026-11-13T08:00:00.000Z' }, newest];
}

/** Returns the scenario of a PC, with everything around it as planted. */
function scenarioOf({ pc, at }: Received): ScenarioFile {
  const { world, faults, daysLeft } = pc;
  const { domain, server, home } = world;
  const host = hostOf(world);
  const address = server.replace(/\.\d+$/, '.20');
  const event = (code: string, daysAgo: number) => ({
    id: 12288,
    time: new Date(Date.parse(at) - daysAgo * 86_400_000).toISOString(),
    data: [
      code,
      '0x00000000',
      `${host}:1688`,
      pc.id,
      '2026/11/19',
      '0',
      '1',
      '0',
      ACTIVATION_ID,
      '25',
    ],
  });
  const reason = faults.has('refused') ? TOO_FEW : '0xC004F074';
  const retail = faults.has('retail');
  const ports: Partial<Record<WorldFault, 'filtered' | 'refused'>> = {
    filtered: 'filtered',
    'not-listening': 'refused',
  };
  return {
    schema: 'kms-doctor/scenario@1',
    now: at,
    computer: {
      name: pc.name,
      domain: home ? null : domain,
      primaryDnsSuffix: home ? null : domain,
      dnsSuffixSearchList: home ? [] : [domain],
      clockSkewMinutes: faults.has('clock') ? 400 : 0,
      dnsTools: false,
    },
    adapters: [
      {
        name: 'Ethernet',
        up: true,
        addresses: [server.replace(/\.\d+$/, '.50')],
        gateways: [server.replace(/\.\d+$/, '.1')],
        dnsServers: [server],
        connectionSuffix: domain,
      },
    ],
    licensing: {
      service: {
        ClientMachineID: pc.id,
        ...(faults.has('assigned') && { KeyManagementServiceMachine: OLD_HOST }),
      },
      products: [
        {
          Name: 'Windows(R), Enterprise edition',
          Description: `Windows(R) Operating System, ${retail ? 'RETAIL' : 'VOLUME_KMSCLIENT'} channel`,
          ApplicationID: '55c92734-d682-4d71-983e-d6ec3f16059f',
          LicenseFamily: 'Enterprise',
          PartialProductKey: retail ? '3V66T' : '2YT43',
          LicenseStatus: daysLeft === null ? 5 : 1,
          LicenseStatusReason: daysLeft === null ? Number(reason) : 0,
          GracePeriodRemaining: (daysLeft ?? 0) * 1_440,
          LicenseIsAddon: false,
        },
      ],
    },
    ...(faults.has('no-sppsvc') && {
      services: { sppsvc: { state: 'stopped', start: 'disabled' } },
    }),
    events: [
      ...(pc.knows === 'by-event' ? [event('0x00000000', 10)] : []),
      ...(faults.has('refused') ? [event(TOO_FEW, 1)] : []),
    ],
    dns: {
      servers: {
        [server]: {
          hostsAdDomain: !home,
          records: [
            ...(world.fault === 'no-record'
              ? []
              : [
                  { name: `_vlmcs._tcp.${domain}`, type: 'SRV' as const, target: host, port: 1688 },
                ]),
            ...(world.fault === 'no-address' || home
              ? []
              : [{ name: host, type: 'A' as const, address }]),
          ],
        },
      },
    },
    hosts: { [address]: { ports: { '1688': ports[world.fault] ?? 'kms' } } },
    expectedHosts: pc.knows === 'by-option' ? [host] : [],
  };
}

/** Returns the cause of a PC's problem, by precedence. */
function causeOf({ world, faults, daysLeft }: Pc): { code: VerdictCode; place: string | null } {
  if (faults.has('no-sppsvc')) return { code: 'licensing-service-unavailable', place: null };
  if (faults.has('retail')) return { code: 'not-a-kms-client', place: null };
  if (faults.has('clock')) return { code: 'clock-skew', place: null };
  if (faults.has('assigned'))
    return { code: 'assigned-host-unresolvable', place: `${OLD_HOST}:1688` };
  const host = hostOf(world);
  switch (world.fault) {
    case 'no-record':
      return { code: 'srv-record-missing', place: world.domain };
    case 'no-address':
      return { code: 'srv-target-unresolvable', place: host };
    case 'filtered':
      return { code: 'kms-port-filtered', place: `${host}:1688` };
    case 'not-listening':
      return { code: 'kms-service-not-listening', place: `${host}:1688` };
    case 'none':
      if (faults.has('refused')) return { code: 'kms-count-too-low', place: host };
      return { code: daysLeft === null ? 'activation-pending' : 'healthy', place: null };
  }
}

/** Whether a PC has no fault other than its cause. */
function isSingle({ world, faults }: Pc, code: VerdictCode): boolean {
  const isWorlds = WORLD_CAUSES.has(code);
  return (
    faults.size === Number(!isWorlds && code !== 'activation-pending') &&
    (isWorlds || world.fault === 'none')
  );
}

const WORLD_CAUSES: ReadonlySet<VerdictCode> = new Set([
  'srv-record-missing',
  'srv-target-unresolvable',
  'kms-port-filtered',
  'kms-service-not-listening',
]);

function known(received: readonly Received[]): Omit<PlantedFleet, 'files'> {
  const newest = new Map(received.map((one) => [`${one.pc.name.toLowerCase()} ${one.pc.id}`, one]));
  const groups = new Map<string, Received[]>();
  const expiring = new Map<7 | 14 | 30, number>();
  for (const one of newest.values()) {
    const { code, place } = causeOf(one.pc);
    const key = `${code} ${place}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
    const { daysLeft, faults } = one.pc;
    const days = ([7, 14, 30] as const).find((most) => daysLeft !== null && daysLeft <= most);
    // Without its licensing service, a PC can't report when its activation ends.
    if (days !== undefined && !faults.has('no-sppsvc'))
      expiring.set(days, (expiring.get(days) ?? 0) + 1);
  }
  const healthy = groups.get('healthy null')?.length ?? 0;
  groups.delete('healthy null');
  const byId = new Map<string, Pc[]>();
  for (const { pc } of newest.values()) byId.set(pc.id, [...(byId.get(pc.id) ?? []), pc]);
  return {
    computers: newest.size,
    healthy,
    duplicates: received.length - newest.size,
    groups: [...groups.values()].map((members) => groupOf(members, [...newest.values()])),
    sameClientId: [...byId]
      .filter(([, computers]) => computers.length > 1)
      .map(([clientMachineId, computers]) => ({
        clientMachineId,
        count: computers.length,
        computers: computers.map(({ name }) => name),
      })),
    expiring: [...expiring]
      .map(([days, count]) => ({ days, count }))
      .toSorted((one, other) => one.days - other.days),
  };
}

function groupOf(members: readonly Received[], all: readonly Received[]): PlantedGroup {
  const { code, place } = causeOf(members[0]!.pc);
  return {
    code,
    place,
    computers: members.map(({ pc }) => pc.name),
    cures: curesOf(
      code,
      members.filter(isCase).map(({ pc }) => pc),
      all.filter(isCase),
    ),
  };
}

/** Returns what each fix does for PCs with the same cause; fixes can't be rehearsed on reports. */
function curesOf(code: VerdictCode, pcs: readonly Pc[], all: readonly Received[]): Cures {
  const single = pcs.filter((pc) => isSingle(pc, code));
  const sure = { heals: single.length, mayHeal: 0 };
  // Other faults may be hidden behind such a fault until it's gone.
  const unseen = { heals: 0, mayHeal: single.length };
  switch (code) {
    case 'srv-record-missing': {
      const knowing = single.filter(({ knows }) => knows !== 'not').length;
      const known = new Set(all.flatMap(({ pc }) => (pc.knows === 'not' ? [] : pc.world)));
      const told = single.filter(({ knows, world }) => knows === 'not' && known.has(world));
      return { 'create-srv-record': { heals: knowing, mayHeal: told.length } };
    }
    case 'assigned-host-unresolvable': {
      // A PC that knows a working host can be assigned that one, even though no record names it.
      const given = pcs.filter(
        ({ faults, world, knows }) =>
          faults.size === 1 && world.fault === 'no-record' && knows !== 'not',
      );
      return {
        'return-to-auto-discovery': sure,
        'assign-kms-host': { heals: single.length + given.length, mayHeal: 0 },
      };
    }
    case 'not-a-kms-client':
      return { 'return-to-kms': sure };
    case 'clock-skew':
      return { 'sync-clock': sure };
    case 'activation-pending':
      return { 'activate-now': sure };
    case 'licensing-service-unavailable':
    case 'kms-service-not-listening':
      return { 'restart-licensing-service': unseen };
    case 'kms-port-filtered':
      return { 'open-kms-firewall': unseen };
    default:
      return {};
  }
}

const isCase = ({ form, pc }: Received): boolean => !isReport(form, pc);

/** In JSONL, every other line is a report. */
function isReport(form: Form, { name }: Pc): boolean {
  return form === 'report' || (form === 'jsonl' && Number(name.slice(3)) % 2 === 0);
}

async function written(received: readonly Received[]): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const append = (file: string, text: string) => files.set(file, `${files.get(file) ?? ''}${text}`);
  append('intune.csv', '\uFEFFDeviceName,DetectionStatus,PreRemediationDetectionScriptOutput\r\n');
  for (const [index, one] of received.entries()) {
    const result = await diagnosed(one);
    const json = (indent?: number) => JSON.stringify(contentOf(one, result), null, indent);
    switch (one.form) {
      case 'report':
      case 'case':
        append(`${one.form}s/${index}-${one.pc.name}.json`, json(2));
        break;
      case 'text':
        append(`lines/${index % 7}.txt`, `${packFacts(result)}\n`);
        break;
      case 'csv':
        // Scripts may print noise before their last line.
        append(
          'intune.csv',
          `"${one.pc.name}","With issues","Some ""noise"", first\n${packFacts(result)}"\r\n`,
        );
        break;
      case 'jsonl':
        append('brought.jsonl', `${json()}\n`);
        break;
    }
  }
  return files;
}

/** Diagnoses a PC. Throws if the result isn't what was planted, which is a mistake in the planting. */
async function diagnosed(one: Received): Promise<RunResult> {
  const result = await diagnose(createScenarioComputer(scenarioOf(one))).result;
  const { code } = causeOf(one.pc);
  const found = result.diagnosis.verdict.code;
  if (found !== code) throw new Error(`${one.pc.name}: ${code} was planted, and is ${found}`);
  return result;
}

const contentOf = ({ form, pc }: Received, result: RunResult) =>
  isReport(form, pc) ? jsonReport(result.diagnosis, 'en', '1.0.0') : toScenario(result);
