import { beforeEach, expect, it, vi } from 'vitest';
import { translator } from '@shared/i18n';

const asked: string[] = [];
let started = false;
vi.stubGlobal('document', { documentElement: {} });
vi.stubGlobal('window', {
  kmsDoctor: {
    on: {},
    request: {
      'app:restart-elevated': () => {
        asked.push('app:restart-elevated');
        return Promise.resolve({ started });
      },
    },
  },
});

const { restartElevated } = await import('../../../renderer/state/actions');
const { setDialog, setNotice, useDoctor } = await import('../../../renderer/state/store');
const { noteForOutcome } = await import('../../../renderer/components/outcome-note');
const { initI18n } = await import('../../../renderer/i18n/i18n');

beforeEach(async () => {
  await initI18n('en');
  asked.length = 0;
  setNotice(null);
  setDialog({ kind: 'fix', fix: 'activate-now' });
});

it('offers to restart as administrator only if that helps', () => {
  const refused = { outcome: 'refused', message: 'No session.' } as const;
  expect(noteForOutcome({ ...refused, restart: true })).toMatchObject({ restart: true });
  expect(noteForOutcome(refused)).toMatchObject({
    intent: 'error',
    text: 'No session.',
    restart: false,
  });
  expect(noteForOutcome({ outcome: 'declined', by: 'uac' })).not.toHaveProperty('restart');
});

it("shows a notice if Windows didn't start the app as administrator", async () => {
  void restartElevated();
  await vi.waitFor(() => expect(useDoctor.getState().notice).not.toBeNull());
  expect(asked).toEqual(['app:restart-elevated']);
  expect(useDoctor.getState()).toMatchObject({
    dialog: null,
    notice: { intent: 'error', text: translator('en')('window.notice.notRestarted') },
  });
});

it('leaves the window unchanged if the elevated app starts, since the window then closes by itself', async () => {
  started = true;
  void restartElevated();
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  expect(useDoctor.getState()).toMatchObject({ notice: null, dialog: { kind: 'fix' } });
});
