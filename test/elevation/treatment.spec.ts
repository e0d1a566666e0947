/**
 * Complete treatments through a repair session, with an unelevated window and a simulated PC behind
 * the elevated process.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { translator } from '@shared/i18n';
import { parseScenario } from '@shared/scenario';
import type { TreatmentProgress } from '@shared/treatment';
import { Journal } from '@engine/journal/journal';
import { type RunResult, diagnose } from '@engine/run';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { ElevationClient } from '../../electron/elevation/client';
import type { OperationCallbacks, Question } from '../../electron/elevation/operations';
import { connectToWindow, serveSession } from '../../electron/elevation/session';
import { pipePath, type Token } from '../../electron/elevation/token';
import { createElevatedFixHandler } from '../../electron/services/elevated-fix-handler';
import { createElevatedFixService } from '../../electron/services/elevated-fix-service';
import type { FixService, LocalCallbacks } from '../../electron/services/fix-service';
import { createLocalFixService } from '../../electron/services/local-fix-service';

const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-treat-'));
type TreatmentCallbacks = OperationCallbacks<'treat'> & LocalCallbacks;
const services: FixService[] = [];
afterEach(() => {
  for (const service of services.splice(0)) service.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const place = (token: Token): string => pipePath(token, 'linux', folder);
const words = translator('en');
const OTHER_DOMAIN = 'srv-record-in-other-domain/connection-suffix-of-a-domain-pc.json';
const WRONG_CLOCK = 'clock-skew/241-minutes-fast.json';

function simulated(scenario: string, paceMs = 0) {
  const file = path.join(import.meta.dirname, '../scenarios', scenario);
  const parsed = parseScenario(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.ok) throw new Error('not a scenario');
  return createScenarioComputer(parsed.scenario, { paceMs });
}

/**
 * Creates a window that shows a treatment. `elevated` is the scenario that the elevated process
 * sees.
 */
async function setting({ answer = true, elevated = '', paceMs = 0 } = {}) {
  const computer = simulated(OTHER_DOMAIN, paceMs);
  const journal = new Journal(mkdtempSync(path.join(folder, 'data-')));
  const questions: Question[] = [];
  const log: string[] = [];
  const ends: Promise<string>[] = [];
  const launch = vi.fn(async (token: Token) => {
    const pipe = await connectToWindow(token, place(token));
    const pc = elevated === '' ? computer : simulated(elevated);
    ends.push(
      serveSession(pipe, {
        token,
        open: async () => createElevatedFixHandler(pc, journal),
        confirm: async (question) => {
          questions.push(question);
          return answer;
        },
        log: (line) => log.push(line),
      }),
    );
    return { outcome: 'started' as const };
  });
  const client = new ElevationClient({
    ...{ launch, place },
    language: () => 'en',
    log: (line) => log.push(line),
  });
  let found: RunResult = await diagnose(computer).result;
  const local = createLocalFixService({
    ...{ computer, journal },
    words: () => words,
    known: () => found,
  });
  const service = createElevatedFixService(local, client, computer);
  services.push(service);
  const planned = await service.planTreatment([]);
  if (!('treatment' in planned)) throw new Error(planned.problem);
  const { digest, steps } = planned.treatment;
  const told: TreatmentProgress[] = [];
  const treat = (
    hear: (step: TreatmentProgress) => void = () => undefined,
    more: Partial<TreatmentCallbacks> & { readonly kmsHosts?: readonly string[] } = {},
  ) => {
    const { kmsHosts = [], ...callbacks } = more;
    return service.change('treat', { digest, kmsHosts }, { ...around(hear), ...callbacks });
  };
  const around = (hear: (step: TreatmentProgress) => void): TreatmentCallbacks => ({
    confirm: () => Promise.reject(new Error('the session asks')),
    progress: (step) => {
      told.push(step);
      hear(step);
    },
    rechecked: (result) => (found = result),
  });
  const undo = (treatment: string) =>
    service.change(
      'undo-treatment',
      { treatment },
      around(() => undefined),
    );
  const verdict = () => found.diagnosis.verdict.code;
  const states = async () => (await journal.entries()).map(({ state }) => state);
  return {
    ...{ service, launch, questions, log, ends, steps, told, treat, undo, verdict, states },
  };
}

it('a treatment takes one elevation and one confirmation, and the same session can undo it', async () => {
  const { launch, questions, steps, told, treat, undo, verdict, log } = await setting();
  const ended = await treat();
  expect(ended).toMatchObject({ outcome: 'finished', result: { result: 'healthy' } });
  expect(verdict()).toBe('healthy');
  const titled = steps.map(({ fix, changes }) => ({
    title: words(`fixes.${fix}.title`),
    changes: changes.map(({ title }) => title),
  }));
  const about = { kind: 'treatment', differs: false, computer: 'PC-042' };
  expect(questions).toEqual([{ ...about, steps: titled }]);
  expect(told.filter(({ type }) => type !== 'fix').map(({ type }) => type)).toEqual([
    ...['asking', 'asking', 'looking'],
    ...['step-started', 'step-finished', 'step-started', 'step-finished'],
  ]);
  if (ended.outcome !== 'finished') return;
  const undone = await undo(ended.result.treatment!);
  expect(undone).toMatchObject({
    outcome: 'finished',
    result: { entries: [{ fix: 'activate-now' }, { fix: 'set-lookup-domain', undone: true }] },
  });
  expect(questions[1]).toMatchObject({ kind: 'undo-treatment' });
  expect(launch).toHaveBeenCalledOnce();
  expect(log.join('\n')).toContain('Ended as healthy');
});

it('a treatment that differs in the elevated process is marked as such and confirmed again', async () => {
  const { questions, treat } = await setting({ elevated: WRONG_CLOCK });
  expect(await treat()).toMatchObject({
    outcome: 'finished',
    result: { steps: [{ fix: 'sync-clock' }, { fix: 'activate-now' }] },
  });
  expect(questions).toMatchObject([
    { differs: true, steps: [{ title: words('fixes.sync-clock.title') }, {}] },
  ]);
});

it('a treatment has no steps if the elevated process finds nothing to fix', async () => {
  const { questions, treat, states } = await setting({
    elevated: 'healthy/active-directory-enabled-only.json',
  });
  expect(await treat()).toMatchObject({
    outcome: 'finished',
    result: { treatment: null, result: 'healthy', steps: [] },
  });
  expect([questions, await states()]).toEqual([[], []]);
});

it("a treatment doesn't start if the user declines", async () => {
  const { treat, states, verdict } = await setting({ answer: false });
  expect(await treat()).toEqual({ outcome: 'declined', by: 'confirmation' });
  expect([verdict(), await states()]).toEqual(['srv-record-in-other-domain', []]);
});

it('a treatment is planned with the hosts the user named, which must be valid', async () => {
  const { treat, launch } = await setting();
  const named = await treat(undefined, { kmsHosts: ['C:\\kms'] });
  expect(named).toMatchObject({ outcome: 'refused', message: words('repair.notTaken') });
  expect(launch).not.toHaveBeenCalled();
  expect(await treat(undefined, { kmsHosts: ['kms1.contoso.com'] })).toMatchObject({
    outcome: 'finished',
  });
});

it('a treatment stops before its next step when canceled, and can be resumed', async () => {
  const { treat, verdict, launch } = await setting();
  const stop = new AbortController();
  const ended = await treat(({ type }) => type === 'step-started' && stop.abort(), {
    stop: stop.signal,
  });
  expect(ended).toMatchObject({
    outcome: 'finished',
    result: { steps: [{ fix: 'set-lookup-domain' }], next: { steps: [{ fix: 'activate-now' }] } },
  });
  expect(verdict()).toBe('activation-pending');
  expect(await treat()).toMatchObject({ result: { result: 'healthy' } });
  expect(launch).toHaveBeenCalledOnce();
});

it('a treatment is rolled back in the middle of a step when its window is gone, and no step follows', async () => {
  const { treat, service, ends, states } = await setting({ paceMs: 40 });
  const ended = await treat((step) => {
    if (step.type === 'fix' && step.progress.type === 'change-started') service.close();
  });
  expect(ended).toMatchObject({ outcome: 'refused', message: words('repair.lost') });
  expect(await Promise.all(ends)).toEqual(['window-gone']);
  expect(await states()).toEqual(['rolled-back']);
});
