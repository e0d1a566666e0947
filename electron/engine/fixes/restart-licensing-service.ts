import type { Change } from '../changes';
import { adminInstructions } from '../admin-instructions/kms-host';
import { noParameters } from './parameters';
import { defineFix, notApplicable } from './plan';

/** How Windows itself has the licensing service started. */
const WINDOWS_OWN = 'automatic-delayed';

/**
 * Restarts the licensing service, and lets it start again where it was disabled. Where a KMS host is
 * known that does not answer as one, its service is in question, and it is a text for its administrator; otherwise
 * it is this PC's.
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
    // Where not even the service's state can be read, it is what asks that fails, not the service.
    const isSuspect = isDisabled || (!view.licenceRead && sppsvc.ok);
    const isOurs = view.role === 'kms-host' || isSuspect || !isHosts;
    if (!view.windows || !isOurs) {
      return { changes: [], handover: adminInstructions('restart-licensing-service', view) };
    }
    const changes: Change[] = [
      ...(isDisabled
        ? [{ kind: 'service-start', service: 'sppsvc', start: WINDOWS_OWN } as const]
        : []),
      { kind: 'service-restart', service: 'sppsvc', appliesSettings: false },
    ];
    return { changes };
  },
});
