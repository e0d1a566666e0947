/**
 * Corrupted PCs, and copies of PCs that lie to a rehearsal. It stays within its limits, doesn't throw or block the
 * event loop, and never ends with a worse verdict than it started with.
 */
import { describe, expect, it } from 'vitest';
import { MAX_REHEARSALS, MAX_STEPS } from '@shared/change-schemas';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import { Facts } from '@engine/facts/facts';
import { planFix } from '@engine/fixes';
import { applyFix } from '@engine/fixes/apply';
import { diagnose } from '@engine/run';
import { planTreatment } from '@engine/treatment/plan';
import type { RehearsalOptions, SimulatedComputer, Treatment } from '@engine/treatment/treatment';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { ALL_PCS } from '../../scenarios/sick';
import { fakeKey, mutatedJson, withUnread } from '../../support/mutations';
import { seeded } from '../../support/random';
import { expectCpuTimeWithin, isWithinLimit } from '../../support/limits';
import { longestBlock } from '../../support/turns';

const COUNT = process.env['KMS_DOCTOR_FULL'] === '1' ? 10_000 : 120;

/** Maximum CPU time in milliseconds that may block the event loop. */
const MAX_STALL_LENGTH = 200;

const PCS = [...ALL_PCS.values()];
const never = new AbortController().signal;
const NO_JOURNAL = { begin: () => Promise.resolve('e'), note: () => Promise.resolve() };
const simulate = (file: ScenarioFile): SimulatedComputer => createScenarioComputer(file);

async function planned(
  file: ScenarioFile,
  options: RehearsalOptions = { simulate },
): Promise<Treatment> {
  const result = await diagnose(createScenarioComputer(file), { atOnce: true }).result;
  return planTreatment(result, options);
}

/** Returns violations of the rules for treatments of any PC. */
function objections({ verdict, steps, ends, rehearsals }: Treatment): string[] {
  const wrong: string[] = [];
  if (rehearsals > MAX_REHEARSALS) wrong.push(`${rehearsals} rehearsals`);
  if (steps.length > MAX_STEPS) wrong.push(`${steps.length} steps`);
  if (steps.length === 0 && ends.code !== verdict.code) wrong.push('ends elsewhere without a step');
  const isUnread = ends.restsOn.includes('licence-unread');
  if (ends.code === 'cannot-diagnose' && verdict.code !== ends.code && !isUnread) {
    wrong.push('ends in knowing less');
  }
  return wrong;
}

/** Applies the steps to the PC itself, with any outcome. */
async function carryOut(file: ScenarioFile, { steps }: Treatment): Promise<void> {
  const computer = createScenarioComputer({
    ...file,
    computer: { ...file.computer, elevated: true },
  });
  for (const { fix, parameters } of steps) {
    const facts = new Facts(computer, { atOnce: true }, never);
    const plan = await planFix(fix, parameters, await facts.snapshot(), facts);
    if (!plan.ok) return;
    const applied = await applyFix(plan, { computer, journal: NO_JOURNAL, signal: never });
    if (applied.outcome !== 'ended') return;
  }
}

it('handles any mutation of a sick PC', { timeout: 4 * 3_600_000 }, async () => {
  const count = { planned: 0, steps: 0, healed: 0, stalls: 0, wrong: 0 };
  const violations: string[] = [];
  for (let seed = 0; seed < COUNT; seed += 1) {
    const random = seeded(seed + 1_000_000);
    const broken = mutatedJson(random.pick(PCS), random, fakeKey(random));
    const parsed = parseScenario(random.chance(0.2) ? withUnread(broken, random) : broken);
    if (!parsed.ok) continue;
    const { scenario } = parsed;
    try {
      const [treatment, first] = await longestBlock(() => planned(scenario));
      // A second run excludes loading and compilation at first use.
      const again = async (): Promise<number> => (await longestBlock(() => planned(scenario)))[1];
      const longest = first > MAX_STALL_LENGTH ? await again() : first;
      if (!(await isWithinLimit(longest, MAX_STALL_LENGTH))) {
        count.stalls += 1;
        violations.push(`${seed}: nothing else had a turn for ${Math.round(longest)} ms`);
      }
      count.planned += 1;
      count.steps += treatment.steps.length;
      count.healed += Number(treatment.steps.length > 0 && treatment.ends.code === 'healthy');
      violations.push(...objections(treatment).map((what) => `${seed}: ${what}`));
      await carryOut(scenario, treatment);
    } catch (error) {
      violations.push(`${seed}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
    }
  }
  count.wrong = violations.length;
  process.stdout.write(`mutated treatments: ${JSON.stringify(count)}\n`);
  expect(violations).toEqual([]);
  expect(count.planned).toBeGreaterThan(COUNT / 8);
  expect(count.healed).toBeGreaterThan(COUNT / 50);
});

const range = (most: number): number[] => Array.from({ length: most }, (_, index) => index);
const scenario = (rest: Omit<ScenarioFile, 'schema'>): ScenarioFile => ({
  schema: 'kms-doctor/scenario@1',
  ...rest,
});
const unlicensed = {
  products: [{ PartialProductKey: '2YT43', LicenseStatus: 5, LicenseStatusReason: 0xc004_f074 }],
};
const hosts = (count: number) =>
  Object.fromEntries(
    range(count).map((index) => [`10.1.0.${index}`, { ports: { 1688: 'kms' as const } }]),
  );

/** PCs with more options than a rehearsal can try. */
const WIDE: Readonly<Record<string, ScenarioFile>> = {
  'a hundred hosts that responded before': scenario({
    licensing: unlicensed,
    hosts: hosts(100),
    dns: { servers: { '10.0.0.10': { records: [] } } },
    events: range(100).map((index) => ({
      id: 12_288,
      data: ['0x0', '0x0', `10.1.0.${index}:1688`, '', '', '0', '1', '0', '', '25'],
    })),
  }),
  'a hundred expected hosts': scenario({
    licensing: unlicensed,
    hosts: hosts(100),
    dns: { servers: { '10.0.0.10': { records: [] } } },
    expectedHosts: range(100).map((index) => `10.1.0.${index}`),
  }),
  'a hundred domains with a host each': scenario({
    licensing: unlicensed,
    hosts: hosts(100),
    computer: { dnsSuffixSearchList: range(100).map((index) => `d${index}.test`) },
    dns: {
      servers: {
        '10.0.0.10': {
          records: range(100).flatMap((index) => [
            { name: `_vlmcs._tcp.d${index}.test`, type: 'SRV' as const, target: `k${index}.test` },
            { name: `k${index}.test`, type: 'A' as const, address: `10.1.1.${index}` },
          ]),
        },
      },
    },
  }),
  'a host with a CNAME loop': scenario({
    licensing: { ...unlicensed, service: { KeyManagementServiceMachine: 'a.contoso.com' } },
    dns: {
      servers: {
        '10.0.0.10': {
          records: [
            { name: 'a.contoso.com', type: 'CNAME', target: 'b.contoso.com' },
            { name: 'b.contoso.com', type: 'CNAME', target: 'a.contoso.com' },
            { name: '_vlmcs._tcp.contoso.com', type: 'SRV', target: 'a.contoso.com' },
          ],
        },
      },
    },
  }),
};

describe('rehearsal', () => {
  it.each(Object.entries(WIDE))('terminates on a PC with %s', async (_, file) => {
    const [treatment, longest] = await longestBlock(() => planned(file));
    expect(objections(treatment)).toEqual([]);
    await expectCpuTimeWithin(longest, 2 * MAX_STALL_LENGTH);
  });

  /** Copies that misreport their state. */
  const LIARS: Readonly<Record<string, (copy: SimulatedComputer, turn: number) => object>> = {
    'ignores every change': () => {
      const way = { way: 'simulated' };
      return Object.fromEntries(
        ['setKmsHost', 'setLookupDomain', 'activate', 'flushDnsCache', 'setSuffixSearchList'].map(
          (change) => [change, () => Promise.resolve(way)],
        ),
      );
    },
    'is another PC after every change': (copy, turn) => ({
      document: () => ({ ...copy.document(), title: `turn ${turn}` }),
    }),
    'alternates between two PCs': (copy, turn) => ({
      document: () => (turn % 2 === 0 ? PCS[0]! : copy.document()),
    }),
    'always activates but has unlicensed rows': (copy) => ({
      activate: () => Promise.resolve({ way: 'simulated' }),
      licensingProducts: () =>
        copy
          .licensingProducts(never)
          .then((rows) => rows.map((row) => ({ ...row, LicenseStatus: 5 }))),
    }),
    'can be read only once': (copy, turn) =>
      turn < 2
        ? {}
        : { licensingProducts: () => Promise.reject(new TypeError('gone')), events: copy.events },
    'throws on every change': () => ({
      setKmsHost: () => Promise.reject(new TypeError('broken')),
      setLookupDomain: () => Promise.reject(new RangeError('broken')),
      activate: () => {
        throw new Error('broken');
      },
    }),
  };

  it.each(Object.entries(LIARS))('terminates on a copy that %s', async (_, lie) => {
    for (const name of [
      'srv-record-missing',
      'srv-record-in-other-domain',
      'assigned-host-unreachable',
    ]) {
      const file = [...ALL_PCS].find(([one]) => one.startsWith(`${name}/`))?.[1];
      if (file === undefined) throw new Error(name);
      let turn = 0;
      const treatment = await planned(file, {
        simulate: (copy) => {
          const computer = simulate(copy);
          turn += 1;
          return { ...computer, ...lie(computer, turn) };
        },
      });
      expect(objections(treatment)).toEqual([]);
    }
  });
});

it.each(['timed-out', 'left-out'] as const)(
  'plans no step that would need system information which is unread (%s)',
  async (reason) => {
    const sick = scenario({
      licensing: unlicensed,
      dns: {
        resolverCache: [
          { name: '_vlmcs._tcp.contoso.com', type: 'SRV', target: 'kms1.contoso.com' },
        ],
      },
    });
    expect((await planned(sick)).steps).not.toEqual([]);
    const unread = reason === 'left-out' ? { leftOut: ['system'] } : { unread: { system: reason } };
    expect((await planned({ ...sick, ...unread })).steps).toEqual([]);
  },
);
