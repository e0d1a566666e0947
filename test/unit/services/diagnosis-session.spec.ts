import type { RunEvent } from '@shared/diagnosis';
import { expect, it, vi } from 'vitest';
import { createDiagnosisSession } from '../../../electron/services/diagnosis-session';
import type { FixService } from '../../../electron/services/fix-service';
import { simulatedSource } from '../../../electron/services/sources';

const fixService = (): FixService => ({
  form: vi.fn(),
  plan: vi.fn(),
  change: vi.fn(),
  journal: vi.fn(),
  planTreatment: vi.fn(),
  factOptions: vi.fn(() => ({})),
  close: vi.fn(),
});
const pc = (name: string) =>
  simulatedSource({ schema: 'kms-doctor/scenario@1', computer: { name } }, name, fixService);

function service(first = pc('PC-1')) {
  const events: RunEvent[] = [];
  const failed: unknown[] = [];
  const engine = createDiagnosisSession(first, {
    event: (event) => events.push(event),
    onSourceChanged: () => undefined,
    failed: (error) => failed.push(error),
  });
  const types = () => events.map(({ type }) => type);
  const finished = () =>
    vi.waitFor(() => expect(types().at(-1)).toBe('run-finished'), { timeout: 9_000 });
  return { engine, events, failed, types, finished };
}

it('runs one diagnosis at a time and keeps the result', async () => {
  const { engine, failed, types, finished } = service();
  expect([engine.start(), engine.start()]).toEqual([true, false]);
  expect(engine.last()).toBeNull();
  await finished();
  expect(types().filter((type) => type === 'run-started')).toHaveLength(1);
  expect(engine.last()?.diagnosis.verdict.code).toBe('healthy');
  expect(failed).toEqual([]);
});

it('stops immediately and emits no more events of the stopped run', async () => {
  const { engine, types, events, finished } = service();
  expect(engine.stop()).toBe(false);
  engine.start();
  await vi.waitFor(() => expect(types()).toContain('check-started'));
  expect(engine.stop()).toBe(true);
  expect(types().at(-1)).toBe('run-cancelled');
  const until = events.length;
  expect(engine.start()).toBe(true);
  await finished();
  expect(
    types()
      .slice(until)
      .filter((type) => type === 'run-cancelled'),
  ).toEqual([]);
});

it('closes the previous source and forgets its result when the source changes', async () => {
  const first = pc('PC-1');
  const { engine, finished, events } = service(first);
  engine.start();
  await finished();
  engine.setSource(pc('PC-2'));
  expect(first.fixes.close).toHaveBeenCalledOnce();
  expect(engine.last()).toBeNull();
  events.length = 0;
  engine.start();
  await finished();
  const last = events.at(-1);
  expect(last?.type === 'run-finished' && last.diagnosis.target.computer).toBe('PC-2');
});

it('aborts a change when the source changes, and ignores its result', async () => {
  const { engine, events, finished } = service();
  expect(engine.stopChange()).toBe(false);
  engine.start();
  await finished();
  const found = engine.last()!;
  let end: () => void = () => undefined;
  let signal: AbortSignal | undefined;
  const slow = engine.change((_fixes, stop) => {
    signal = stop;
    return new Promise<object>((done) => (end = () => done({})));
  });
  engine.take(found);
  expect([signal?.aborted, engine.last() === found]).toEqual([false, true]);
  engine.setSource(pc('PC-2'));
  events.length = 0;
  engine.take(found);
  expect([signal?.aborted, engine.last(), events]).toEqual([true, null, []]);
  // The other PC can be diagnosed meanwhile.
  expect(engine.start()).toBe(true);
  await finished();
  end();
  expect(await slow).toEqual({});
});

it('makes one change at a time, and none during a run or on a report', async () => {
  const { engine, finished } = service();
  let end: () => void = () => undefined;
  const slow = engine.change(() => new Promise((done) => (end = () => done({ outcome: 'stale' }))));
  expect(await engine.change(async () => ({ outcome: 'stale' }))).toBe('busy');
  expect([engine.start(), engine.stopChange()]).toEqual([false, true]);
  end();
  expect(await slow).toEqual({ outcome: 'stale' });
  await expect(
    engine.change(async () => {
      throw new Error('planted');
    }),
  ).rejects.toThrow('planted');
  engine.start();
  expect(await engine.change(async () => ({ outcome: 'stale' }))).toBe('running');
  await finished();
  engine.setSource({ kind: 'report', source: { kind: 'report' } as never });
  expect(await engine.change(async () => ({ outcome: 'stale' }))).toBe('readOnly');
  expect(engine.start()).toBe(false);
});
