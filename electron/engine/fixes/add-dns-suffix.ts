import { z } from 'zod';
import { toDisplayText } from '@shared/host-input';
import { canonicalName, isHostName } from '@shared/names';
import { refusedByPolicy } from './dns-policy';
import { domainWarnings } from './record-lookups';
import { domain } from './parameters';
import { defineFix, givenText, notApplicable } from './plan';
import { domainWithRecord } from './suggest';

/** Adds a domain to the DNS suffix search list, after the suffixes already in use. */
export const addDnsSuffix = defineFix({
  parameters: z.strictObject({ domain }),
  refusesHere: ({ snapshot }, given) =>
    refusedByPolicy('suffix-search-list', snapshot, () => givenText(given, 'domain')),
  async plan({ values: { domain }, view, facts }) {
    const { suffixSearchList, primaryDnsSuffix, adDomain } = await facts.dnsClient();
    if (suffixSearchList.map(canonicalName).includes(domain)) {
      return notApplicable({ key: 'fixes.notHere.suffixListed', params: { domain } });
    }
    // A search list replaces the suffixes that Windows uses by default, so include them.
    const own = [primaryDnsSuffix, adDomain].flatMap((suffix) => suffix ?? []);
    const base = suffixSearchList.length > 0 ? suffixSearchList : own;
    const unfit = base.find((suffix) => !isHostName(suffix));
    if (unfit !== undefined) {
      return notApplicable({
        key: 'fixes.notHere.suffixUnfit',
        params: { value: toDisplayText(unfit) },
      });
    }
    const suffixes = [...new Set([...base, domain])];
    const { lookupDomain } = view.domains;
    return {
      changes: [{ kind: 'suffix-search-list', suffixes }],
      warnings: [
        ...(await domainWarnings(domain, facts)),
        lookupDomain !== null && {
          key: 'fixes.warnings.lookupDomainWins',
          params: { domain: lookupDomain },
        },
      ],
    };
  },
  initial: (view) => ({ domain: domainWithRecord(view) ?? '' }),
});
