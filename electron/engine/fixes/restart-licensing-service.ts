import { adminInstructions } from '../admin-instructions/kms-host';
import { noParameters } from './parameters';
import { defineFix, notApplicable } from './plan';

/** Start type of the licensing service in a default Windows installation. */
const DEFAULT_START_TYPE = 'automatic-delayed';

/**
 * Restarts the licensing service, and enables it if it was disabled. If a known KMS host doesn't respond as one, the
 * service on that host is suspected and the fix becomes instructions for its administrator. Otherwise, the service of
 * this PC is restarted.
 */
export const restartLicensingService = defineFix({
  parameters: noParameters,
  refusesHere: ({ windows, snapshot }) =>
    windows && snapshot.sppsvc.ok && snapshot.sppsvc.value === null
      ? notApplicable({ key: 'fixes.notHere.noLicensingService' })
      : null,
  plan({ view }) {
    const { sppsvc } = view.snapshot;
    const isDisabled = view.windows && sppsvc.ok && sppsvc.value?.start === 'disabled';
    const isHosts = !view.pathIsHealthy && (view.assignment !== null || view.targets.length > 0);
    // If even the service's state can't be read, the problem is in reading, not in the service.
    const isSuspect = isDisabled || (!view.licenceRead && sppsvc.ok);
    const isOurs = view.role === 'kms-host' || isSuspect || !isHosts;
    if (!view.windows || !isOurs) {
      return { handover: adminInstructions('restart-licensing-service', view) };
    }
    return {
      changes: [
        isDisabled && { kind: 'service-start', service: 'sppsvc', start: DEFAULT_START_TYPE },
        { kind: 'service-restart', service: 'sppsvc', appliesSettings: false },
      ],
    };
  },
});
