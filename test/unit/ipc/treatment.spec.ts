/** Treatment requests of the page for a simulated PC, from planning to undo. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import type { RunEvent } from '@shared/diagnosis';
import { translator } from '@shared/i18n';
import type { EventTable } from '@shared/ipc';
import { parseScenario } from '@shared/scenario';
import type { TreatmentProgress, TreatmentView } from '@shared/treatment';
import { Journal } from '@engine/journal/journal';
import type { HandlerContext } from '../../../electron/ipc/handler-context';
import { createHandlers } from '../../../electron/ipc/handlers';
import { createDiagnosisSession } from '../../../electron/services/diagnosis-session';
import { createLocalFixService } from '../../../electron/services/local-fix-service';
import { simulatedSource } from '../../../electron/services/sources';

const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-ipc-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SICK = 'srv-record-in-other-domain/connection-suffix-of-a-domain-pc.json';
const words = translator('en');

/** Creates the source of a sick PC with a separate journal. */
function sick() {
  const file = path.join(import.meta.dirname, '../../scenarios', SICK);
  const parsed = parseScenario(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.ok) throw new Error('not a scenario');
  const journal = new Journal(mkdtempSync(path.join(folder, 'journal-')));
  return simulatedSource(parsed.scenario, SICK, (computer, known) =>
    createLocalFixService({ computer, journal, words: () => words, known }),
  );
}

/** Creates the window's request handlers for a simulated PC that has been diagnosed. */
async function window({ answers = true } = {}) {
  const told: TreatmentProgress[] = [];
  const lights: RunEvent[] = [];
  let onProgress: (step: TreatmentProgress) => void = () => undefined;
  const diagnosisSession = createDiagnosisSession(sick(), {
    event: (event) => lights.push(event),
    onSourceChanged: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
  const confirm = vi.fn<HandlerContext['confirm']>(async () => answers);
  const context = {
    diagnosisSession,
    t: () => words,
    confirm,
    emit: <Name extends keyof EventTable>(name: Name, event: EventTable[Name]) => {
      if (name !== 'treatment:progress') return;
      told.push(event as TreatmentProgress);
      onProgress(event as TreatmentProgress);
    },
  };
  const ask = createHandlers(context as unknown as HandlerContext);
  const run = async () => {
    diagnosisSession.start();
    await vi.waitFor(() => expect(diagnosisSession.last()).not.toBeNull(), { timeout: 9_000 });
  };
  await run();
  const plan = async (kmsHosts: string[] = []): Promise<TreatmentView> => {
    const answer = await ask['treatment:plan']({ kmsHosts });
    if (!('treatment' in answer)) throw new Error(answer.problem);
    return answer.treatment;
  };
  return {
    ...{ ask, diagnosisSession, run, plan, told, lights, confirm },
    whenTold: (heard: typeof onProgress) => (onProgress = heard),
  };
}

const verdictOf = (lights: readonly RunEvent[]) => {
  const last = lights.at(-1);
  return last?.type === 'run-finished' ? last.diagnosis.verdict.code : null;
};

// Concurrent, since simulated PCs respond at a visible pace and the tests mostly wait for them.
it.concurrent(
  'plans, confirms once, applies every step, diagnoses the result and undoes all of it',
  async () => {
    const { ask, plan, told, lights, confirm } = await window();
    const { steps, digest, ends } = await plan();
    expect(steps.map(({ fix }) => fix)).toEqual(['set-lookup-domain', 'activate-now']);
    expect(ends.code).toBe('healthy');

    const ended = await ask['treatment:apply']({ digest });
    if (ended.outcome !== 'finished') throw new Error(ended.outcome);
    const { treatment, result, verdict } = ended.result;
    expect([result, verdict?.code, verdictOf(lights)]).toEqual(['healthy', 'healthy', 'healthy']);
    const shown = steps.map(({ fix, changes }) => ({
      title: words(`fixes.${fix}.title`),
      changes: changes.map((one) => one.title),
    }));
    expect(confirm.mock.calls).toEqual([[{ kind: 'treatment', steps: shown, differs: false }]]);
    expect(told.filter(({ type }) => type !== 'fix')).toEqual([
      { type: 'looking' },
      { type: 'step-started', index: 0 },
      expect.objectContaining({ type: 'step-finished', index: 0 }),
      { type: 'step-started', index: 1 },
      { type: 'step-finished', index: 1, result: 'verified', found: 'healthy' },
    ]);

    const undone = await ask['treatment:undo']({ treatment: treatment! });
    expect(undone).toMatchObject({
      outcome: 'finished',
      result: { treatment, entries: [{ fix: 'activate-now' }, { fix: 'set-lookup-domain' }] },
    });
    const [taken] = confirm.mock.calls[1]!;
    if (taken.kind !== 'undo-treatment') throw new Error(taken.kind);
    expect(taken.steps.at(-1)?.title).toBe(words('fixes.set-lookup-domain.title'));
    expect(await ask['treatment:undo']({ treatment: 'another' })).toMatchObject({
      outcome: 'refused',
    });
  },
);

it.concurrent('applies only the treatment that was shown for this PC', async () => {
  const { ask, plan, diagnosisSession, run, confirm } = await window();
  const stale = { outcome: 'stale' };
  expect(await ask['treatment:apply']({ digest: 'a'.repeat(64) })).toEqual(stale);
  const { digest } = await plan();
  expect(await ask['treatment:apply']({ digest: digest.replace(/.$/, '~') })).toEqual(stale);
  diagnosisSession.setSource(sick());
  await run();
  expect(await ask['treatment:apply']({ digest })).toEqual(stale);
  expect(confirm).not.toHaveBeenCalled();
});

it.concurrent("doesn't apply a treatment that the user declines", async () => {
  const { ask, plan, lights } = await window({ answers: false });
  const { digest } = await plan();
  const until = lights.length;
  const declined = { outcome: 'declined', by: 'confirmation' };
  expect(await ask['treatment:apply']({ digest })).toEqual(declined);
  expect(lights).toHaveLength(until);
});

it.concurrent('stops before the next step', async () => {
  const { ask, plan, whenTold, lights } = await window();
  const { digest } = await plan();
  expect(ask['treatment:stop']()).toEqual({ stopped: false });
  whenTold(({ type }) => {
    if (type === 'step-started') expect(ask['treatment:stop']()).toEqual({ stopped: true });
  });
  const ended = await ask['treatment:apply']({ digest });
  expect(ended).toMatchObject({
    outcome: 'finished',
    result: { steps: [{ fix: 'set-lookup-domain' }], next: { steps: [{ fix: 'activate-now' }] } },
  });
  // The next treatment is planned from the new state of the PC.
  expect(verdictOf(lights)).toBe('activation-pending');
  expect((await plan()).steps.map(({ fix }) => fix)).toEqual(['activate-now']);
});

it.concurrent(
  'stops when the window switches to another PC, and emits no run events for it',
  async () => {
    const { ask, plan, whenTold, diagnosisSession, lights } = await window();
    const { digest } = await plan();
    const until = lights.length;
    whenTold(({ type }) => {
      if (type === 'step-started') diagnosisSession.setSource(sick());
    });
    expect(await ask['treatment:apply']({ digest })).toMatchObject({
      result: { steps: [{ fix: 'set-lookup-domain' }] },
    });
    expect([diagnosisSession.last(), lights.length]).toEqual([null, until]);
  },
);

it.concurrent.each([
  ['two words', 'kms 1', 'U+0020'],
  ['a name with a port', 'kms1.contoso.com:1688', '1688'],
  ['a path', 'C:\\kms', "isn't a port"],
])('explains why %s is invalid as a host', async (_what, host, named) => {
  const { ask } = await window();
  const answer = await ask['treatment:plan']({ kmsHosts: ['kms1.contoso.com', host] });
  expect(answer).toEqual({
    problem: expect.stringContaining(named) as string,
  });
});

it.concurrent(
  'normalizes hosts typed by the user and applies the treatment with them',
  async () => {
    const { ask, plan, diagnosisSession } = await window();
    const { digest } = await plan([' KMS1.contoso.com. ']);
    expect(await ask['treatment:apply']({ digest })).toMatchObject({ outcome: 'finished' });
    expect(diagnosisSession.last()?.expectedHosts).toEqual(['kms1.contoso.com']);
  },
);

it.concurrent("doesn't plan, apply or undo anything for the report of another PC", async () => {
  const { ask, diagnosisSession } = await window();
  diagnosisSession.setSource({ kind: 'report', source: { kind: 'report' } as never });
  const message = words('dialogs.apply.readOnly');
  expect(await ask['treatment:plan']({ kmsHosts: [] })).toEqual({ problem: message });
  expect(await ask['treatment:apply']({ digest: '' })).toEqual({ outcome: 'refused', message });
  expect(await ask['treatment:undo']({ treatment: 'x' })).toEqual({ outcome: 'refused', message });
});
