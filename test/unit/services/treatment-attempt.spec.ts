/** Attempting a treatment, from the diagnosis to the outcome. */
import { expect, it } from 'vitest';
import { Journal } from '@engine/journal/journal';
import type { TreatmentEvent } from '@engine/treatment/carry-out';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import {
  attemptTreatment,
  type TreatmentAttempt,
} from '../../../electron/services/treatment-attempt';
import { TreatedPc } from '../engine/treatment/treated-pc';

type Decide = TreatmentAttempt<string>['decide'];

async function attempt(decide: (pc: TreatedPc) => Decide, scenario?: string) {
  const pc = new TreatedPc(scenario ?? 'srv-record-in-other-domain/parent-domain');
  const events: TreatmentEvent['type'][] = [];
  const ended = await attemptTreatment({
    computer: pc.computer,
    journal: new Journal(pc.bench.dataDir),
    signal: new AbortController().signal,
    simulate: createScenarioComputer,
    decide: decide(pc),
    onEvent: ({ type }) => events.push(type),
  });
  return { pc, ended, looks: events.filter((type) => type === 'looking').length };
}

const minutes = 60_000;
const never = new AbortController().signal;

it('applies the treatment once it is confirmed', async () => {
  const { ended, looks } = await attempt(() => (treatment, found) => {
    expect(treatment.verdict.code).toBe(found.diagnosis.verdict.code);
    expect(treatment.steps.map(({ fix }) => fix)).toEqual(['set-lookup-domain', 'activate-now']);
    return Promise.resolve(null);
  });
  expect(ended).toMatchObject({
    outcome: 'ended',
    treatment: { verdict: { code: 'srv-record-in-other-domain' } },
    result: { result: 'healthy' },
  });
  expect(looks).toBe(1);
});

it("doesn't apply a declined treatment", async () => {
  const { pc, ended } = await attempt(
    () => () => Promise.resolve({ outcome: 'declined', by: 'somebody' } as const),
  );
  expect(ended).toEqual({ outcome: 'declined', by: 'somebody' });
  expect(pc.document).toEqual(pc.untreated);
});

it('diagnoses again after a slow decision', async () => {
  const { ended, looks } = await attempt((pc) => async () => {
    await pc.computer.wait(5 * minutes, never);
    return null;
  });
  expect(ended).toMatchObject({ outcome: 'ended', result: { result: 'healthy' } });
  expect(looks).toBe(2);
});

it('returns a stale outcome if the plan would differ after the decision', async () => {
  const { pc, ended } = await attempt((one) => () => {
    one.becomes({ hosts: {}, now: '2026-11-22T09:05:00Z' });
    return Promise.resolve(null);
  });
  expect(ended).toEqual({ outcome: 'stale' });
  expect(pc.document).toEqual(pc.untreated);
});

it('reports missing administrator rights before any change', async () => {
  const pc = new TreatedPc('srv-record-in-other-domain/parent-domain', {
    computer: { elevated: false },
  });
  const ended = await attemptTreatment<never>({
    computer: pc.computer,
    journal: pc.journal,
    signal: never,
    simulate: createScenarioComputer,
    decide: () => Promise.resolve(null),
  });
  expect(ended).toEqual({ outcome: 'not-elevated' });
  expect(pc.document).toEqual(pc.untreated);
});
