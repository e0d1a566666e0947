/** Checks of "Configure the KMS host to publish in multiple DNS domains". */
import { joinShort } from '@shared/message';
import { SPP_KEY } from '../registry-keys';
import { readOr, type SrvLookup } from '../facts/fact-types';
import {
  recordsAtServers,
  effectiveRecords,
  resolverReplacesServers,
  deniesRecord,
} from '../facts/answers';
import { publishDomains } from '../facts/candidate-domains';
import { whenKnown } from '../facts/outstanding';
import type { ChecksOf } from './check';
import { joinDomains, joinEndpoints, lookupEvidence, registryEvidence, unknown } from './finding';
import { asPublishLookup, staleOwnTargets, namesThisComputer } from '../verdict/own-records';

export const publishInMultipleDomains: ChecksOf<'publish-in-multiple-domains'> = {
  'srv-record-other-domains': async (facts, found) => {
    const [lookups, assigned] = await Promise.all([
      facts.lookups(),
      readOr(facts.assignment(), null),
    ]);
    const stands = (lookup: SrvLookup): boolean => effectiveRecords(lookup, lookups).length > 0;
    const others = lookups.filter(({ role }) => role === 'other');
    const evidence = others.flatMap(lookupEvidence);
    const where = others.filter(stands);
    const inVain = !lookups.some((lookup) => lookup.role === 'candidate' && stands(lookup));
    const params = { domains: joinDomains(where) };
    if (others.length === 0) return found('not-applicable', 'noOthers');
    if (where.length === 0 && !others.some(deniesRecord) && !resolverReplacesServers(lookups)) {
      return unknown('no-answer', 'checks.srv-record-needed.unknown', evidence);
    }
    if (where.length === 0) return found('pass', 'none', evidence);
    return inVain && assigned === null
      ? found('fail', 'inVain', evidence, params)
      : found('pass', 'besides', evidence, params);
  },

  'publish-list': async (facts, found) => {
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
      missing: joinDomains(missing),
      listed: publishDomains(value).length,
    };
    // Without a definite answer the record may well exist.
    if (missing.length === 0 && lacking.length > 0) {
      return unknown('no-answer', 'checks.srv-record-needed.unknown', evidence);
    }
    if (missing.length > 0) return found('fail', 'missing', evidence, params);
    if (domains.publish.length === 0) return found('not-applicable', 'nowhere', evidence);
    const misled = await whenKnown(() => staleOwnTargets(targets, facts.soFar));
    if (misled.length === 0) return found('pass', 'ok', evidence, params);
    return found('warn', 'misleading', evidence, { endpoints: joinEndpoints(misled) });
  },
};
