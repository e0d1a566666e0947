/** How long anything may take. The clock is a fake one, so that the real limits are seen. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Computer } from '@engine/computer';
import { Facts } from '@engine/facts/facts';
import { diagnose } from '@engine/run';
import * as network from '../../../electron/computer/network/limits';
import { createScenarioComputer } from '../../../electron/computer/scenario';

const SECOND = 1_000;
/** What the engine adds, so that a computer can keep the limit itself. */
const GRACE_MS = 100;

const never = new Promise<never>(() => undefined);

/** A computer that never answers. */
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

/** Lets a piece of work begin, and time pass: it must not end before its limit, and must end with it. */
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
  // Otherwise the test ends at its own limit, in real time.
  await ended;
}

const { signal } = new AbortController();
const server = { address: '10.0.0.10', port: 53 };

it.each<[string, number, (facts: Facts) => Promise<unknown>]>([
  ['a DNS server', 3 * SECOND, (facts) => facts.query(server, 'a.test', 'A', 'udp')],
  ['a KMS port', 3 * SECOND, (facts) => facts.probeKms('10.0.0.20', 1688).connected],
  ['the licensing service', 30 * SECOND, (facts) => facts.service()],
  ['a service', 30 * SECOND, (facts) => facts.sppsvc()],
])('%s is waited for until its limit', async (_, limit, ask) => {
  await endsAt(limit, ask(new Facts(hanging(), {}, signal)));
});

it.each(['scenario', 'network', 'this-pc'] as const)('a diagnosis of %s ends', async (target) => {
  const limit = target === 'this-pc' ? 60 * SECOND : 10 * SECOND;
  await endsAt(limit, diagnose(hanging(target)).result);
});

it('a probe of the network ends within the limit of the engine, and can still say how far it came', () => {
  const limits = Object.entries(network).filter(([name]) => name.endsWith('_LIMIT_MS'));
  expect(limits.length).toBeGreaterThan(4);
  for (const [name, limit] of limits) expect(limit, name).toBeLessThan(3 * SECOND);
});
