import { adminInstructions } from '../admin-instructions/kms-host';
import { notApplicable, type Fix } from './plan';

/** The host's own key is not activated (domain.md §4): more than trying again has to be done there. */
const HOST_NOT_ACTIVATED = 0xc004f041;

/** One attempt to activate. */
export const activateNow: Fix<'activate-now'> = {
  plan({ view }) {
    if (view.licenceRead && view.licence === null) {
      return notApplicable({ key: 'fixes.notHere.noProductKey' });
    }
    const isHostsFault = view.role !== 'kms-host' && view.lastError === HOST_NOT_ACTIVATED;
    return {
      changes: [{ kind: 'activation' }],
      handover: isHostsFault ? adminInstructions('activate-host', view) : null,
    };
  },
};
