/** The treatment in the store: when it's requested, which response is used, and the state of its steps. */
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '@shared/diagnosis';
import type { TreatmentAnswer } from '@shared/ipc';
import { routeOf } from '@shared/route';
import type { TreatmentOutcomeView, TreatmentView } from '@shared/treatment';
import { diagnose } from '../../../electron/engine/run';
import { pc } from '../computer/scenario/pc';

const asked: { readonly name: string; readonly request: unknown }[] = [];
let answers: Record<string, () => Promise<unknown>> = {};
const listeners: Record<string, (event: unknown) => void> = {};
vi.stubGlobal('document', { documentElement: {}, hidden: true });
const reported = vi.fn();
vi.stubGlobal('reportError', reported);
vi.stubGlobal('window', {
  kmsDoctor: {
    on: new Proxy(
      {},
      {
        get: (_, name) => (listener: (event: unknown) => void) => {
          listeners[String(name)] = listener;
          return () => undefined;
        },
      },
    ),
    request: new Proxy(
      {},
      {
        get: (_, name) => (request: unknown) => {
          asked.push({ name: String(name), request });
          return answers[String(name)]?.() ?? Promise.resolve({ entries: [], unreadable: null });
        },
      },
    ),
  },
});

const { followEvents, setLanguage } = await import('../../../renderer/state/actions');
const { applyRunEvents, setInfo, useDoctor } = await import('../../../renderer/state/store');
const { tryKmsHost, planTreatment, repair } = await import('../../../renderer/state/treatment');
const { rehearsedPath } = await import('../../../renderer/features/treatment/rehearsed-path');
const { stepStatesAfter, finalStepStates } =
  await import('../../../renderer/features/treatment/step-states');
const { initI18n } = await import('../../../renderer/i18n/i18n');

const treatment = (digest: string, over: Partial<TreatmentView> = {}): TreatmentView => ({
  verdict: { code: 'srv-record-missing', certainty: 'certain' },
  steps: [
    {
      fix: 'assign-kms-host',
      parameters: { host: 'kms1.contoso.com' },
      changes: [],
      because: 'srv-record-missing',
      then: { code: 'activation-pending', certainty: 'certain', restsOn: [] },
    },
    {
      fix: 'activate-now',
      parameters: {},
      changes: [],
      because: 'activation-pending',
      then: { code: 'healthy', certainty: 'likely', restsOn: ['host-count'] },
    },
  ],
  ends: { code: 'healthy', certainty: 'likely', restsOn: ['host-count'] },
  left: [],
  rehearsals: 3,
  digest,
  ...over,
});
const nothing = (digest: string) =>
  treatment(digest, {
    steps: [],
    ends: { code: 'srv-record-missing', certainty: 'certain', restsOn: [] },
  });

/** Creates a promise that the test resolves. */
function later<T>(): { readonly promise: Promise<T>; readonly answer: (value: T) => void } {
  let answer: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    answer = resolve;
  });
  return { promise, answer };
}

const planned = () => asked.filter(({ name }) => name === 'treatment:plan');
const state = () => useDoctor.getState();
const scenarioInfo = (title: string) =>
  ({ source: { kind: 'scenario', title } }) as unknown as Parameters<typeof setInfo>[0];

let missing: RunEvent[];
let well: RunEvent[];

async function eventsOf(computer: ReturnType<typeof pc>): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of diagnose(computer).events) events.push(event);
  return events;
}

followEvents();
beforeAll(async () => {
  missing = await eventsOf(pc({ dns: { servers: { '10.0.0.10': { records: [] } } } }));
  well = await eventsOf(pc());
});
beforeEach(async () => {
  await initI18n('en');
  asked.length = 0;
  answers = {};
  reported.mockClear();
  setInfo(scenarioInfo('one'));
  setInfo(scenarioInfo('two'));
});

/** Emits the events of a run as the main process does. */
async function emitRun(events: readonly RunEvent[]): Promise<void> {
  const { finished } = state();
  listeners['run:event']?.(events);
  await vi.waitFor(() => expect(state().finished).not.toBe(finished));
}

describe('treatment', () => {
  it('is requested after a diagnosis, and marked as planning from the verdict on', async () => {
    const plan = later<TreatmentAnswer>();
    answers['treatment:plan'] = () => plan.promise;
    await emitRun(missing);
    expect(state()).toMatchObject({ isPlanning: true, treatment: null });
    expect(planned()).toEqual([{ name: 'treatment:plan', request: { kmsHosts: [] } }]);
    plan.answer({ treatment: treatment('a') });
    await vi.waitFor(() => expect(state().treatment?.digest).toBe('a'));
    expect(state().isPlanning).toBe(false);
  });

  it("isn't requested if all is well or for a report", async () => {
    await emitRun(well);
    expect(state()).toMatchObject({ isPlanning: false, treatment: null });
    const { finished } = state();
    useDoctor.setState({ finished, phase: 'finished' });
    await planTreatment();
    expect(planned()).toEqual([]);
    applyRunEvents(missing);
    useDoctor.setState({
      info: { source: { kind: 'report' } } as unknown as ReturnType<typeof state>['info'],
      isPlanning: false,
    });
    await planTreatment();
    expect(planned()).toEqual([]);
  });

  it('is ignored if planned for an older verdict', async () => {
    const plan = later<TreatmentAnswer>();
    answers['treatment:plan'] = () => plan.promise;
    await emitRun(missing);
    applyRunEvents(missing.slice(0, 3));
    expect(state()).toMatchObject({ phase: 'running', treatment: null, isPlanning: false });
    plan.answer({ treatment: treatment('old') });
    // Lets everything that awaits the response run.
    await new Promise((resolve) => setTimeout(resolve));
    expect(state().treatment).toBeNull();
  });

  it("is null without a notice if it can't be planned, which leaves the individual fixes", async () => {
    answers['treatment:plan'] = () => Promise.resolve({ refused: 'busy' });
    await emitRun(missing);
    await vi.waitFor(() => expect(state().isPlanning).toBe(false));
    expect(state()).toMatchObject({ treatment: null, notice: null });
    expect(reported).not.toHaveBeenCalled();
  });

  it('is null after an unexpected error, which is reported', async () => {
    const fault = new TypeError('gone');
    answers['treatment:plan'] = () => Promise.reject(fault);
    await emitRun(missing);
    await vi.waitFor(() => expect(state().isPlanning).toBe(false));
    expect(reported.mock.calls).toEqual([[fault]]);
    expect(state()).toMatchObject({ treatment: null, notice: null });
  });

  it('is requested again when the language changes', async () => {
    answers['treatment:plan'] = () => Promise.resolve({ treatment: treatment('a') });
    answers['app:set-language'] = () => Promise.resolve(scenarioInfo('two'));
    await emitRun(missing);
    await vi.waitFor(() => expect(state().treatment).not.toBeNull());
    await setLanguage('zh-TW');
    expect(planned()).toHaveLength(2);
    const fault = new TypeError('gone');
    answers['app:set-language'] = () => Promise.reject(fault);
    await setLanguage('en');
    expect(reported.mock.calls).toEqual([[fault]]);
    expect(state().notice).toMatchObject({ intent: 'error' });
  });

  it('is planned with a host that the user names if that helps', async () => {
    answers['treatment:plan'] = () => Promise.resolve({ treatment: nothing('none') });
    await emitRun(missing);
    await vi.waitFor(() => expect(state().treatment?.digest).toBe('none'));
    answers['treatment:plan'] = () => Promise.resolve({ problem: 'No host name.' });
    expect(await tryKmsHost('?')).toEqual({ problem: 'No host name.', helps: false });
    answers['treatment:plan'] = () => Promise.resolve({ treatment: nothing('none') });
    expect(await tryKmsHost('kms9')).toEqual({ problem: null, helps: false });
    expect(state()).toMatchObject({ kmsHosts: [], treatment: { digest: 'none' } });
    answers['treatment:plan'] = () => Promise.resolve({ treatment: treatment('with') });
    expect(await tryKmsHost('kms1')).toEqual({ problem: null, helps: true });
    expect(state()).toMatchObject({ kmsHosts: ['kms1'], treatment: { digest: 'with' } });
    await planTreatment();
    expect(planned().at(-1)?.request).toEqual({ kmsHosts: ['kms1'] });
    setInfo(scenarioInfo('three'));
    expect(state()).toMatchObject({ kmsHosts: [], treatment: null });
  });

  it('finishes planning even if the user tries a host meanwhile', async () => {
    answers['treatment:plan'] = () => Promise.resolve({ treatment: nothing('none') });
    await emitRun(missing);
    await vi.waitFor(() => expect(state().treatment?.digest).toBe('none'));
    const outcomes: readonly TreatmentAnswer[] = [
      { problem: 'No host name.' },
      { treatment: nothing('none') },
    ];
    for (const outcome of outcomes) {
      const plan = later<TreatmentAnswer>();
      answers['treatment:plan'] = () => plan.promise;
      const planning = planTreatment();
      answers['treatment:plan'] = () => Promise.resolve(outcome);
      expect((await tryKmsHost('kms9')).helps).toBe(false);
      plan.answer({ treatment: nothing('none') });
      await planning;
      expect(state()).toMatchObject({ isPlanning: false, treatment: { digest: 'none' } });
    }
  });

  it('is planned with a host again if another one was requested meanwhile', async () => {
    answers['treatment:plan'] = () => Promise.resolve({ treatment: nothing('none') });
    await emitRun(missing);
    await vi.waitFor(() => expect(state().treatment?.digest).toBe('none'));
    const found = later<TreatmentAnswer>();
    answers['treatment:plan'] = () => found.promise;
    const looking = tryKmsHost('kms1');
    answers['treatment:plan'] = () => Promise.resolve({ treatment: nothing('none') });
    await planTreatment();
    answers['treatment:plan'] = () => Promise.resolve({ treatment: treatment('new') });
    found.answer({ treatment: treatment('old') });
    expect(await looking).toEqual({ problem: null, helps: true });
    expect(state()).toMatchObject({ kmsHosts: ['kms1'], treatment: { digest: 'new' } });
  });

  it('takes precedence over a plan in progress if its host helps', async () => {
    const plan = later<TreatmentAnswer>();
    answers['treatment:plan'] = () => plan.promise;
    await emitRun(missing);
    answers['treatment:plan'] = () => Promise.resolve({ treatment: treatment('with') });
    expect((await tryKmsHost('kms1')).helps).toBe(true);
    plan.answer({ treatment: nothing('none') });
    await new Promise((resolve) => setTimeout(resolve));
    expect(state()).toMatchObject({ isPlanning: false, treatment: { digest: 'with' } });
  });

  it("isn't planned while it is applied, and is planned again afterward", async () => {
    answers['treatment:plan'] = () => Promise.resolve({ treatment: treatment('a') });
    await emitRun(missing);
    await vi.waitFor(() => expect(state().treatment?.digest).toBe('a'));
    const applied = later<unknown>();
    answers['treatment:apply'] = () => applied.promise;
    const done = repair('a');
    expect(state()).toMatchObject({ isTreating: true, treatmentProgress: [] });
    listeners['treatment:progress']?.({ type: 'looking' });
    expect(state().treatmentProgress).toEqual([{ type: 'looking' }]);
    await emitRun(missing);
    expect(state().isPlanning).toBe(false);
    expect(planned()).toHaveLength(1);
    applied.answer({ outcome: 'declined', by: 'confirmation' });
    expect(await done).toEqual({ outcome: 'declined', by: 'confirmation' });
    expect(asked.find(({ name }) => name === 'treatment:apply')?.request).toEqual({ digest: 'a' });
    await vi.waitFor(() => expect(planned()).toHaveLength(2));
    useDoctor.setState({ isTreating: false });
  });
});

describe('treatment steps', () => {
  const steps = treatment('a');

  it('have the state given by the progress', () => {
    const lights = (...progress: Parameters<typeof stepStatesAfter>[1]) =>
      stepStatesAfter(steps, progress).map(({ light }) => light);
    expect(lights({ type: 'looking' })).toEqual(['pending', 'pending']);
    expect(lights({ type: 'step-started', index: 0 }, { type: 'waiting', index: 0 })).toEqual([
      'running',
      'pending',
    ]);
    const finished = {
      type: 'step-finished',
      index: 0,
      result: 'applied',
      found: 'activation-pending',
    } as const;
    expect(lights(finished, { type: 'step-started', index: 1 })).toEqual(['pass', 'running']);
    const change = { type: 'change-started', index: 0, title: 'Assign' } as const;
    expect(
      stepStatesAfter(steps, [
        { type: 'step-started', index: 0 },
        { type: 'fix', progress: change },
      ])[0]?.changes,
    ).toEqual([change]);
  });

  it("are not reached if they weren't started", () => {
    const outcome: TreatmentOutcomeView = {
      treatment: 't',
      result: 'failed',
      steps: [
        {
          fix: 'assign-kms-host',
          entry: 'e',
          rehearsed: 'activation-pending',
          found: null,
          result: 'rolled-back',
          failure: 'Denied.',
        },
      ],
      verdict: null,
      left: [],
      why: null,
      next: null,
    };
    expect(finalStepStates(steps, outcome)).toMatchObject([
      { light: 'fail', failure: 'Denied.' },
      { light: 'not-reached' },
    ]);
  });
});

describe('rehearsed path', () => {
  const now = () => {
    applyRunEvents(missing);
    return routeOf(state().checks, state().target);
  };

  it('leads as far as the final verdict allows', () => {
    const route = now();
    const ends = (code: TreatmentView['ends']['code']) =>
      rehearsedPath(
        treatment('a', { steps: [], ends: { code, certainty: 'certain', restsOn: [] } }),
        route,
      );
    expect(ends('healthy')).toEqual(['pass', 'pass', 'pass', 'pass', 'pass', 'pass']);
    expect(ends('kms-port-filtered')).toEqual([
      ...(['pass', 'pass', 'pass', 'pass', 'fail', 'not-reached'] as const),
    ]);
    expect(ends('srv-record-missing').slice(2)).toEqual([
      ...(['fail', 'not-reached', 'not-reached', 'not-reached'] as const),
    ]);
    expect(ends('cannot-diagnose').slice(1)).toEqual(Array(5).fill('unknown'));
  });

  it('leaves the DNS state unchanged if a host is assigned', async () => {
    applyRunEvents(await eventsOf(pc({ dns: { servers: { '10.0.0.10': { answers: false } } } })));
    const route = routeOf(state().checks, state().target);
    expect(rehearsedPath(treatment('a'), route)).toEqual([
      ...(['pass', 'fail', 'pass', 'pass', 'pass', 'pass'] as const),
    ]);
  });
});
