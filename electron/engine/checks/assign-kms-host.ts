/** Checks of "Manually assign a KMS host to a KMS client": the manually set host, if any. */
import { isConclusive } from '@shared/kms-path';
import { canonicalName, formatEndpoint, isAddress, isHostName, parentDomains } from '@shared/names';
import { joinShort } from '@shared/message';
import { readOr } from '../facts/fact-types';
import { connectedButSilent, reachabilityOf } from '../facts/answers';
import type { Facts } from '../facts/facts';
import type { ChecksOf } from './check';
import { addressEvidence, finding, probeEvidence, settingEvidence, unknown } from './finding';

/** Whether a full name is outside all of this PC's domains and their parent domains. */
async function isOutside(host: string, facts: Facts): Promise<boolean> {
  if (isAddress(host) || !host.includes('.')) return false;
  const { candidates, shadowedDomains, suffixes, publish } = await facts.domains();
  const own = [...candidates, ...shadowedDomains, ...suffixes, ...publish];
  const known = [...own, ...own.flatMap(parentDomains)];
  return known.length > 0 && !known.some((domain) => canonicalName(host).endsWith(`.${domain}`));
}

const NONE = 'checks.assigned-host-form.none';

export const assignKmsHost: ChecksOf<'assign-kms-host'> = {
  'assigned-host-form': async (facts, found) => {
    const assignment = await facts.assignment();
    if (assignment === null) return finding('pass', NONE);
    const endpoint = formatEndpoint(assignment.host, assignment.port);
    const evidence = [settingEvidence('KeyManagementServiceMachine', endpoint)];
    const params = { endpoint, host: assignment.host };
    const lookupDomain = await readOr(facts.lookupDomain(), null);
    if (!assignment.isAddress && !isHostName(assignment.host)) {
      return found('fail', 'bad', evidence, params);
    }
    if (await isOutside(assignment.host, facts)) return found('warn', 'outside', evidence, params);
    return lookupDomain === null
      ? found('pass', 'ok', evidence, params)
      : found('warn', 'both', evidence, params);
  },

  'assigned-host-resolves': async (facts, found) => {
    const [assignment, target] = await Promise.all([facts.assignment(), facts.assignedTarget()]);
    if (assignment === null || target === null) return finding('not-applicable', NONE);
    if (assignment.isAddress) return found('not-applicable', 'literal');
    const evidence = addressEvidence(target);
    const params = {
      host: assignment.host,
      addresses: joinShort(target.probes.map(({ address }) => address)),
    };
    if (target.probes.length > 0) return found('pass', 'ok', evidence, params);
    const answered = target.lookups.some(({ servers }) => servers.some(({ a }) => isConclusive(a)));
    return answered
      ? found('fail', 'no', evidence, params)
      : unknown('no-answer', 'checks.assigned-host-resolves.noAnswer', evidence, params);
  },

  'assigned-host-answers': async (facts, found) => {
    const target = await facts.assignedTarget();
    if (target === null) return finding('not-applicable', NONE);
    const evidence = probeEvidence([target]);
    const params = { endpoint: formatEndpoint(target.host, target.port) };
    const reach = reachabilityOf(target);
    switch (reach) {
      case 'kms':
        return found('pass', 'ok', evidence, params);
      case 'not-kms':
        return found('fail', connectedButSilent(target) ? 'silent' : 'notKms', evidence, params);
      case 'unread':
        return unknown('not-reached', 'checks.assigned-host-answers.notReached', evidence, params);
      default:
        return found('fail', reach === 'no-route' ? 'noRoute' : reach, evidence, params);
    }
  },

  'lookup-domain': async (facts, found) => {
    const [domain, domains, assignment] = await Promise.all([
      facts.lookupDomain(),
      facts.domains(),
      facts.assignment(),
    ]);
    if (domain === null) return found('pass', 'none');
    const evidence = [settingEvidence('KeyManagementServiceLookupDomain', domain)];
    if (assignment !== null) return found('pass', 'unused', evidence, { domain });
    const params = { domain, hidden: joinShort(domains.shadowedDomains) };
    return found('warn', 'set', evidence, params);
  },
};
