import { z } from 'zod';
import { domainWarnings } from './record-lookups';
import { clearOverrides } from './narrower-places';
import { domain } from './parameters';
import { defineFix, notApplicable, pendingChanges } from './plan';
import { domainWithRecord } from './suggest';

/** Makes Windows look up the KMS record in one domain, regardless of its DNS suffixes. */
export const setLookupDomain = defineFix({
  parameters: z.strictObject({ domain }),
  async plan({ values: { domain }, view, facts }) {
    const isSet = view.domains.lookupDomain !== null;
    const changes = await pendingChanges(facts, [
      { kind: 'lookup-domain', domain },
      ...(isSet ? await clearOverrides('lookupDomain', view, facts) : []),
    ]);
    if (changes.length === 0) {
      return notApplicable({ key: 'fixes.notHere.lookupDomainSame', params: { domain } });
    }
    return {
      changes,
      warnings: [
        ...(await domainWarnings(domain, facts)),
        view.assignment !== null && {
          key: 'fixes.warnings.assignmentWins',
          params: { host: view.assignment.host },
        },
      ],
    };
  },
  initial: (view) => ({ domain: domainWithRecord(view) ?? '' }),
});
