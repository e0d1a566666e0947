/** The store, fed by the engine: what the window shows after each event of a run on a simulated PC. */
import { beforeEach, expect, it, vi } from 'vitest';
import { PROCEDURE_IDS } from '@shared/catalog';
import type { RunEvent } from '@shared/diagnosis';
import { diagnose } from '../../../electron/engine/run';
import { pc } from '../computer/scenario/pc';

vi.stubGlobal('window', { kmsDoctor: { on: {}, request: {} } });

const { applyRunEvents, setInfo, setOpenCard, useDoctor } =
  await import('../../../renderer/state/store');
const { routeIn } = await import('../../../renderer/state/route');

const info = (computer: string) =>
  ({ source: { kind: 'scenario', computer, title: computer } }) as unknown as Parameters<
    typeof setInfo
  >[0];

/** Creates a PC whose KMS record is missing. */
const missing = () =>
  pc({ dns: { servers: { '10.0.0.10': { records: [] } } }, licensing: { products: [] } });

async function eventsOf(computer = missing()): Promise<RunEvent[]> {
  const run = diagnose(computer);
  const events: RunEvent[] = [];
  for await (const event of run.events) events.push(event);
  return events;
}

const state = () => useDoctor.getState();

beforeEach(() => {
  setInfo(info('PC-1'));
  setInfo(info('PC-2'));
});

it('reaches the same final state event by event and in one batch', async () => {
  const events = await eventsOf();
  for (const event of events) applyRunEvents([event]);
  const { checks, cards, finished, phase } = state();
  const route = routeIn(state());
  setInfo(info('PC-3'));
  expect(state().phase).toBe('idle');
  applyRunEvents(events);
  expect(state()).toMatchObject({ checks, cards, finished, phase });
  expect(routeIn(state())).toEqual(route);
  expect(phase).toBe('finished');
});

it('has the statuses, messages and verdict of the diagnosis', async () => {
  const events = await eventsOf();
  applyRunEvents(events);
  const last = events.at(-1);
  if (last?.type !== 'run-finished') throw new Error('The run did not finish');
  expect(state().finished).toMatchObject({ verdict: last.diagnosis.verdict });
  for (const { id, status, message } of last.diagnosis.checks) {
    expect(state().checks.find((check) => check.id === id)).toMatchObject({
      status,
      sentence: message,
    });
  }
  for (const id of PROCEDURE_IDS) expect(state().cards[id].light).not.toBe('pending');
});

it('shows an early verdict while the run continues', async () => {
  const events = await eventsOf();
  const known = events.findIndex(({ type }) => type === 'verdict-known');
  applyRunEvents(events.slice(0, known + 1));
  expect(state()).toMatchObject({ phase: 'running', finished: { durationMs: null } });
});

it('preserves the identity of the route and of other cards while they are unchanged', async () => {
  const events = await eventsOf();
  applyRunEvents(events);
  const { cards } = state();
  const route = routeIn(state());
  const finding = events.find((event) => event.type === 'check-finished');
  if (finding === undefined) throw new Error('No check finished');
  applyRunEvents([finding]);
  expect(routeIn(state())).toBe(route);
  const touched = state().checks.find(({ id }) => id === finding.result.id)?.procedure;
  for (const id of PROCEDURE_IDS.filter((other) => other !== touched)) {
    expect(state().cards[id]).toBe(cards[id]);
  }
});

it('has no verdict after a run is stopped', async () => {
  const events = await eventsOf();
  const started = events.findIndex(({ type }) => type === 'check-started');
  applyRunEvents([...events.slice(0, started + 1), { type: 'run-cancelled' }]);
  expect(state()).toMatchObject({ phase: 'stopped', finished: null });
  expect(state().checks.map(({ status }) => status)).toContain('cancelled');
  expect(state().checks.map(({ status }) => status)).not.toContain('running');
});

it('resets the page if the source changes, and keeps it otherwise', async () => {
  applyRunEvents(await eventsOf());
  setOpenCard('check-kms-host');
  setInfo(info('PC-2'));
  expect(state()).toMatchObject({ phase: 'finished', openCard: 'check-kms-host' });
  setInfo(info('PC-9'));
  expect(state()).toMatchObject({ phase: 'idle', finished: null, openCard: null });
});
