import { verdictOfError } from '@shared/error-codes';
import { adminInstructions } from '../admin-instructions/kms-host';
import { notApplicable, type Fix } from './plan';

/** One attempt to activate. */
export const activateNow: Fix<'activate-now'> = {
  async plan({ values: { product }, view, facts }) {
    if (product === 'office') {
      const own = (await facts.products()).filter(({ application }) => application === 'office');
      if (own.length === 0) return notApplicable({ key: 'fixes.notHere.noOfficeKey' });
      const office = own.flatMap(({ id }) => id ?? []);
      return { changes: [{ kind: 'activation', office }] };
    }
    if (view.licenceRead && view.licence === null) {
      return notApplicable({ key: 'fixes.notHere.noProductKey' });
    }
    // The host's own key is not activated: more than trying again has to be done there.
    const isHostsFault =
      view.role !== 'kms-host' && verdictOfError(view.lastError) === 'kms-host-not-activated';
    return {
      changes: [{ kind: 'activation' }],
      handover: isHostsFault ? adminInstructions('activate-host', view) : null,
    };
  },
};
