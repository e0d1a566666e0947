import { expect, it, vi } from 'vitest';
import type { FleetOutcome } from '@shared/ipc';

let end: (outcome: FleetOutcome) => void = () => undefined;
vi.stubGlobal('document', { documentElement: {} });
vi.stubGlobal('window', {
  kmsDoctor: {
    on: {},
    request: {
      'fleet:open': () =>
        new Promise<FleetOutcome>((done) => {
          end = done;
        }),
    },
  },
});

const { applyFleetProgress, openFleet, useFleet } = await import('../../../renderer/state/fleet');
const { initI18n } = await import('../../../renderer/i18n/i18n');

const progress = { stage: 'rehearsing', done: 1, total: 41, found: 50, name: null } as const;

it('shows the progress of a read, and ignores late progress events', async () => {
  await initI18n('en');
  const opening = openFleet('opened');
  applyFleetProgress(progress);
  expect(useFleet.getState().reading).toEqual(progress);
  end({ outcome: 'cancelled' });
  await opening;
  // An event that was sent before the response and arrives after it.
  applyFleetProgress(progress);
  expect(useFleet.getState().reading).toBeNull();
});
