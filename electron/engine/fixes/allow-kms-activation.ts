import { APPLICATION_IDS } from '@shared/kms';
import type { Change } from '../changes';
import { SPP_KEY } from '../computer';
import { toResult } from '../facts/fact-snapshot';
import { notApplicable, pendingChanges, type Fix } from './plan';

/** Lets Windows be activated by every means again, in each place where that was limited. */
export const allowKmsActivation: Fix<'allow-kms-activation'> = {
  async plan({ view, facts }) {
    const id = view.licence?.row['ID'];
    const location = {
      key: `${SPP_KEY}\\${APPLICATION_IDS.windows}`,
      name: 'VLActivationType',
    } as const;
    const ofApplication = await toResult(facts.registryAt(location));
    const places: Change[] = [
      { kind: 'activation-type', productId: null, type: 0 },
      ...(typeof id === 'string' && id !== ''
        ? [{ kind: 'activation-type', productId: id, type: 0 } as const]
        : []),
      // No tool of Windows has a way to the place between the two.
      ...(ofApplication.ok && ofApplication.value !== null
        ? [{ kind: 'registry-value', location, value: null } as const]
        : []),
    ];
    const changes = await pendingChanges(facts, places);
    return changes.length === 0
      ? notApplicable({ key: 'fixes.notHere.activationTypeOpen' })
      : { changes };
  },
};
