import { canonicalName, type Endpoint } from '@shared/names';
import { z } from 'zod';
import { bracketIPv6 } from '../changes/commands';
import { clearOverrides } from './narrower-places';
import { hostWarnings, probeHost } from './host-probe';
import { hostAndPort, mergePort } from './parameters';
import { defineFix, notApplicable, pendingChanges } from './plan';
import { hostToAssign } from './suggest';

/** Whether exactly this host and port are set in the effective place. */
const isAssigned = (assignment: Endpoint | null, { host, port }: Endpoint): boolean =>
  assignment !== null &&
  canonicalName(assignment.host) === canonicalName(host) &&
  assignment.port === port;

/** Sets a KMS host manually, after probing it for a response. */
export const assignKmsHost = defineFix({
  parameters: z.strictObject(hostAndPort).transform(mergePort),
  async plan({ values: { host, port }, view, facts }) {
    const { assignment } = view;
    const isNarrower = assignment !== null && assignment.place !== 'service';
    const changes = isAssigned(assignment, { host, port })
      ? []
      : await pendingChanges(facts, [
          { kind: 'kms-assignment', host: bracketIPv6(host), port },
          ...(isNarrower ? await clearOverrides('assignment', view, facts) : []),
        ]);
    if (changes.length === 0) {
      return notApplicable({ key: 'fixes.notHere.assignedAlready', params: { host, port } });
    }
    const look = await probeHost(host, port, view, facts);
    return {
      changes,
      warnings: [
        ...hostWarnings(look),
        view.role === 'kms-host' && { key: 'fixes.warnings.isKmsHost' },
      ],
    };
  },
  initial: (view) => hostToAssign(view) ?? {},
});
