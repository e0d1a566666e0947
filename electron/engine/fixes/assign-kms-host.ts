import { z } from 'zod';
import { asWindowsKeepsIt } from '../changes/commands';
import { hostWarnings, probeHost } from './host-probe';
import { hostAndPort, settlePort } from './parameters';
import { defineFix, notApplicable, pendingChanges } from './plan';
import { hostToAssign } from './suggest';

/** Assigns a KMS host by hand, after a look whether anything answers there. */
export const assignKmsHost = defineFix({
  parameters: z.strictObject(hostAndPort).transform(settlePort),
  async plan({ values: { host, port }, view, facts }) {
    const changes = await pendingChanges(facts, [
      { kind: 'kms-assignment', host: asWindowsKeepsIt(host), port },
    ]);
    if (changes.length === 0) {
      return notApplicable({ key: 'fixes.notHere.assignedAlready', params: { host, port } });
    }
    const look = await probeHost(host, port, view, facts);
    return {
      changes,
      warnings: [
        ...hostWarnings(look),
        ...(view.role === 'kms-host' ? [{ key: 'fixes.warnings.isKmsHost' } as const] : []),
      ],
    };
  },
  initial: (view) => hostToAssign(view) ?? {},
});
