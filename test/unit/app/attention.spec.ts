import { afterEach, expect, it, vi } from 'vitest';
import { diagnose } from '@engine/run';
import { translator } from '@shared/i18n';
import { parseScenario } from '@shared/scenario';
import type { RunEvent } from '@shared/diagnosis';
import { createScenarioComputer } from '../../../electron/computer/scenario';

const shown = vi.hoisted(() => [] as { title: string; body: string }[]);
const clicks = vi.hoisted(() => [] as (() => void)[]);
vi.mock('electron', () => ({
  Notification: class {
    static isSupported = () => true;
    constructor(readonly options: { title: string; body: string }) {}
    on(_: 'click', listener: () => void) {
      clicks.push(listener);
    }
    show() {
      shown.push(this.options);
    }
  },
}));
const { trackRunProgress } = await import('../../../electron/app/attention');

const t = translator('en');

async function eventsOfRun(): Promise<RunEvent[]> {
  const parsed = parseScenario({ schema: 'kms-doctor/scenario@1' });
  if (!parsed.ok) throw new Error('no scenario');
  const run = diagnose(createScenarioComputer(parsed.scenario));
  const events: RunEvent[] = [];
  for await (const event of run.events) events.push(event);
  return events;
}

const windowOf = (isFocused: boolean) => ({
  bar: [] as number[],
  focused: 0,
  setProgressBar(share: number) {
    this.bar.push(share);
  },
  isDestroyed: () => false,
  isFocused: () => isFocused,
  isMinimized: () => false,
  focus() {
    this.focused += 1;
  },
});

afterEach(() => {
  vi.restoreAllMocks();
  shown.length = 0;
  clicks.length = 0;
});

it('fills the taskbar progress bar and removes it', async () => {
  const window = windowOf(false);
  const follow = trackRunProgress(window as never, () => t);
  for (const event of await eventsOfRun()) follow(event);
  expect(window.bar[0]).toBe(0);
  expect(window.bar.at(-1)).toBe(-1);
  const filling = window.bar.slice(0, -1);
  expect(filling).toEqual([...filling].sort((one, other) => one - other));
  expect(filling.at(-1)).toBe(1);
  // After a quick run, the user is still watching.
  expect(shown).toEqual([]);
});

it('notifies the user of the verdict after a long run, unless the window has focus', async () => {
  const events = await eventsOfRun();
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 10_000));
  const behind = windowOf(false);
  events.forEach(trackRunProgress(behind as never, () => t));
  expect(shown).toEqual([
    { title: t('dialogs.notification.finished'), body: t('verdicts.healthy.name') },
  ]);
  clicks[0]?.();
  expect(behind.focused).toBe(1);

  const inFront = windowOf(true);
  events.forEach(trackRunProgress(inFront as never, () => t));
  expect(shown).toHaveLength(1);
});
