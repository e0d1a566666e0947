/**
 * Plans treatments for every sick PC of the suite. Each must be bounded, touch nothing and match
 * its result on the simulated PC.
 */
import { createHook } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { VERDICT_CODES } from '@shared/catalog';
import type { ScenarioFile } from '@shared/scenario';
import type { Computer } from '@engine/computer';
import { Facts } from '@engine/facts/facts';
import { planFix } from '@engine/fixes';
import { applyFix } from '@engine/fixes/apply';
import { diagnose, type RunResult } from '@engine/run';
import { planTreatment } from '@engine/treatment/plan';
import { MAX_REHEARSALS, MAX_STEPS } from '@shared/change-schemas';
import type { Treatment } from '@engine/treatment/treatment';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { FULL, sample } from '../support/sample';
import { ALL_PCS } from './sick';
import { expectCpuTimeWithin } from '../support/limits';

const simulate = (file: ScenarioFile) => createScenarioComputer(file);
const never = new AbortController().signal;
const NO_JOURNAL = { begin: () => Promise.resolve('e'), note: () => Promise.resolve() };

/** Returns the PC with the administrator rights that applying a fix requires. */
const elevated = (file: ScenarioFile): ScenarioFile => ({
  ...file,
  computer: { ...file.computer, elevated: true },
});

/** The host refused the newest request of the last 30 days, but accepts requests now. */
const ACCEPTS_BY_NOW = [
  'clock-skew/timestamp-rejected-in-the-event',
  'clock-skew/renewal-rejected-behind-an-informational-reason',
  'kms-host-not-activated/events-of-equal-time',
  'kms-host-not-activated/licensed-client-renewal-fails',
  'kms-host-cannot-activate-this-product/older-event-says-count',
  'kms-host-cannot-activate-this-product/only-the-event-says-so',
  'kms-count-too-low/licensed-client-renewal-fails',
  'kms-count-too-low/only-the-event-says-so',
  'kms-count-too-low/other-event-is-newer',
  'kms-count-too-low/renewal-refused-behind-an-informational-reason',
  'activation-pending/specific-reason-beats-the-event',
  'activation-pending/vague-event-is-another-attempt',
  'office-not-activated/refused',
  'field/event-with-a-date-in-korean',
  'field/office-fails-after-windows',
  'field/office-refused-windows-licensed',
];

/** The host refuses, and no event identifies it. */
const REFUSES_UNSEEN = [
  'clock-skew/timestamp-rejected',
  'kms-host-not-activated/client-was-told',
  'kms-host-cannot-activate-this-product/id-mismatch',
  'kms-count-too-low/client-was-told',
  'activation-pending/activation-of-the-host-cannot-be-seen',
  'activation-pending/count-cannot-be-seen',
  'field/server-told-four-of-five',
];

/** The DNS server refused the record within 30 days, but accepts it now. */
const TAKES_BY_NOW = ['dns-publishing-disabled/off-beside-an-old-refusal'];

/** Applies the steps to the PC itself and returns the differences from the plan. */
async function carryOut(file: ScenarioFile, { steps }: Treatment): Promise<string[]> {
  const computer = createScenarioComputer(elevated(file));
  const otherwise: string[] = [];
  for (const { fix, parameters, changes, then } of steps) {
    const facts = new Facts(computer, {}, never);
    const planned = await planFix(fix, parameters, await facts.snapshot(), facts);
    if (!planned.ok) return [...otherwise, `${fix} is refused`];
    expect(planned.plan.changes).toEqual(changes);
    const applied = await applyFix(planned, { computer, journal: NO_JOURNAL, signal: never });
    if (applied.outcome !== 'ended') return [...otherwise, `${fix}: ${applied.outcome}`];
    const found = applied.recheck?.diagnosis.verdict.code;
    // The fault no longer hides the finding.
    if (found !== then.code && !then.restsOn.includes('licence-unread')) {
      otherwise.push(`${fix} → ${found ?? 'nothing'}, not ${then.code}`);
      break;
    }
  }
  return otherwise;
}

/** Async resource types that Node creates for files and connections. */
const OUTSIDE = /^(?:FSREQ|FILEHANDLE|TCP|UDP|PIPE|GETADDRINFO|QUERY|PROCESSWRAP|CONNECT)/;

async function planWatched(result: RunResult): Promise<{ treatment: Treatment; opened: string[] }> {
  const opened: string[] = [];
  const hook = createHook({
    init: (_, type) => {
      if (OUTSIDE.test(type)) opened.push(type);
    },
  }).enable();
  try {
    return { treatment: await planTreatment(result, { simulate }), opened };
  } finally {
    hook.disable();
  }
}

/** Wraps a computer that throws on any access once killed. */
function dead(computer: Computer): { computer: Computer; kill: () => void } {
  let isDead = false;
  const proxy = new Proxy(computer, {
    get(target, name) {
      if (isDead) throw new Error(`${String(name)} of the PC itself was asked for`);
      return Reflect.get(target, name, target) as unknown;
    },
  });
  return {
    computer: proxy,
    kill: () => {
      isDead = true;
    },
  };
}

const found: Record<string, number> = { healthy: 0, better: 0, tried: 0, none: 0 };
const otherwise: string[] = [];

const TRIED = new Map(sample([...ALL_PCS], 4));

describe.each([...TRIED])('%s', (name, file) => {
  it('is treated on a copy, and the PC behaves like the copy', { timeout: 60_000 }, async () => {
    const { computer, kill } = dead(createScenarioComputer(file));
    const result = await diagnose(computer).result;
    const { verdict } = result.diagnosis;
    kill();
    const begun = process.cpuUsage();
    const { treatment, opened } = await planWatched(result);
    const { user, system } = process.cpuUsage(begun);
    // CPU milliseconds, because other work may be running on this machine.
    await expectCpuTimeWithin((user + system) / 1_000, 2_000);
    expect(opened).toEqual([]);
    const { steps, ends, left, rehearsals } = treatment;
    expect(treatment.verdict).toEqual({ code: verdict.code, certainty: verdict.certainty });
    if (verdict.code === 'healthy') {
      expect(treatment).toMatchObject({ steps: [], left: [], rehearsals: 0 });
      return;
    }
    expect(rehearsals).toBeLessThanOrEqual(MAX_REHEARSALS);
    expect(steps.length).toBeLessThanOrEqual(MAX_STEPS);
    expect(ends).toEqual(steps.at(-1)?.then ?? { ...treatment.verdict, restsOn: [] });
    if (ends.code !== 'healthy') expect(left.map(({ code }) => code)).toContain(ends.code);
    const order = left.map(({ code }) => VERDICT_CODES.indexOf(code));
    expect(order).toEqual([...order].sort((one, other) => one - other));
    for (const [index, { because, then }] of steps.entries()) {
      expect(because).toBe(steps[index - 1]?.then.code ?? verdict.code);
      if (then.restsOn.length > 0) expect(then.certainty).toBe('likely');
    }
    const isTry = steps.length === 1 && steps[0]?.fix === 'activate-now' && ends.code !== 'healthy';
    const kind =
      ends.code === 'healthy' ? 'healthy' : isTry ? 'tried' : steps.length > 0 ? 'better' : 'none';
    found[kind] = (found[kind] ?? 0) + 1;
    const differences = await carryOut(file, treatment);
    if (differences.length > 0) otherwise.push(name);
  });
});

it("treatments predict their results, except those that can't be known", () => {
  const known = [...ACCEPTS_BY_NOW, ...REFUSES_UNSEEN, ...TAKES_BY_NOW];
  expect(otherwise.sort()).toEqual(known.filter((name) => TRIED.has(name)).sort());
  // PCs may be added, but none of these may be lost.
  expect(found['healthy']).toBeGreaterThanOrEqual(FULL ? 183 : 55);
  expect(found['better']).toBeGreaterThanOrEqual(FULL ? 23 : 4);
});
