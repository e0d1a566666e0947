import { describe, expect, it } from 'vitest';
import { CHECKS } from '@shared/catalog';
import type { RunEvent } from '@shared/diagnosis';
import type { Computer } from '@engine/computer';
import { diagnose } from '@engine/run';
import { RunCanceled } from '@engine/stop';
import { computerOf } from '../../scenarios/cases';
import { pc } from '../computer/scenario/pc';
import { createScenarioComputer } from '../../../electron/computer/scenario';

const SCHEMA = 'kms-doctor/scenario@1';
const healthy = (): Computer => createScenarioComputer({ schema: SCHEMA });
const withoutRecord = (): Computer =>
  createScenarioComputer({ schema: SCHEMA, dns: { servers: { '10.0.0.10': { records: [] } } } });

/** Wraps a computer so that the calls selected by `names` never complete. */
function hanging(names: (name: string) => boolean, computer = healthy()): Computer {
  return new Proxy(computer, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function' || !names(String(name))) return member;
      const never = new Promise<never>(() => undefined);
      return name === 'probeKms' ? () => ({ connected: never, answered: never }) : () => never;
    },
  });
}

async function eventsOf(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

describe('diagnose', () => {
  it('reports the start and end of every check, and the diagnosis last', async () => {
    const run = diagnose(healthy());
    const events = await eventsOf(run.events);
    expect(events[0]?.type).toBe('run-started');
    expect(events.at(-1)?.type).toBe('run-finished');
    for (const { id } of CHECKS) {
      const started = events.findIndex(
        (event) => event.type === 'check-started' && event.id === id,
      );
      const finished = events.findIndex(
        (event) => event.type === 'check-finished' && event.result.id === id,
      );
      expect(started, id).toBeGreaterThan(0);
      expect(finished, id).toBeGreaterThan(started);
    }
    expect((await run.result).diagnosis.verdict.code).toBe('healthy');
  });

  it('ends at its timeout with a reason for each check if every call hangs', async () => {
    const started = performance.now();
    const run = diagnose(
      hanging((name) => name !== 'now'),
      {
        limits: { probe: 50, provider: 100 },
        timeoutMs: 400,
      },
    );
    const { diagnosis } = await run.result;
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(diagnosis.verdict).toMatchObject({ code: 'cannot-diagnose', certainty: 'likely' });
    for (const { id, status, reason } of diagnosis.checks) {
      if (status === 'unknown') expect(reason, id).not.toBeNull();
      expect(status, id).not.toBe('pass');
    }
  });

  it('treats a silent network as a finding', async () => {
    const silent = new Set(['dnsQuery', 'probeKms', 'ping', 'resolve']);
    const { diagnosis } = await diagnose(
      hanging((name) => silent.has(name)),
      { limits: { probe: 50, provider: 100 } },
    ).result;
    expect(diagnosis.verdict).toMatchObject({
      code: 'dns-server-unreachable',
      certainty: 'likely',
    });
  });

  it("rates the network's verdict as likely if the Windows tools hang", async () => {
    const windows = new Set(['licensingService', 'licensingProducts', 'events', 'service']);
    const { diagnosis } = await diagnose(
      hanging((name) => windows.has(name), withoutRecord()),
      { limits: { probe: 50, provider: 100 } },
    ).result;
    expect(diagnosis.verdict).toMatchObject({ code: 'srv-record-missing', certainty: 'likely' });
    const licence = diagnosis.checks.find(({ id }) => id === 'licence-status');
    expect(licence).toMatchObject({ status: 'unknown', reason: 'timed-out' });
  });

  it('checks the path to a KMS host if only Office needs it', async () => {
    const lightsOf = async (name: string) => {
      const { diagnosis } = await diagnose(computerOf(name)).result;
      const way = ['srv-record-published', 'kms-port-reachable'];
      return diagnosis.checks.filter(({ id }) => way.includes(id)).map(({ status }) => status);
    };
    expect(await lightsOf('office-not-activated/on-kms-beside-a-mak')).toEqual(['pass', 'pass']);
    expect(await lightsOf('healthy/mak-licensed-without-record')).toEqual([
      'not-applicable',
      'not-applicable',
    ]);
  });

  const sentencesOf = async (name: string) => {
    const { diagnosis } = await diagnose(computerOf(name)).result;
    return Object.fromEntries(diagnosis.checks.map(({ id, message }) => [id, message.key]));
  };

  it("distinguishes silent services, missing domains and checks that don't apply to a KMS host", async () => {
    expect(await sentencesOf('assigned-host-not-kms/silent')).toMatchObject({
      'assigned-host-answers': 'checks.assigned-host-answers.silent',
    });
    expect(await sentencesOf('not-a-kms-host/silent')).toMatchObject({
      'kms-service-answers': 'checks.kms-service-answers.silent',
    });
    expect(await sentencesOf('no-dns-suffix/no-domain-at-all')).toMatchObject({
      'srv-record-needed': 'checks.srv-record-published.noDomain',
    });
    expect(await sentencesOf('healthy/kms-host')).toMatchObject({
      'assigned-host-form': 'checks.common.isKmsHost',
      'assigned-host-answers': 'checks.common.isKmsHost',
      'dns-suffixes': 'checks.common.isKmsHost',
    });
  });

  it('requires no KMS record in the domain of a home network or cloud', async () => {
    expect(await sentencesOf('srv-record-missing/home-router')).toMatchObject({
      'srv-record-needed': 'checks.srv-record-needed.atHome',
    });
    expect(await sentencesOf('srv-record-missing/in-a-cloud')).toMatchObject({
      'srv-record-needed': 'checks.srv-record-needed.inCloud',
    });
    expect(await sentencesOf('srv-record-missing/empty-server')).toMatchObject({
      'srv-record-needed': 'checks.srv-record-needed.missing',
    });
  });

  it('reports a missing licensing service only once', async () => {
    const { verdict } = (
      await diagnose(computerOf('licensing-service-unavailable/service-not-installed')).result
    ).diagnosis;
    expect(verdict.summary.key).toBe('verdicts.licensing-service-unavailable.summaryGone');
    expect(verdict.notes).toBeUndefined();
  });

  it('names the tool that failed, without evidence for the missing facts', async () => {
    for (const [fault, key] of [
      ['hang', 'checks.common.toolTimedOut'],
      ['missing', 'checks.common.toolMissing'],
    ] as const) {
      const { diagnosis } = await diagnose(pc({ faults: { powershell: fault } })).result;
      const licence = diagnosis.checks.find(({ id }) => id === 'licence-status');
      const message = { key, params: { tool: 'PowerShell' } };
      expect(licence).toMatchObject({ status: 'unknown', message, evidence: [] });
    }
  });

  it('stops immediately when aborted and reports the cancellation', async () => {
    const stop = new AbortController();
    const run = diagnose(
      hanging((name) => name === 'dnsQuery'),
      { signal: stop.signal },
    );
    const events = eventsOf(run.events);
    const started = performance.now();
    setTimeout(() => {
      stop.abort();
    }, 20);
    await expect(run.result).rejects.toBeInstanceOf(RunCanceled);
    expect(performance.now() - started).toBeLessThan(1_000);
    expect((await events).at(-1)?.type).toBe('run-cancelled');
  });

  it('survives an unexpected error in a call, with a verdict that is only likely', async () => {
    const broken = new Proxy(healthy(), {
      get(target, name) {
        if (name === 'events') return () => Promise.reject(new TypeError('out of the blue'));
        return Reflect.get(target, name, target) as unknown;
      },
    });
    const { diagnosis } = await diagnose(broken).result;
    expect(diagnosis.verdict).toMatchObject({ code: 'healthy', certainty: 'likely' });
  });

  it('probes an address from the additional records before its own lookup completes', async () => {
    const computer = healthy();
    const asked: string[] = [];
    const watching = new Proxy(computer, {
      get(target, name) {
        if (name === 'dnsQuery') {
          return async (...query: Parameters<Computer['dnsQuery']>) => {
            const answer = await target.dnsQuery(...query);
            if (query[2] === 'SRV') return answer;
            await new Promise((resolve) => setTimeout(resolve, 50));
            asked.push(`${query[2]} is known`);
            return answer;
          };
        }
        if (name === 'probeKms') {
          return (...probe: Parameters<Computer['probeKms']>) => {
            asked.push(probe[0].host);
            return target.probeKms(...probe);
          };
        }
        return Reflect.get(target, name, target) as unknown;
      },
    });
    expect((await diagnose(watching).result).diagnosis.verdict.code).toBe('healthy');
    // Only once, although the additional records and the answer both contain the address.
    expect(asked).toEqual(['10.0.0.20', 'A is known', 'AAAA is known']);
  });

  it("doesn't rely on an address that only appears in the additional records", async () => {
    const forgetful = new Proxy(healthy(), {
      get(target, name) {
        if (name !== 'dnsQuery') return Reflect.get(target, name, target) as unknown;
        return async (...query: Parameters<Computer['dnsQuery']>) => {
          const answer = await target.dnsQuery(...query);
          if (query[2] === 'SRV' || answer.outcome !== 'answered') return answer;
          return { ...answer, rcode: 'NXDOMAIN', answers: [] };
        };
      },
    });
    const { diagnosis } = await diagnose(forgetful, {
      dnsServers: [{ address: '10.0.0.10', port: 53 }],
    }).result;
    expect(diagnosis.verdict.code).toBe('srv-target-unresolvable');
  });
});
