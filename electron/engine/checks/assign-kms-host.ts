/** Checks of "Manually assign a KMS host to a KMS client": the manually set host, if any. */
import { isConclusive } from '@shared/kms-path';
import { canonicalName, formatEndpoint, isAddress, isHostName, parentDomains } from '@shared/names';
import { toResult } from '../facts/fact-snapshot';
import { connectedButSilent, reachabilityOf } from '../facts/answers';
import type { Facts } from '../facts/facts';
import type { ChecksOf } from './check';
import {
  addressEvidence,
  finding,
  joinShort,
  rpcEvidence,
  settingEvidence,
  tcpEvidence,
  unknown,
} from './finding';

/** Whether a full name is outside all of this PC's domains and their parent domains. */
async function isOutside(host: string, facts: Facts): Promise<boolean> {
  const domains = await toResult(facts.domains());
  if (!domains.ok || isAddress(host) || !host.includes('.')) return false;
  const { candidates, shadowedDomains, suffixes, publish } = domains.value;
  const own = [...candidates, ...shadowedDomains, ...suffixes, ...publish];
  const known = [...own, ...own.flatMap(parentDomains)];
  return known.length > 0 && !known.some((domain) => canonicalName(host).endsWith(`.${domain}`));
}

const NONE = 'checks.assigned-host-form.none';

export const assignKmsHost: ChecksOf<'assign-kms-host'> = {
  'assigned-host-form': async (facts) => {
    const assignment = await facts.assignment();
    if (assignment === null) return finding('pass', NONE);
    const endpoint = formatEndpoint(assignment.host, assignment.port);
    const evidence = [settingEvidence('KeyManagementServiceMachine', endpoint)];
    const params = { endpoint, host: assignment.host };
    const lookup = await toResult(facts.lookupDomain());
    if (!assignment.isAddress && !isHostName(assignment.host)) {
      return finding('fail', 'checks.assigned-host-form.bad', evidence, params);
    }
    if (await isOutside(assignment.host, facts)) {
      return finding('warn', 'checks.assigned-host-form.outside', evidence, params);
    }
    return lookup.ok && lookup.value !== null
      ? finding('warn', 'checks.assigned-host-form.both', evidence, params)
      : finding('pass', 'checks.assigned-host-form.ok', evidence, params);
  },

  'assigned-host-resolves': async (facts) => {
    const [assignment, target] = await Promise.all([facts.assignment(), facts.assignedTarget()]);
    if (assignment === null || target === null) return finding('not-applicable', NONE);
    if (assignment.isAddress) {
      return finding('not-applicable', 'checks.assigned-host-resolves.literal');
    }
    const evidence = addressEvidence(target);
    const params = {
      host: assignment.host,
      addresses: joinShort(target.probes.map(({ address }) => address)),
    };
    if (target.probes.length > 0) {
      return finding('pass', 'checks.assigned-host-resolves.ok', evidence, params);
    }
    const answered = target.lookups.some(({ servers }) => servers.some(({ a }) => isConclusive(a)));
    return answered
      ? finding('fail', 'checks.assigned-host-resolves.no', evidence, params)
      : unknown('no-answer', 'checks.assigned-host-resolves.noAnswer', evidence, params);
  },

  'assigned-host-answers': async (facts) => {
    const target = await facts.assignedTarget();
    if (target === null) return finding('not-applicable', NONE);
    const evidence = [
      ...tcpEvidence(target.host, target.probes),
      ...rpcEvidence(target.host, target.probes),
    ];
    const params = { endpoint: formatEndpoint(target.host, target.port) };
    switch (reachabilityOf(target)) {
      case 'kms':
        return finding('pass', 'checks.assigned-host-answers.ok', evidence, params);
      case 'not-kms':
        return finding(
          'fail',
          `checks.assigned-host-answers.${connectedButSilent(target) ? 'silent' : 'notKms'}`,
          evidence,
          params,
        );
      case 'refused':
        return finding('fail', 'checks.assigned-host-answers.refused', evidence, params);
      case 'filtered':
        return finding('fail', 'checks.assigned-host-answers.filtered', evidence, params);
      case 'no-route':
        return finding('fail', 'checks.assigned-host-answers.noRoute', evidence, params);
      case 'unread':
        return unknown('not-reached', 'checks.assigned-host-answers.notReached', evidence, params);
    }
  },

  'lookup-domain': async (facts) => {
    const [domain, domains, assignment] = await Promise.all([
      facts.lookupDomain(),
      facts.domains(),
      facts.assignment(),
    ]);
    if (domain === null) return finding('pass', 'checks.lookup-domain.none');
    const evidence = [settingEvidence('KeyManagementServiceLookupDomain', domain)];
    if (assignment !== null)
      return finding('pass', 'checks.lookup-domain.unused', evidence, { domain });
    const params = { domain, hidden: joinShort(domains.shadowedDomains) };
    return finding('warn', 'checks.lookup-domain.set', evidence, params);
  },
};
