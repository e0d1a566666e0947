import { z } from 'zod';
import { escapeLine } from '@shared/printable';
import { SPP_KEY } from '../registry-keys';
import { adminInstructions } from '../admin-instructions/kms-host';
import { formatPublishEntry, readPublishList } from '../parameter-readers';
import { required } from './parameters';
import { defineFix, notApplicable, pendingChanges } from './plan';
import { checkPublishing } from './publishing-check';

/** The last procedure of Microsoft's article: the KMS host publishes itself in several domains. */
export const setPublishList = defineFix({
  parameters: z.strictObject({
    domains: required('list', readPublishList, {
      show: (domains) => domains.map(formatPublishEntry),
    }),
  }),
  async plan({ values: { domains }, view, facts }) {
    const entries = domains.map(formatPublishEntry);
    if (view.role !== 'kms-host') {
      return { handover: adminInstructions('publish-list', view, domains) };
    }
    const changes = await pendingChanges(facts, [
      {
        kind: 'registry-value',
        location: { key: SPP_KEY, name: 'DnsDomainPublishList' },
        value: entries.length === 0 ? null : { type: 'REG_MULTI_SZ', value: entries },
      },
    ]);
    if (changes.length === 0) return notApplicable({ key: 'fixes.notHere.publishListSame' });
    const home = view.domains.publish[0] ?? null;
    const isHomeLeftOut =
      home !== null && domains.length > 0 && !domains.some(({ domain }) => domain === home);
    return {
      changes: [...changes, { kind: 'service-restart', service: 'sppsvc', appliesSettings: true }],
      warnings: [
        isHomeLeftOut && { key: 'fixes.warnings.homeDomain', params: { domain: home } },
        view.publishing === 'off' && { key: 'fixes.warnings.publishingOff' },
      ],
    };
  },
  initial({ domains, snapshot: { publishList } }) {
    const listed =
      publishList.ok && publishList.value?.type === 'REG_MULTI_SZ' ? publishList.value.value : [];
    // Make hidden characters in an entry visible; the form's schema then reports what's wrong with it.
    return { domains: listed.length > 0 ? listed.map(escapeLine) : domains.publish.slice(0, 1) };
  },
  afterApply: checkPublishing,
});
