/** Tests which facts a verdict waits for, with computers that never answer some questions. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '@shared/diagnosis';
import type { Computer, ComputerFacts } from '@engine/computer';
import { diagnose, type DiagnoseOptions } from '@engine/run';
import { computerOf } from './cases';

type Question = keyof Omit<ComputerFacts, 'installationId'>;

/** Delay of each question in milliseconds. Infinity means it's never answered. */
type Delays = Partial<Record<Question, number>>;

const NEVER = Infinity;
const late = <T>(answer: () => T | Promise<T>, ms: number): Promise<T> =>
  ms === NEVER ? new Promise<never>(() => undefined) : sleep(ms).then(answer);

function slowed(computer: Computer, delays: Delays): Computer {
  return new Proxy(computer, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      const ms = delays[name as Question];
      if (ms === undefined || typeof member !== 'function') return member;
      const ask = (args: unknown[]): unknown => Reflect.apply(member, target, args) as unknown;
      if (name !== 'probeKms') return (...args: unknown[]) => late(() => ask(args), ms);
      return (...args: unknown[]) => {
        const probe = late(() => ask(args) as ReturnType<Computer['probeKms']>, ms);
        return {
          connected: probe.then(({ connected }) => connected),
          answered: probe.then(({ answered }) => answered),
        };
      };
    },
  });
}

const delays = (ms: number, ...questions: readonly Question[]): Delays =>
  Object.fromEntries(questions.map((question) => [question, ms]));

/** Returns the verdict and the milliseconds until it was known, then aborts the run. */
async function verdictOf(
  name: string,
  slow: Delays = {},
  options: DiagnoseOptions = {},
): Promise<{ readonly verdict: Verdict; readonly ms: number }> {
  const stop = new AbortController();
  const started = performance.now();
  const run = diagnose(slowed(computerOf(name), slow), { ...options, signal: stop.signal });
  run.result.catch(() => undefined);
  for await (const event of run.events) {
    if (event.type !== 'verdict-known') continue;
    stop.abort();
    return { verdict: event.known.verdict, ms: performance.now() - started };
  }
  throw new Error('The run ended without a verdict');
}

/** Questions answered by Windows PowerShell. */
const POWERSHELL: readonly Question[] = [
  'licensingService',
  'licensingProducts',
  'events',
  'resolve',
];
const FIREWALL: readonly Question[] = ['firewallKmsRule', 'outboundBlocked'];
/** Questions that no verdict depends on. */
const OF_NO_WEIGHT: readonly Question[] = ['ping', 'vbscript'];
const WAY: readonly Question[] = ['adapters', 'dnsClientSettings', 'dnsQuery', 'probeKms'];

/** Long for a test, but short compared with the 30 s that a query to Windows may take. */
const SLOW_MS = 300;
/** Maximum delay between the last fact and the verdict, even on a busy machine. */
const SOON_MS = 2_000;

const BROKEN_WAYS = [
  'dns-server-not-configured/no-dns-server',
  'dns-server-unreachable/dead',
  'dns-server-failing/servfail',
  'assigned-host-unresolvable/name-gone',
  'assigned-host-unreachable/refused',
  'assigned-host-not-kms/silent',
  'srv-record-missing/licensed',
  'srv-record-in-other-domain/licensed',
  'srv-record-bare-name/licensed',
  'client-resolver-disagrees/licensed',
  'srv-target-unresolvable/licensed',
  'kms-service-not-listening/licensed',
  'not-a-kms-host/licensed',
];

describe('a verdict on a broken route', () => {
  it.each(BROKEN_WAYS)(
    'is known soon after a slow PowerShell, even if firewall cmdlets hang: %s',
    async (name) => {
      const { verdict, ms } = await verdictOf(name, {
        ...delays(SLOW_MS, ...POWERSHELL),
        ...delays(NEVER, ...FIREWALL, ...OF_NO_WEIGHT),
        // Whether an assigned host is this PC depends on its name.
        ...(name.startsWith('assigned-') ? {} : delays(NEVER, 'system')),
      });
      expect(verdict).toEqual((await verdictOf(name)).verdict);
      expect(ms).toBeLessThan(SLOW_MS + SOON_MS);
    },
  );

  it("reports that the outbound rules weren't read if they hang", async () => {
    const hanging = delays(NEVER, ...FIREWALL);
    const limits = { probe: 3_000, provider: SLOW_MS };
    const { verdict } = await verdictOf('kms-port-filtered/filtered', hanging, { limits });
    expect(verdict).toMatchObject({
      code: 'kms-port-filtered',
      certainty: 'certain',
      summary: { key: 'verdicts.kms-port-filtered.summaryRulesUnread' },
    });
  });
});

describe("a verdict doesn't wait for", () => {
  it.each<[string, string, readonly Question[]]>([
    [
      'the route if a MAK is licensed',
      'healthy/mak-licensed-without-record',
      [...WAY, 'resolve', 'registryValue', 'events', 'clockOffset', 'system', ...FIREWALL],
    ],
    [
      'the route if Active Directory provides the license',
      'healthy/active-directory',
      [...WAY, 'resolve', 'registryValue', 'clockOffset', 'system', ...FIREWALL],
    ],
    ['client-only facts on a KMS host', 'healthy/kms-host', ['resolve', 'outboundBlocked']],
    ['the firewall if everything is healthy', 'healthy/default', [...FIREWALL, 'system']],
    ['the events if the license has an error code', 'clock-skew/timestamp-rejected', ['events']],
  ])('%s', async (_, name, never) => {
    const { verdict, ms } = await verdictOf(name, delays(NEVER, ...never, ...OF_NO_WEIGHT));
    expect(verdict).toEqual((await verdictOf(name)).verdict);
    expect(ms).toBeLessThan(SOON_MS);
  });
});

// These tests mostly wait, and their upper time limit isn't measured.
describe.concurrent('a verdict waits for', () => {
  it.each<[Question, string]>([
    ['licensingProducts', 'healthy/default'],
    ['licensingService', 'healthy/default'],
    ['service', 'healthy/default'],
    ['events', 'healthy/default'],
    ['clockOffset', 'healthy/default'],
    ['registryValue', 'healthy/default'],
    ['adapters', 'healthy/default'],
    ['dnsClientSettings', 'healthy/default'],
    ['dnsQuery', 'healthy/default'],
    ['probeKms', 'healthy/default'],
    ['resolve', 'kms-service-not-listening/licensed'],
    ['resolve', 'srv-record-missing/licensed'],
    ['system', 'assigned-host-unresolvable/name-gone'],
    ['outboundBlocked', 'kms-port-filtered/filtered'],
    ['firewallKmsRule', 'healthy/kms-host'],
    ['system', 'healthy/kms-host'],
  ])('%s, which can change it: %s', async (question, name) => {
    const { verdict, ms } = await verdictOf(name, delays(SLOW_MS, question));
    expect(verdict).toEqual((await verdictOf(name)).verdict);
    // A timer may fire slightly early.
    expect(ms).toBeGreaterThan(SLOW_MS - 20);
  });

  it('the resolver until its timeout, and is then no longer certain', async () => {
    const limits = { probe: 3_000, provider: SLOW_MS };
    const hanging = delays(NEVER, 'resolve');
    const { verdict } = await verdictOf('kms-service-not-listening/licensed', hanging, { limits });
    expect(verdict).toMatchObject({ code: 'kms-service-not-listening', certainty: 'likely' });
  });
});
