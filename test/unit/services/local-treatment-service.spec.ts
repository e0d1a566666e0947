/** Treatments in the current process, with an engine that returns the plans of the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { translator } from '@shared/i18n';
import { Journal } from '@engine/journal/journal';
import { neverAborted } from '@engine/deadline';
import { type RunResult, diagnose } from '@engine/run';
import type { Treatment, TreatmentOutcome } from '@engine/treatment/treatment';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import type { OperationCallbacks } from '../../../electron/elevation/operations';
import type { LocalCallbacks } from '../../../electron/services/fix-service';
import {
  TREATMENT_ENGINE,
  createLocalTreatmentService,
} from '../../../electron/services/local-treatment-service';

const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-treatment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const words = translator('en');

const JOURNAL_HOST = { host: 'kms8.contoso.com', port: 1688 };
const healthy = { code: 'healthy', certainty: 'likely', restsOn: ['host-count'] } as const;

/** Creates a treatment with this number of steps. */
const treatmentOf = (digest: string, steps = 1): Treatment => ({
  verdict: { code: 'srv-record-missing', certainty: 'certain' },
  steps: Array.from({ length: steps }, () => ({
    fix: 'flush-dns-cache',
    parameters: {},
    changes: [{ kind: 'dns-cache-flush' }],
    before: [null],
    because: 'srv-record-missing',
    then: healthy,
  })),
  ends: healthy,
  left: [],
  rehearsals: 1,
  digest,
});

/** Creates a service for a simulated PC; `plans` are returned in sequence. */
async function service(...plans: readonly Treatment[]) {
  const queue = [...plans];
  const computer = createScenarioComputer({ schema: 'kms-doctor/scenario@1' });
  const known: RunResult | null = await diagnose(computer).result;
  const plannedFrom: RunResult[] = [];
  const planTreatment = async (result: RunResult) => {
    plannedFrom.push(result);
    return queue.shift()!;
  };
  const done: Treatment[] = [];
  const attempted = vi.fn();
  const attemptTreatment: typeof TREATMENT_ENGINE.attemptTreatment = async (attempt) => {
    attempted(attempt.factOptions);
    const found = await diagnose(computer, { ...attempt.factOptions }).result;
    const treatment = await planTreatment(found);
    const decision = await attempt.decide(treatment, found);
    if (decision !== null) return decision;
    done.push(treatment);
    const result: TreatmentOutcome = {
      treatment: 't1',
      result: 'healthy',
      steps: [],
      recheck: found,
      left: [],
      why: attempt.stopsBefore?.() === true ? { key: 'reasons.cancelled' } : null,
      next: null,
      cancelled: false,
    };
    return { outcome: 'ended', treatment, found, result };
  };
  const parts = {
    computer,
    journal: new Journal(folder),
    words: () => words,
    known: () => known,
  };
  const factOptions = () => ({ journalHosts: [JOURNAL_HOST] });
  const engine = { ...TREATMENT_ENGINE, planTreatment, attemptTreatment };
  return {
    ...{ known, plannedFrom, done, attempted },
    treatments: createLocalTreatmentService(parts, factOptions, engine),
    withoutRun: createLocalTreatmentService({ ...parts, known: () => null }, factOptions, engine),
  };
}

const never = neverAborted();
const around = (more: Partial<OperationCallbacks<'treat'> & LocalCallbacks> = {}) => ({
  confirm: vi.fn(async () => true),
  progress: vi.fn(),
  rechecked: vi.fn(),
  ...more,
});
const shown = (digest: string, kmsHosts: readonly string[] = []) => ({ digest, kmsHosts });

it('plans from the last run, or from a new one if hosts are given', async () => {
  const { treatments, known, plannedFrom } = await service(treatmentOf('a'), treatmentOf('b'));
  const first = await treatments.planTreatment([]);
  expect('treatment' in first && first.treatment).toMatchObject({
    digest: 'a',
    steps: [{ fix: 'flush-dns-cache', changes: [{ kind: 'dns-cache-flush' }] }],
  });
  expect(plannedFrom[0]).toBe(known);
  await treatments.planTreatment(['kms9.contoso.com']);
  expect(plannedFrom[1]?.expectedHosts).toEqual(['kms9.contoso.com']);
});

it("doesn't plan before the first run or after it is closed", async () => {
  const { treatments, withoutRun } = await service();
  expect(await withoutRun.planTreatment([])).toEqual({
    problem: words('dialogs.file.noReport'),
  });
  const planned = treatments.planTreatment(['kms1.contoso.com']);
  treatments.close();
  expect(await planned).toEqual({ problem: words('reasons.cancelled') });
});

it('applies the treatment that was shown, with the hosts it was planned with', async () => {
  const { treatments, done, attempted } = await service(treatmentOf('a'));
  const callbacks = around();
  const ended = await treatments.changes.treat(shown('a', ['kms9']), callbacks, never);
  expect(ended).toMatchObject({ outcome: 'finished', result: { treatment: 't1' } });
  expect(attempted).toHaveBeenCalledWith({
    expectedHosts: ['kms9'],
    journalHosts: [JOURNAL_HOST],
  });
  expect(callbacks.confirm).toHaveBeenCalledWith({
    kind: 'treatment',
    steps: [
      {
        title: words('fixes.flush-dns-cache.title'),
        changes: [words('changes.dns-cache-flush.title')],
      },
    ],
    differs: false,
  });
  expect(callbacks.rechecked).toHaveBeenCalledOnce();
  expect(done).toHaveLength(1);
});

it("doesn't apply another treatment, and passes the new diagnosis to the window", async () => {
  const { treatments, done } = await service(treatmentOf('b'));
  const callbacks = around();
  expect(await treatments.changes.treat(shown('a'), callbacks, never)).toEqual({
    outcome: 'stale',
  });
  expect(callbacks.confirm).not.toHaveBeenCalled();
  expect(callbacks.rechecked).toHaveBeenCalledOnce();
  expect(done).toEqual([]);
});

it('asks for confirmation of another treatment if allowed, and marks it as different', async () => {
  const { treatments, done } = await service(treatmentOf('b'), treatmentOf('c'));
  const yes = around({ asksForOthers: true });
  expect(await treatments.changes.treat(shown('a'), yes, never)).toMatchObject({
    outcome: 'finished',
  });
  expect(yes.confirm).toHaveBeenCalledWith(expect.objectContaining({ differs: true }));
  const no = around({ asksForOthers: true, confirm: vi.fn(async () => false) });
  expect(await treatments.changes.treat(shown('a'), no, never)).toEqual({
    outcome: 'declined',
    by: 'confirmation',
  });
  expect(done).toHaveLength(1);
});

it("doesn't ask for confirmation of a treatment without steps", async () => {
  const { treatments } = await service(treatmentOf('b', 0));
  const callbacks = around({ asksForOthers: true });
  expect(await treatments.changes.treat(shown('a'), callbacks, never)).toMatchObject({
    outcome: 'finished',
    result: { treatment: null, result: 'healthy', steps: [], verdict: { code: 'healthy' } },
  });
  expect(callbacks.confirm).not.toHaveBeenCalled();
});

it("doesn't ask for confirmation if stopped during the diagnosis, and stops before the next step", async () => {
  const { treatments, done } = await service(treatmentOf('a'), treatmentOf('a'));
  const early = around({ stop: AbortSignal.abort() });
  expect(await treatments.changes.treat(shown('a'), early, never)).toMatchObject({
    outcome: 'declined',
  });
  expect(early.confirm).not.toHaveBeenCalled();
  const stop = new AbortController();
  const late = around({
    stop: stop.signal,
    confirm: async () => {
      stop.abort();
      return true;
    },
  });
  expect(await treatments.changes.treat(shown('a'), late, never)).toMatchObject({
    result: { why: words('reasons.cancelled') },
  });
  expect(done).toHaveLength(1);
});
