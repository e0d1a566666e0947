/** Checks of "Configure the KMS host to publish in multiple DNS domains". */
import { formatEndpoint } from '@shared/names';
import { SPP_KEY } from '../registry-keys';
import { toResult, type SrvLookup } from '../facts/fact-snapshot';
import {
  recordsAtServers,
  effectiveRecords,
  resolverReplacesServers,
  deniesRecord,
} from '../facts/answers';
import { publishDomains } from '../facts/candidate-domains';
import { whenKnown } from '../facts/outstanding';
import type { ChecksOf } from './check';
import { finding, joinShort, lookupEvidence, registryEvidence, unknown } from './finding';
import { asPublishLookup, staleOwnTargets, namesThisComputer } from '../verdict/own-records';

export const publishInMultipleDomains: ChecksOf<'publish-in-multiple-domains'> = {
  'srv-record-other-domains': async (facts) => {
    const [lookups, assigned] = await Promise.all([facts.lookups(), toResult(facts.assignment())]);
    const stands = (lookup: SrvLookup): boolean => effectiveRecords(lookup, lookups).length > 0;
    const others = lookups.filter(({ role }) => role === 'other');
    const evidence = others.flatMap(lookupEvidence);
    const where = others.filter(stands);
    const inVain = !lookups.some((lookup) => lookup.role === 'candidate' && stands(lookup));
    const params = { domains: joinShort(where.map(({ domain }) => domain ?? '')) };
    if (others.length === 0) {
      return finding('not-applicable', 'checks.srv-record-other-domains.noOthers');
    }
    if (where.length === 0 && !others.some(deniesRecord) && !resolverReplacesServers(lookups)) {
      return unknown('no-answer', 'checks.srv-record-needed.unknown', evidence);
    }
    if (where.length === 0) {
      return finding('pass', 'checks.srv-record-other-domains.none', evidence);
    }
    return inVain && !(assigned.ok && assigned.value !== null)
      ? finding('fail', 'checks.srv-record-other-domains.inVain', evidence, params)
      : finding('pass', 'checks.srv-record-other-domains.besides', evidence, params);
  },

  'publish-list': async (facts) => {
    const [value, domains, lookups, targets] = await Promise.all([
      facts.registry('DnsDomainPublishList'),
      facts.domains(),
      facts.lookups(),
      facts.targets(),
      facts.system(),
    ]);
    const concerned = lookups.filter(
      ({ domain }) => domain !== null && domains.publish.includes(domain),
    );
    const evidence = [
      registryEvidence(SPP_KEY, 'DnsDomainPublishList', value),
      ...concerned.flatMap(lookupEvidence),
    ];
    const judged = await whenKnown(() =>
      concerned.map((lookup) => ({
        lookup,
        stands: namesThisComputer(recordsAtServers(lookup), facts.soFar),
      })),
    );
    const lacking = judged.filter(({ stands }) => stands !== true);
    const missing = lacking.flatMap(({ lookup, stands }) =>
      stands === false && deniesRecord(asPublishLookup(lookup)) ? [lookup] : [],
    );
    const params = {
      domains: joinShort(domains.publish),
      missing: joinShort(missing.map(({ domain }) => domain ?? '')),
      listed: publishDomains(value).length,
    };
    // Without a definite answer the record may well exist.
    if (missing.length === 0 && lacking.length > 0) {
      return unknown('no-answer', 'checks.srv-record-needed.unknown', evidence);
    }
    if (missing.length > 0) return finding('fail', 'checks.publish-list.missing', evidence, params);
    if (domains.publish.length === 0) {
      return finding('not-applicable', 'checks.publish-list.nowhere', evidence);
    }
    const misled = await whenKnown(() => staleOwnTargets(targets, facts.soFar));
    if (misled.length === 0) return finding('pass', 'checks.publish-list.ok', evidence, params);
    const endpoints = joinShort(misled.map(({ host, port }) => formatEndpoint(host, port)));
    return finding('warn', 'checks.publish-list.misleading', evidence, { endpoints });
  },
};
