/** "Configure the KMS host to publish in multiple DNS domains". */
import { SPP_KEY } from '../computer';
import { settle, recordsAtServers, saysNo } from '../situation';
import { publishDomains } from '../facts';
import type { ChecksOf } from './check';
import { finding, list, lookupEvidence, registryEvidence } from './finding';
import { ownNames, standsAt } from '../own-records';

export const publishInMultipleDomains: ChecksOf<'publish-in-multiple-domains'> = {
  'srv-record-other-domains': async (facts) => {
    const [lookups, assigned] = await Promise.all([facts.lookups(), settle(facts.assignment())]);
    const others = lookups.filter(({ role }) => role === 'other');
    const evidence = others.flatMap((lookup) => lookupEvidence({ ...lookup, resolver: null }));
    const where = others.filter((lookup) => recordsAtServers(lookup).length > 0);
    const inVain = !lookups.some(
      (lookup) => lookup.role === 'candidate' && recordsAtServers(lookup).length > 0,
    );
    const params = { domains: list(where.map(({ domain }) => domain ?? '')) };
    if (others.length === 0) {
      return finding('not-applicable', { key: 'checks.srv-record-other-domains.noOthers' });
    }
    if (where.length === 0 && !others.some(saysNo)) {
      return finding('unknown', { key: 'checks.srv-record-needed.unknown' }, evidence, 'no-answer');
    }
    if (where.length === 0) {
      return finding('pass', { key: 'checks.srv-record-other-domains.none' }, evidence);
    }
    return inVain && !(assigned.read && assigned.value !== null)
      ? finding('fail', { key: 'checks.srv-record-other-domains.inVain', params }, evidence)
      : finding('pass', { key: 'checks.srv-record-other-domains.besides', params }, evidence);
  },

  'publish-list': async (facts) => {
    const [value, domains, lookups, system] = await Promise.all([
      facts.registry('DnsDomainPublishList'),
      facts.domains(),
      facts.lookups(),
      facts.system(),
    ]);
    const own = ownNames(system.name, domains);
    const concerned = lookups.filter(
      ({ domain }) => domain !== null && domains.publish.includes(domain),
    );
    const evidence = [
      registryEvidence(SPP_KEY, 'DnsDomainPublishList', value),
      ...concerned.flatMap(lookupEvidence),
    ];
    const missing = concerned.filter((lookup) => !standsAt(recordsAtServers(lookup), own));
    const params = {
      domains: list(domains.publish),
      missing: list(missing.map(({ domain }) => domain ?? '')),
      listed: publishDomains(value).length,
    };
    return missing.length > 0
      ? finding('fail', { key: 'checks.publish-list.missing', params }, evidence)
      : finding('pass', { key: 'checks.publish-list.ok', params }, evidence);
  },
};
