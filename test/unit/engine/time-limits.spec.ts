/** Time limits of queries and diagnoses. Fake timers make it possible to test the real limits. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Computer } from '@engine/computer';
import { Facts } from '@engine/facts/facts';
import { diagnose } from '@engine/run';
import * as network from '../../../electron/computer/network/limits';
import { createScenarioComputer } from '../../../electron/computer/scenario';

const SECOND = 1_000;
/** Extra time that the engine allows so that a computer can enforce the limit itself. */
const GRACE_MS = 100;

const never = new Promise<never>(() => undefined);

/** Creates a computer that never answers. */
const hanging = (target: Computer['target'] = 'scenario'): Computer =>
  new Proxy(createScenarioComputer({ schema: 'kms-doctor/scenario@1' }), {
    get(computer, name) {
      if (name === 'target') return target;
      const member: unknown = Reflect.get(computer, name, computer);
      if (typeof member !== 'function' || name === 'now') return member;
      return name === 'probeKms' ? () => ({ connected: never, answered: never }) : () => never;
    },
  });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Starts work and advances the clock: the work must not settle before its limit, but within `GRACE_MS` after it. */
async function endsAt(limitMs: number, work: Promise<unknown>): Promise<void> {
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  const ended = work.then(end, end);
  for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  await vi.advanceTimersByTimeAsync(limitMs - 1);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(GRACE_MS + 1);
  // Work that never settles fails the test at the test's own timeout, in real time.
  await ended;
}

const { signal } = new AbortController();
const server = { address: '10.0.0.10', port: 53 };

it.each<[string, number, (facts: Facts) => Promise<unknown>]>([
  ['a DNS server', 3 * SECOND, (facts) => facts.query(server, 'a.test', 'A', 'udp')],
  ['a KMS port', 3 * SECOND, (facts) => facts.probeKms('10.0.0.20', 1688).connected],
  ['the licensing service', 30 * SECOND, (facts) => facts.service()],
  ['a service', 30 * SECOND, (facts) => facts.sppsvc()],
])('waits for %s until the limit', async (_, limit, ask) => {
  await endsAt(limit, ask(new Facts(hanging(), {}, signal)));
});

it.each(['scenario', 'network', 'this-pc'] as const)(
  'ends a diagnosis of %s at its limit',
  async (target) => {
    const limit = target === 'this-pc' ? 60 * SECOND : 10 * SECOND;
    await endsAt(limit, diagnose(hanging(target)).result);
  },
);

it("keeps the network limits below the engine's probe limit, so that probes can report their progress", () => {
  const limits = Object.entries(network).filter(([name]) => name.endsWith('_LIMIT_MS'));
  expect(limits.length).toBeGreaterThan(4);
  for (const [name, limit] of limits) expect(limit, name).toBeLessThan(3 * SECOND);
});
