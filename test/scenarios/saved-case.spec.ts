import { describe, expect, it } from 'vitest';
import type { Diagnosis, ReasonCode } from '@shared/diagnosis';
import { verifySnapshot, toScenario } from '@engine/snapshot';
import { Unreadable, type Computer } from '@engine/computer';
import { diagnose } from '@engine/run';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { sample } from '../support/sample';
import { computerOf, EXPECTED } from './cases';

const names = Object.keys(EXPECTED);

/** Serializes and parses a scenario, like saving it to a file. */
function throughFile(file: ScenarioFile): ScenarioFile {
  const parsed = parseScenario(JSON.parse(JSON.stringify(file)));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

const play = (file: ScenarioFile) => createScenarioComputer(throughFile(file));

/** Returns the names of computers, hosts and domains, and the addresses, in a diagnosis. */
function namesIn({ target, checks }: Diagnosis): string[] {
  const found = new Set([target.computer.toLowerCase(), (target.domain ?? '').toLowerCase()]);
  const text = JSON.stringify(checks.map(({ evidence }) => evidence));
  for (const [name] of text.matchAll(
    /[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:com|net|lab|example)\b/gi,
  )) {
    found.add(name.toLowerCase());
  }
  for (const [address] of text.matchAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g)) found.add(address);
  for (const [address] of text.matchAll(/\b(?:fd|fe80|2001)[0-9a-f]*:[0-9a-f:]+/gi)) {
    found.add(address.toLowerCase());
  }
  // Addresses that are the same everywhere identify nothing.
  return [...found].filter((name) => name !== '' && !/^(?:0\.0\.0\.0|127\..*)$/.test(name));
}

describe.each(sample(names, 4))('%s', (name) => {
  it('reproduces its verdict and check statuses from the saved case, even with names hidden', async () => {
    const result = await diagnose(computerOf(name)).result;
    const saved = toScenario(result);
    expect(await verifySnapshot(saved, result.diagnosis, play)).toBeNull();

    const hidden = toScenario(result, { hideNames: true });
    expect(await verifySnapshot(hidden, result.diagnosis, play)).toBeNull();
    const text = JSON.stringify(hidden).toLowerCase();
    for (const known of namesIn(result.diagnosis)) expect(text).not.toContain(known);
  });
});

describe("domains that can't be queried", () => {
  const inDomain = (domain: string | null, search: readonly string[]): Computer => ({
    ...computerOf('srv-record-missing/record-missing'),
    dnsClientSettings: () =>
      Promise.resolve({ adDomain: domain, primaryDnsSuffix: domain, suffixSearchList: search }),
  });

  it.each([
    ['公司.local', ['公司.local']],
    [null, ['公司.local']],
  ])('are unread, live and in the saved case: %s, %j', async (domain, search) => {
    const result = await diagnose(inDomain(domain, search)).result;
    const { code, certainty } = result.diagnosis.verdict;
    expect([code, certainty]).toEqual(['cannot-diagnose', 'likely']);
    expect(await verifySnapshot(toScenario(result), result.diagnosis, play)).toBeNull();
  });

  it('are skipped if others can be queried', async () => {
    const { result } = diagnose(inDomain('contoso.com', ['公司.local']));
    expect((await result).diagnosis.verdict.code).toBe('srv-record-missing');
  });
});

/** A fact of the port that fails. Registry values and DNS servers can fail individually. */
type Failing = keyof Computer | `registry ${string}` | `dns ${string}`;

const FACTS: readonly Failing[] = [
  ...['system', 'adapters', 'dnsClientSettings', 'dnsPolicies', 'dnsTools'],
  ...['licensingService', 'licensingProducts', 'officeProducts', 'registryValue'],
  ...['service', 'events', 'clockOffset', 'vbscript', 'firewallKmsRule', 'outboundBlocked'],
  ...['dnsQuery', 'resolve', 'ping', 'probeKms'],
  ...['KeyManagementServiceName', 'KeyManagementServiceLookupDomain', 'DnsDomainPublishList'].map(
    (name) => `registry ${name}`,
  ),
  'dns 10.0.0.10',
] as readonly Failing[];

function without(computer: Computer, failing: Failing, reason: ReasonCode): Computer {
  const [question, about] = failing.split(' ');
  const method =
    question === 'registry' ? 'registryValue' : question === 'dns' ? 'dnsQuery' : question;
  return new Proxy(computer, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (name !== method || typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        const { name: value, address } = args[0] as { name?: string; address?: string };
        if (about !== undefined && about !== value && about !== address) {
          return Reflect.apply(member, target, args) as unknown;
        }
        const failure = Promise.reject(new Unreadable(reason, 'powershell'));
        if (name !== 'probeKms') return failure;
        failure.catch(() => undefined);
        return { connected: failure, answered: failure };
      };
    },
  });
}

/** An evenly spaced selection of the scenarios. */
const SOME = names.filter((_, index) => index % Math.ceil(names.length / 24) === 0);

it(
  "a saved case gives the same verdict and certainty if a fact couldn't be read",
  { timeout: 240_000 },
  async () => {
    const others: string[] = [];
    let cells = 0;
    for (const [place, name] of SOME.entries()) {
      for (const [turn, failing] of sample([...FACTS.entries()], 10, place)) {
        const reasons = ['timed-out', 'access-denied', 'tool-failed', 'garbled-answer'] as const;
        const reason = reasons[(place + turn) % reasons.length] ?? 'timed-out';
        const result = await diagnose(without(computerOf(name), failing, reason)).result;
        const again = await diagnose(play(toScenario(result))).result;
        const hidden = await diagnose(play(toScenario(result, { hideNames: true }))).result;
        cells += 1;
        const said = ({ diagnosis: { verdict } }: typeof result) =>
          `${verdict.code} ${verdict.certainty}`;
        for (const other of [again, hidden]) {
          if (said(other) !== said(result)) {
            others.push(`${name} · ${failing} · ${reason}: ${said(result)} → ${said(other)}`);
          }
        }
      }
    }
    expect(others).toEqual([]);
    expect(SOME.length).toBeGreaterThanOrEqual(20);
    expect(cells).toBeGreaterThanOrEqual(SOME.length * Math.floor(FACTS.length / 10));
  },
);

it('a saved case keeps and uses the expected hosts', async () => {
  const expected = ['kms9.contoso.com'];
  const { result } = diagnose(play({ schema: 'kms-doctor/scenario@1' }), {
    expectedHosts: expected,
  });
  const saved = toScenario(await result);
  expect(saved.expectedHosts).toEqual(expected);
  const again = await diagnose(play(saved)).result;
  expect(again.diagnosis.checks.find(({ id }) => id === 'srv-record-expected-hosts')).toMatchObject(
    { status: 'warn' },
  );
});

it('a saved case with too many events keeps the newest, and at least one per client', async () => {
  const event = (index: number, client: number) => ({
    id: 12290,
    time: new Date(Date.UTC(2026, 10, 22) + index * 1_000).toISOString(),
    data: ['0x00000000', '25', `pc-${client}`, `cmid-${client}`],
  });
  // A scenario file can't exceed the limit, but a PC can.
  const pc: Computer = {
    ...play({ schema: 'kms-doctor/scenario@1' }),
    events: () =>
      Promise.resolve([event(0, 1), ...Array.from({ length: 2_000 }, (_, n) => event(n + 1, 2))]),
  };
  const saved = throughFile(toScenario(await diagnose(pc).result));
  expect(saved.events).toHaveLength(1_024);
  expect(saved.events?.[0]?.data).toContain('pc-1');
  expect(saved.leftOut).toEqual(['events']);
  const { diagnosis } = await diagnose(play(saved)).result;
  expect(diagnosis.verdict.certainty).toBe('likely');
});

it('a saved case records PowerShell as denied if a script policy blocked it', async () => {
  const forbidden = () => Promise.reject(new Unreadable('script-policy', 'powershell.exe'));
  const pc: Computer = {
    ...play({ schema: 'kms-doctor/scenario@1' }),
    licensingService: forbidden,
    licensingProducts: forbidden,
    events: forbidden,
  };
  const result = await diagnose(pc).result;
  expect(result.diagnosis.verdict.code).not.toBe('licensing-service-unavailable');
  expect(toScenario(result).faults).toMatchObject({ powershell: 'denied' });
});
