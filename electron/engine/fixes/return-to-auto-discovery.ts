import { notApplicable, pendingChanges, type Fix } from './plan';

/** Takes assigned host, port and lookup domain away, so that Windows finds its KMS host through DNS. */
export const returnToAutoDiscovery: Fix<'return-to-auto-discovery'> = {
  async plan({ view, facts }) {
    const changes = await pendingChanges(facts, [
      { kind: 'kms-assignment', host: null, port: null },
      { kind: 'lookup-domain', domain: null },
    ]);
    if (changes.length === 0) return notApplicable({ key: 'fixes.notHere.automaticAlready' });
    const isFound = view.candidates.some(({ presence }) => presence === 'found');
    const willLookElsewhere = view.domains.shadowedDomains.length > 0;
    return {
      changes,
      warnings: isFound || willLookElsewhere ? [] : [{ key: 'fixes.warnings.nothingToDiscover' }],
    };
  },
};
