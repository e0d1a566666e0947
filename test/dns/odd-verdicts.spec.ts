import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnosis } from '@shared/diagnosis';
import { parseScenario } from '@shared/scenario';
import { diagnose } from '@engine/run';
import { toScenario } from '@engine/snapshot';
import { createNetworkComputer } from '../../electron/computer/network';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { startFakeDns } from '../support/dns-server';
import { freePort } from '../support/free-port';
import { startAcceptor, type RpcAcceptor } from '../support/rpc-acceptor';
import { ODD_BEHAVIORS } from './odd-behaviors';
import { ODD_MESSAGES } from './odd-messages';
import { MANY_ADDRESSES, ODD_RECORDS } from './odd-records';
import { DOMAIN, type OddServer } from './odd-server';

/** Maximum duration of a run, in milliseconds (docs/reliability.md). */
const RUN_LIMIT_MS = 10_000;

const DENSE: readonly OddServer[] = [...ODD_MESSAGES, ...ODD_RECORDS];
const ALL: readonly OddServer[] = [...ODD_BEHAVIORS, ...DENSE];

const named = ({ verdict: { code, certainty } }: Diagnosis): string =>
  certainty === 'certain' ? code : `likely ${code}`;

describe('diagnosing a network whose only DNS server is odd', () => {
  let kms: RpcAcceptor;
  const verdicts = new Map<string, { said: string; again: string; ms: number }>();

  beforeAll(async () => {
    kms = await startAcceptor('kms');
    const ports = { kms: kms.port, closed: await freePort() };
    // Echo requests spawn real processes, and no verdict depends on them.
    const computer = {
      ...createNetworkComputer(),
      ping: () => Promise.resolve({ replied: true, ms: 1 }),
    };
    const judge = async ([name, behaviour]: OddServer): Promise<void> => {
      const fake = await startFakeDns(behaviour(ports));
      const started = performance.now();
      const options = { dnsServers: [fake.server], domains: [DOMAIN] };
      const result = await diagnose(computer, options).result;
      const ms = performance.now() - started;
      await fake.stop();
      const saved = parseScenario(JSON.parse(JSON.stringify(toScenario(result))));
      if (!saved.ok) throw new Error(`${name}: ${JSON.stringify(saved.problems)}`);
      const again = await diagnose(createScenarioComputer(saved.scenario)).result;
      verdicts.set(name, { said: named(result.diagnosis), again: named(again.diagnosis), ms });
    };
    const waiting = [...DENSE];
    const next = async (): Promise<void> => {
      const server = waiting.shift();
      if (server === undefined) return;
      await judge(server);
      await next();
    };
    // The ODD_BEHAVIORS servers spend most of their time waiting. Running all others together would
    // slow each other down.
    await Promise.all([...ODD_BEHAVIORS.map(judge), ...Array.from({ length: 4 }, next)]);
  }, 60_000);
  afterAll(() => kms.stop());

  it('covers at least 98 distinct servers', () => {
    expect(verdicts.size).toBe(ALL.length);
    expect(verdicts.size).toBeGreaterThanOrEqual(98);
  });

  it.each(ALL)('gives the expected verdict for %s', (name, _, expected) => {
    const { said, again, ms } = verdicts.get(name) ?? {};
    expect(said).toBe(expected);
    // Timing decides which of many addresses the limit lets through.
    if (name !== MANY_ADDRESSES) expect(again).toBe(expected);
    expect(ms).toBeLessThan(RUN_LIMIT_MS + 1_000);
  });
});
