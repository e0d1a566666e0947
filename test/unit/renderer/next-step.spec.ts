/** No dead ends: each state of the window has exactly one next step, and it's available there. */
import { describe, expect, it, vi } from 'vitest';
import { VERDICT_CODES, type VerdictCode } from '@shared/catalog';
import type { RunEvent } from '@shared/diagnosis';
import { translator } from '@shared/i18n';
import type { AppInfo } from '@shared/ipc';
import { diagnose } from '@engine/run';
import { planTreatment } from '@engine/treatment/plan';
import { viewTreatment } from '@engine/treatment/views';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { computerOf, EXPECTED } from '../../scenarios/cases';
import { pc } from '../computer/scenario/pc';

vi.stubGlobal('window', { kmsDoctor: { on: {}, request: {} } });

const { applyRunEvents, setInfo, setTreatment, useDoctor } =
  await import('../../../renderer/state/store');
const { nextStep } = await import('../../../renderer/features/verdict/next-step');

let opened = 0;
/** Resets the page to a new source. */
function open(kind: 'this-pc' | 'network' | 'scenario' | 'facts', elevated = true): void {
  opened += 1;
  setInfo({ source: { kind, title: opened, computer: 'PC' }, elevated } as unknown as AppInfo);
}

async function eventsOf(computer: Parameters<typeof diagnose>[0]): Promise<RunEvent[]> {
  const run = diagnose(computer);
  const events: RunEvent[] = [];
  for await (const event of run.events) events.push(event);
  return events;
}

const step = () => nextStep(useDoctor.getState());

/** Number of cases tested per verdict; KMS_DOCTOR_FULL tests all of them. */
const SAMPLE = 3;

const CASES = VERDICT_CODES.map((code): [VerdictCode, string[]] => [
  code,
  Object.keys(EXPECTED)
    .filter((name) => EXPECTED[name]?.code === code)
    .filter((_, index) => process.env['KMS_DOCTOR_FULL'] === '1' || index < SAMPLE),
]);

/** Whether the next step is available with the verdict. */
function canBeTaken(): boolean {
  const { finished, checks } = useDoctor.getState();
  const next = step();
  const { code, fixes, message } = finished!.verdict;
  switch (next?.is) {
    case undefined:
      return code === 'healthy' && fixes.length === 0;
    case 'fix':
      return fixes.includes(next.fix) && next.fix !== 'test-routing';
    case 'message':
      return message !== null;
    case 'show-card':
      return checks.some(
        ({ procedure, status }) => procedure === next.card && status !== 'not-applicable',
      );
    case 'diagnose':
      return next.again && code === 'cannot-diagnose';
    default:
      return false;
  }
}

describe.each(CASES)('%s', (code, names) => {
  it('has an available next step, even if nothing can be repaired from here', async () => {
    expect(names).not.toEqual([]);
    for (const name of names) {
      const events = await eventsOf(computerOf(name));
      for (const kind of ['scenario', 'facts'] as const) {
        open(kind);
        applyRunEvents(events);
        const isHealthy = code === 'healthy';
        if (!isHealthy) expect(step(), name).toEqual({ is: 'repair', offer: 'awaited' });
        setTreatment(null, []);
        if (kind === 'scenario')
          expect(canBeTaken(), `${name}: ${JSON.stringify(step())}`).toBe(true);
        else expect(step()?.is, name).not.toBe('diagnose');
      }
    }
  });
});

it.each([
  ['healthy/default', null],
  ['healthy/not-renewed-for-months', { is: 'fix', fix: 'activate-now' }],
  // The only fix is a test, which would only prove what's already certain.
  ['kms-port-filtered/own-firewall', { is: 'show-card', card: 'find-routing-issue' }],
] as const)(
  "doesn't offer a test as a fix, or a step if there is nothing to fix: %s",
  async (name, expected) => {
    open('scenario');
    applyRunEvents(await eventsOf(computerOf(name)));
    setTreatment(null, []);
    expect(step()).toEqual(expected);
  },
);

/** Creates a PC whose PowerShell hangs, so that neither the license nor events can be read. */
const silent = () => pc({ faults: { powershell: 'hang' } });
const denied = () => pc({ faults: { powershell: 'denied' } });

it('offers to diagnose first, then to stop, and to diagnose again after a stop', async () => {
  open('this-pc');
  expect(step()).toEqual({ is: 'diagnose', again: false });
  const events = await eventsOf(computerOf('srv-record-missing/empty-server'));
  const known = events.findIndex(({ type }) => type === 'verdict-known');
  for (const event of events.slice(0, known)) {
    applyRunEvents([event]);
    expect(step()).toEqual({ is: 'stop' });
  }
  applyRunEvents(events.slice(known, known + 1));
  expect(step()).toEqual({ is: 'repair', offer: 'awaited' });
  applyRunEvents([{ type: 'run-cancelled' }]);
  expect(step()).toEqual({ is: 'diagnose', again: true });
});

it.each([
  ['this-pc', true, silent, { is: 'diagnose', again: true }],
  ['this-pc', false, silent, { is: 'diagnose', again: true }],
  ['this-pc', true, denied, { is: 'diagnose', again: true }],
  ['this-pc', false, denied, { is: 'restart-elevated' }],
  ['scenario', false, denied, { is: 'diagnose', again: true }],
  ['facts', false, denied, { is: 'show-card', card: 'change-to-mak' }],
] as const)(
  'offers a step for unread facts on %s, elevated %s (%#)',
  async (kind, elevated, computer, expected) => {
    const events = await eventsOf(computer());
    open(kind, elevated);
    applyRunEvents(events.filter(({ type }) => type !== 'target-known'));
    useDoctor.setState({ target: null });
    setTreatment(null, []);
    expect(useDoctor.getState().finished?.verdict.code).toBe('cannot-diagnose');
    expect(step()).toEqual(expected);
  },
);

it('offers only to copy the ticket or the message of a report', async () => {
  const { diagnosis } = await diagnose(silent()).result;
  open('scenario');
  useDoctor.setState({ info: { source: { kind: 'report' } } as AppInfo, phase: 'finished' });
  for (const [message, is] of [
    [null, 'copy-ticket'],
    [{ for: 'network', title: '', subject: '', text: '' }, 'message'],
  ] as const) {
    const verdict = {
      ...diagnosis.verdict,
      code: 'kms-port-filtered',
      fixes: ['test-routing'],
      message,
    };
    useDoctor.setState({ finished: { ...diagnosis, verdict } as never });
    expect(step()).toEqual({ is });
  }
});

describe('a treatment that only retries activation', () => {
  it.each([
    'kms-count-too-low/client-was-told',
    'kms-host-cannot-activate-this-product/vm-not-supported',
    'kms-host-not-activated/client-was-told',
  ])('is preceded by sending the message: %s', async (name) => {
    const run = diagnose(computerOf(name));
    open('scenario');
    for await (const event of run.events) applyRunEvents([event]);
    const found = await run.result;
    const treatment = await planTreatment(found, { simulate: createScenarioComputer });
    expect(treatment.steps.map(({ fix }) => fix)).toEqual(['activate-now']);
    setTreatment(viewTreatment(treatment, found.diagnosis.target, translator('en')), []);
    expect(step()).toEqual({ is: 'message' });
  });
});
