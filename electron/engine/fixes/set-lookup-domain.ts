import { doubtsAboutDomain } from './domain-doubts';
import { notHere, outstanding, type Fix } from './plan';
import { domainWithRecord } from './suggest';

/** Has Windows look for the KMS record in one domain, whatever its suffixes are. */
export const setLookupDomain: Fix<'set-lookup-domain'> = {
  async plan({ values: { domain }, view, facts }) {
    const changes = await outstanding(facts, [{ kind: 'lookup-domain', domain }]);
    if (changes.length === 0) {
      return notHere({ key: 'fixes.notHere.lookupDomainSame', params: { domain } });
    }
    return {
      changes,
      warnings: [
        ...(await doubtsAboutDomain(domain, facts)),
        ...(view.assignment === null
          ? []
          : [
              {
                key: 'fixes.warnings.assignmentWins',
                params: { host: view.assignment.host },
              } as const,
            ]),
      ],
    };
  },
  initial: (view) => ({ domain: domainWithRecord(view) ?? '' }),
};
