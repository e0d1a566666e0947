/** Untrusted input (DNS answers, adapters, scenario files) can't determine the amount of work or block other work. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Computer } from '@engine/computer';
import { diagnose, type RunResult } from '@engine/run';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { expectCpuTimeWithin } from '../../../support/limits';

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const addressOf = (index: number): string =>
  `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
const srv = (host: number) =>
  ({ name: '_vlmcs._tcp.contoso.com', type: 'SRV', target: `kms${host}.contoso.com` }) as const;
const of = (rest: Omit<ScenarioFile, 'schema'>): ScenarioFile => ({
  schema: 'kms-doctor/scenario@1',
  ...rest,
});

interface Load {
  readonly ms: number;
  /** Longest time the event loop was blocked, capped by the CPU time used, so that other programs don't count. */
  readonly blockedMs: number;
  readonly grownMiB: number;
}

/** Measures the duration, event-loop blocking and memory growth of an operation. */
async function loadOf(work: () => Promise<unknown>): Promise<Load> {
  const before = process.memoryUsage().rss;
  const started = performance.now();
  let blockedMs = 0;
  let last = started;
  let rss = before;
  let cpu = process.cpuUsage();
  const ticks = setInterval(() => {
    const now = performance.now();
    const { user, system } = process.cpuUsage(cpu);
    blockedMs = Math.max(blockedMs, Math.min(now - last - 10, (user + system) / 1000));
    last = now;
    cpu = process.cpuUsage();
    rss = Math.max(rss, process.memoryUsage().rss);
  }, 10);
  await work();
  await sleep(20);
  clearInterval(ticks);
  return { ms: performance.now() - started, blockedMs, grownMiB: (rss - before) / 2 ** 20 };
}

async function expectLight({ ms, blockedMs, grownMiB }: Load): Promise<void> {
  await expectCpuTimeWithin(ms, 10_000);
  await expectCpuTimeWithin(blockedMs, 200);
  expect(grownMiB).toBeLessThan(150);
}

/** Wraps a computer to record its KMS probes and delay each by 20 ms. */
function counting(computer: Computer): {
  readonly computer: Computer;
  most: number;
  made: string[];
} {
  let open = 0;
  const count = { computer, most: 0, made: [] as string[] };
  count.computer = {
    ...computer,
    probeKms: (endpoint, signal) => {
      count.made.push(endpoint.host);
      count.most = Math.max(count.most, (open += 1));
      const probe = sleep(20).then(() => {
        open -= 1;
        return computer.probeKms(endpoint, signal);
      });
      return {
        connected: probe.then(({ connected }) => connected),
        answered: probe.then(({ answered }) => answered),
      };
    },
  };
  return count;
}

const manyServers = (servers: number, suffixes: number): ScenarioFile =>
  of({
    computer: { dnsSuffixSearchList: range(suffixes).map((index) => `a.b.d${index}.test`) },
    adapters: [{ dnsServers: range(servers).map(addressOf), gateways: ['10.0.0.1'] }],
    dns: {
      servers: Object.fromEntries(range(servers).map((index) => [addressOf(index), {}])),
    },
  });

/** KMS hosts with more addresses than are ever probed, none of them reachable. */
const manyAddresses = (hosts: number, addresses: number): ScenarioFile =>
  of({
    dns: {
      servers: {
        '10.0.0.10': {
          records: [
            ...range(hosts).map(srv),
            ...range(hosts * addresses).map((index) => ({
              name: `kms${Math.floor(index / addresses)}.contoso.com`,
              type: 'A' as const,
              address: addressOf(index),
            })),
          ],
        },
      },
    },
    hosts: {},
  });

describe('a scenario file', () => {
  it.each([
    ['400 servers and suffixes', manyServers(400, 400), 'computer.dnsSuffixSearchList', 400, 128],
    ['20,000 servers', manyServers(20_000, 1), 'adapters[0].dnsServers', 20_000, 256],
    ['60,000 suffixes', manyServers(1, 60_000), 'computer.dnsSuffixSearchList', 60_000, 128],
    ['10,000 records', manyAddresses(100, 99), 'dns.servers["10.0.0.10"].records', 10_000, 4096],
    ['64,000 addresses', manyAddresses(64, 1000), 'dns.servers["10.0.0.10"].records', 64_064, 4096],
  ])(
    'with %s is rejected quickly with the path of the oversized list',
    async (_, file, path, count, most) => {
      let result: ReturnType<typeof parseScenario> | undefined;
      await expectLight(await loadOf(() => Promise.resolve((result = parseScenario(file)))));
      expect(result).toEqual({
        ok: false,
        problems: [
          { path, key: 'scenario.problems.tooMany', params: { place: path, count, most } },
        ],
      });
    },
  );

  it('counts records across all servers and the resolver cache', () => {
    const records = range(2_000).map(srv);
    const servers = { '10.0.0.10': { records }, '10.0.0.11': { records } };
    expect(parseScenario(of({ dns: { servers } })).ok).toBe(true);
    expect(parseScenario(of({ dns: { servers, resolverCache: records } }))).toMatchObject({
      problems: [{ path: 'dns.resolverCache', params: { count: 6_000 } }],
    });
  });

  it('limits strings and property names to 4,096 characters', () => {
    expect(parseScenario(of({ title: 'x'.repeat(4_096) })).ok).toBe(true);
    expect(parseScenario(of({ title: 'x'.repeat(4_097) }))).toMatchObject({
      problems: [{ path: 'title', key: 'scenario.problems.tooLong', params: { count: 4_097 } }],
    });
    expect(parseScenario(of({ services: { ['x'.repeat(5_000)]: {} } }))).toMatchObject({
      problems: [{ key: 'scenario.problems.tooLong' }, {}],
    });
  });
});

// Retried because other programs can slow the machine down; a run that blocks others fails every time.
describe('a run', { retry: 2 }, () => {
  // One-time loading and compilation shouldn't count.
  beforeAll(() => diagnose(createScenarioComputer(of({}))).result, 60_000);

  const within = async (computer: Computer): Promise<RunResult> => {
    let result: RunResult | undefined;
    const load = await loadOf(async () => {
      result = await diagnose(computer).result;
    });
    await expectLight(load);
    if (result === undefined) throw new Error('no result');
    return result;
  };
  const leftOut = ({ diagnosis }: RunResult, check: string): unknown =>
    diagnosis.checks
      .find(({ id }) => id === check)
      ?.evidence.flatMap((one) =>
        one.kind === 'setting' && one.title.endsWith('left out')
          ? [`${one.title}: ${JSON.stringify(one.data.value)}`]
          : [],
      );

  it('queries at most 16 servers and 64 domains and reports how many it left out', async () => {
    const most = createScenarioComputer(manyServers(64, 128));
    const { adapters, computer } = manyServers(400, 400);
    const result = await within({
      ...most,
      adapters: async (signal) =>
        (await most.adapters(signal)).map((adapter) => ({ ...adapter, ...adapters?.[0] })),
      dnsClientSettings: async (signal) => ({
        ...(await most.dnsClientSettings(signal)),
        suffixSearchList: computer?.dnsSuffixSearchList ?? [],
      }),
    });
    const { servers, lookups } = result.snapshot;
    expect(servers).toMatchObject({ ok: true, value: { length: 16 } });
    expect(lookups).toHaveLength(65);
    expect(leftOut(result, 'dns-server-configured')).toEqual(['DNS servers left out: 384']);
    expect(leftOut(result, 'dns-suffixes')).toMatchObject([/^Domains left out: \d+$/]);
    expect(result.diagnosis.verdict.certainty).toBe('likely');
  });

  it.each([
    ['as many servers and suffixes as a file may hold', manyServers(64, 128)],
    ['as many records as a file may hold', manyAddresses(64, 63)],
    ['10,000 records', manyAddresses(100, 99)],
  ])('with %s completes within the limits', async (_, file) => {
    await within(createScenarioComputer(file));
  });

  it('follows 64 hosts and probes one address of each first, 64 at a time and 96 in total', async () => {
    // More addresses than a UDP response can hold, and several times the number that is followed.
    const count = counting(createScenarioComputer(manyAddresses(64, 250)));
    const result = await within(count.computer);
    expect(count.most).toBeLessThanOrEqual(64);
    expect(new Set(count.made).size).toBe(count.made.length);
    expect(count.made.length).toBeLessThanOrEqual(96);
    expect(count.made.length).toBeGreaterThan(64);
    for (const { probes } of result.snapshot.targets) {
      expect(probes).toHaveLength(8);
      expect(probes[0]?.connected.ok).toBe(true);
    }
    expect(leftOut(result, 'kms-port-reachable')).toHaveLength(64);
    expect(result.diagnosis.verdict).toMatchObject({
      code: 'kms-port-filtered',
      certainty: 'likely',
    });
  });

  it('probes every address if there are only a few', async () => {
    const count = counting(createScenarioComputer(manyAddresses(12, 8)));
    const result = await within(count.computer);
    expect(count.made).toHaveLength(96);
    expect(result.diagnosis.verdict).toMatchObject({
      code: 'kms-port-filtered',
      certainty: 'certain',
    });
  });
});
