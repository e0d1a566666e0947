import { asWindowsKeepsIt } from '../changes/commands';
import { doubtsAbout, lookAt } from './look';
import { notHere, outstanding, type Fix } from './plan';
import { suggestedHosts } from './suggest';

/** Assigns a KMS host by hand, after a look whether anything answers there. */
export const assignKmsHost: Fix<'assign-kms-host'> = {
  async plan({ values: { host, port }, view, facts }) {
    const changes = await outstanding(facts, [
      { kind: 'kms-assignment', host: asWindowsKeepsIt(host), port },
    ]);
    if (changes.length === 0) {
      return notHere({ key: 'fixes.notHere.assignedAlready', params: { host, port } });
    }
    const look = await lookAt(host, port, view, facts);
    return {
      changes,
      warnings: [
        ...doubtsAbout(look),
        ...(view.role === 'kms-host' ? [{ key: 'fixes.warnings.isKmsHost' } as const] : []),
      ],
    };
  },
  initial(view, expectedHosts) {
    const assigned = view.assignment?.host;
    const best = suggestedHosts(view, expectedHosts).find(({ host }) => host !== assigned);
    return best ?? {};
  },
};
