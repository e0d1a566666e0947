import type { PlacedSettings } from '../facts/fact-types';
import type { Assessment } from '../verdict/assessment';
import { clearNarrowerSettings } from './narrower-places';
import { noParameters } from './parameters';
import { defineFix, notApplicable, pendingChanges } from './plan';

/**
 * Clears the manually set host, port and lookup domain everywhere they're set, so that Windows finds its KMS host
 * through DNS.
 */
export const returnToAutoDiscovery = defineFix({
  parameters: noParameters,
  refusesHere: (view) =>
    isAnythingSet(view) ? null : notApplicable({ key: 'fixes.notHere.automaticAlready' }),
  async plan({ view, facts }) {
    const places = await facts.places();
    const changes = await pendingChanges(facts, [
      { kind: 'kms-assignment', host: null, port: null },
      { kind: 'lookup-domain', domain: null },
      ...clearNarrowerSettings(places),
    ]);
    if (changes.length === 0) return notApplicable({ key: 'fixes.notHere.automaticAlready' });
    const isFound = view.candidates.some(({ presence }) => presence === 'found');
    const willLookElsewhere = view.domains.shadowedDomains.length > 0;
    return {
      changes,
      warnings: isFound || willLookElsewhere ? [] : [{ key: 'fixes.warnings.nothingToDiscover' }],
    };
  },
});

/** Whether a host or a lookup domain is set anywhere; true if that couldn't be read. */
function isAnythingSet({ assignment, domains, snapshot }: Assessment): boolean {
  if (assignment !== null || domains.lookupDomain !== null) return true;
  const { places } = snapshot;
  return !places.ok || places.value.some(isSet);
}

const isSet = ({ assignment, lookupDomain }: PlacedSettings): boolean =>
  assignment !== null || lookupDomain !== null;
