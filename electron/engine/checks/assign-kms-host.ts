/** "Manually assign a KMS host to a KMS client": the host set by hand, if there is one. */
import { formatEndpoint, isHostName } from '@shared/names';
import { reachabilityOf, toResult, isDefinite } from '../facts/fact-snapshot';
import type { ChecksOf } from './check';
import {
  addressEvidence,
  finding,
  list,
  rpcEvidence,
  settingEvidence,
  tcpEvidence,
} from './finding';

const NONE = { key: 'checks.assigned-host-form.none' } as const;

export const assignKmsHost: ChecksOf<'assign-kms-host'> = {
  'assigned-host-form': async (facts) => {
    const assignment = await facts.assignment();
    if (assignment === null) return finding('pass', NONE);
    const endpoint = formatEndpoint(assignment.host, assignment.port);
    const evidence = [settingEvidence('KeyManagementServiceMachine', endpoint)];
    const params = { endpoint, host: assignment.host };
    const lookup = await toResult(facts.lookupDomain());
    if (!assignment.isAddress && !isHostName(assignment.host)) {
      return finding('fail', { key: 'checks.assigned-host-form.bad', params }, evidence);
    }
    return lookup.ok && lookup.value !== null
      ? finding('warn', { key: 'checks.assigned-host-form.both', params }, evidence)
      : finding('pass', { key: 'checks.assigned-host-form.ok', params }, evidence);
  },

  'assigned-host-resolves': async (facts) => {
    const [assignment, target] = await Promise.all([facts.assignment(), facts.assignedTarget()]);
    if (assignment === null || target === null) return finding('not-applicable', NONE);
    if (assignment.isAddress) {
      return finding('not-applicable', { key: 'checks.assigned-host-resolves.literal' });
    }
    const evidence = addressEvidence(target);
    const params = {
      host: assignment.host,
      addresses: list(target.probes.map(({ address }) => address)),
    };
    if (target.probes.length > 0) {
      return finding('pass', { key: 'checks.assigned-host-resolves.ok', params }, evidence);
    }
    const answered = target.lookups.some(({ servers }) => servers.some(({ a }) => isDefinite(a)));
    return answered
      ? finding('fail', { key: 'checks.assigned-host-resolves.no', params }, evidence)
      : finding(
          'unknown',
          { key: 'checks.assigned-host-resolves.noAnswer', params },
          evidence,
          'no-answer',
        );
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
        return finding('pass', { key: 'checks.assigned-host-answers.ok', params }, evidence);
      case 'not-kms':
        return finding('fail', { key: 'checks.assigned-host-answers.notKms', params }, evidence);
      case 'refused':
        return finding('fail', { key: 'checks.assigned-host-answers.refused', params }, evidence);
      case 'filtered':
        return finding('fail', { key: 'checks.assigned-host-answers.filtered', params }, evidence);
      case 'unread':
        return finding(
          'unknown',
          { key: 'checks.assigned-host-answers.notReached', params },
          evidence,
          'not-reached',
        );
    }
  },

  'lookup-domain': async (facts) => {
    const [domain, domains] = await Promise.all([facts.lookupDomain(), facts.domains()]);
    if (domain === null) return finding('pass', { key: 'checks.lookup-domain.none' });
    const evidence = [settingEvidence('KeyManagementServiceLookupDomain', domain)];
    const params = { domain, hidden: list(domains.shadowedDomains) };
    return finding('warn', { key: 'checks.lookup-domain.set', params }, evidence);
  },
};
