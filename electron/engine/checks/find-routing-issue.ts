/** "Determine the type of routing issue": clock, port, own firewall, and what answers. */
import { formatEndpoint } from '@shared/names';
import type { Facts } from '../facts/facts';
import { addressesLeftOut, reachabilityOf, type Target } from '../facts/fact-snapshot';
import { CLOCK_LIMIT_MINUTES } from '../verdict/assessment';
import type { ChecksOf } from './check';
import { finding, leftOutEvidence, list, rpcEvidence, tcpEvidence } from './finding';
import type { Finding } from '@shared/diagnosis';

/** Minutes from which an offset is worth a word, though KMS still takes it. */
const CLOCK_WARNING_MINUTES = 5;

const endpoints = (targets: readonly Target[]): string =>
  list(targets.map(({ host, port }) => formatEndpoint(host, port)));

/** The hosts that this PC would talk to: the assigned one, or those that DNS names. */
async function hosts(facts: Facts): Promise<readonly Target[]> {
  const [assigned, discovered] = await Promise.all([facts.assignedTarget(), facts.targets()]);
  return assigned === null ? discovered : [assigned];
}

const nothingToReach = (): Finding =>
  finding('unknown', { key: 'checks.kms-port-reachable.noTarget' }, [], 'not-reached');

export const findRoutingIssue: ChecksOf<'find-routing-issue'> = {
  'clock-offset': async (facts) => {
    const { minutes, source } = await facts.clock();
    const off = Math.round(Math.abs(minutes));
    const params = { minutes: off % 60, hours: Math.floor(off / 60), total: off, source };
    const evidence = [{ kind: 'clock' as const, title: source, data: { minutes, source } }];
    if (Math.abs(minutes) > CLOCK_LIMIT_MINUTES) {
      return finding('fail', { key: 'checks.clock-offset.tooFar', params }, evidence);
    }
    return off >= CLOCK_WARNING_MINUTES
      ? finding('warn', { key: 'checks.clock-offset.off', params }, evidence)
      : finding('pass', { key: 'checks.clock-offset.ok', params }, evidence);
  },

  'kms-port-reachable': async (facts) => {
    const targets = await hosts(facts);
    const tried = targets.filter(({ probes }) => probes.length > 0);
    const evidence = targets.flatMap((target) => [
      ...tcpEvidence(target.host, target.probes),
      ...leftOutEvidence(`Addresses of ${target.host}`, addressesLeftOut(target)),
    ]);
    if (tried.length === 0) return nothingToReach();
    const open = tried.filter((target) => ['kms', 'not-kms'].includes(reachabilityOf(target)));
    const filtered = tried.filter((target) => reachabilityOf(target) === 'filtered');
    const refused = tried.filter((target) => reachabilityOf(target) === 'refused');
    const params = {
      open: endpoints(open),
      filtered: endpoints(filtered),
      closed: endpoints([...filtered, ...refused]),
      endpoints: endpoints(tried),
    };
    if (open.length === 0) {
      if (filtered.length > 0) {
        return finding('fail', { key: 'checks.kms-port-reachable.filtered', params }, evidence);
      }
      return refused.length > 0
        ? finding('fail', { key: 'checks.kms-port-reachable.refused', params }, evidence)
        : finding('unknown', { key: 'reasons.timed-out' }, evidence, 'timed-out');
    }
    return filtered.length + refused.length > 0
      ? finding('warn', { key: 'checks.kms-port-reachable.some', params }, evidence)
      : finding('pass', { key: 'checks.kms-port-reachable.ok', params }, evidence);
  },

  'outbound-firewall': async (facts) => {
    const blocked = await facts.outboundBlocked();
    const evidence = [
      { kind: 'firewall' as const, title: 'outbound', data: { rule: 'outbound', blocked } },
    ];
    return blocked
      ? finding('fail', { key: 'checks.outbound-firewall.blocked' }, evidence)
      : finding('pass', { key: 'checks.outbound-firewall.ok' }, evidence);
  },

  'kms-service-answers': async (facts) => {
    const targets = await hosts(facts);
    const evidence = targets.flatMap(({ host, probes }) => rpcEvidence(host, probes));
    const connected = targets.filter((target) =>
      ['kms', 'not-kms'].includes(reachabilityOf(target)),
    );
    if (connected.length === 0) return nothingToReach();
    const kms = connected.filter((target) => reachabilityOf(target) === 'kms');
    const other = connected.filter((target) => reachabilityOf(target) === 'not-kms');
    const params = { kms: endpoints(kms), other: endpoints(other) };
    if (kms.length === 0) {
      return finding('fail', { key: 'checks.kms-service-answers.no', params }, evidence);
    }
    return other.length > 0
      ? finding('warn', { key: 'checks.kms-service-answers.some', params }, evidence)
      : finding('pass', { key: 'checks.kms-service-answers.ok', params }, evidence);
  },
};
