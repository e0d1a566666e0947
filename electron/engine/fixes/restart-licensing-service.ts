import type { Change } from '../changes';
import { handOver } from '../handover/kms-host';
import { settle } from '../situation';
import { notHere, type Fix } from './plan';

/** How Windows itself has the licensing service started. */
const WINDOWS_OWN = 'automatic-delayed';

/**
 * Restarts the licensing service, and lets it start again where it was disabled. Where a KMS host is
 * known that does not answer as one, its service is in question, and it is a text for its administrator; otherwise
 * it is this PC's.
 */
export const restartLicensingService: Fix<'restart-licensing-service'> = {
  async plan({ view, facts }) {
    const service = view.windows ? await settle(facts.sppsvc()) : null;
    if (service?.read === true && service.value === null) {
      return notHere({ key: 'fixes.notHere.noLicensingService' });
    }
    const isDisabled = service?.read === true && service.value?.start === 'disabled';
    const isHosts = !view.wayIsGood && (view.assignment !== null || view.targets.length > 0);
    const isOurs = view.role === 'kms-host' || isDisabled || !view.licenceRead || !isHosts;
    if (!view.windows || !isOurs) {
      return { changes: [], handover: handOver('restart-licensing-service', view) };
    }
    const changes: Change[] = [
      ...(isDisabled
        ? [{ kind: 'service-start', service: 'sppsvc', start: WINDOWS_OWN } as const]
        : []),
      { kind: 'service-restart', service: 'sppsvc', appliesSettings: false },
    ];
    return { changes };
  },
};
