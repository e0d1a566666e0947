/**
 * Checks of "Determine the type of routing issue": clock, KMS port, outbound firewall, and the service that answers.
 */
import type { Finding } from '@shared/diagnosis';
import { hostsInUse, isOpen, type Reachability } from '@shared/kms-path';
import { CLOCK_LIMIT_MINUTES } from '@shared/kms';
import { joinShort } from '@shared/message';
import { clockDifference } from '@shared/utc-time';
import type { Facts } from '../facts/facts';
import type { Target } from '../facts/fact-types';
import { addressesLeftOut, connectedButSilent, reachabilityOf } from '../facts/answers';
import type { ChecksOf } from './check';
import { leftOutEvidence, joinEndpoints, rpcEvidence, tcpEvidence, unknown } from './finding';

/** Clock offset in minutes that triggers a warning, although KMS still accepts it. */
const CLOCK_WARNING_MINUTES = 5;

/** Returns the hosts that this PC would use: the assigned one, or else the ones in DNS. */
async function hosts(facts: Facts): Promise<readonly Target[]> {
  const [assigned, discovered] = await Promise.all([facts.assignedTarget(), facts.targets()]);
  return hostsInUse(assigned, () => discovered);
}

/**
 * Returns a host's addresses that don't accept connections, except those without a route (often IPv6), which may be
 * fine.
 */
const deadAddresses = ({ probes }: Target): string[] =>
  probes
    .filter(
      ({ connected }) => connected.ok && ['filtered', 'refused'].includes(connected.value.outcome),
    )
    .map(({ address }) => address);

const nothingToReach = (): Finding => unknown('not-reached', 'checks.kms-port-reachable.noTarget');

export const findRoutingIssue: ChecksOf<'find-routing-issue'> = {
  'clock-offset': async (facts, found) => {
    const { minutes, source } = await facts.clock();
    const off = Math.round(Math.abs(minutes));
    const params = { ...clockDifference(minutes), total: off, source };
    const isFast = minutes > 0;
    const evidence = [{ kind: 'clock' as const, title: source, data: { minutes, source } }];
    if (Math.abs(minutes) > CLOCK_LIMIT_MINUTES) {
      return found('fail', isFast ? 'tooFast' : 'tooSlow', evidence, params);
    }
    if (off < CLOCK_WARNING_MINUTES) return found('pass', 'ok', evidence, params);
    return found('warn', isFast ? 'fast' : 'slow', evidence, params);
  },

  'kms-port-reachable': async (facts, found) => {
    const targets = await hosts(facts);
    const tried = targets.filter(({ probes }) => probes.length > 0);
    const evidence = targets.flatMap((target) => [
      ...tcpEvidence(target),
      ...leftOutEvidence(`Addresses of ${target.host}`, addressesLeftOut(target)),
    ]);
    if (tried.length === 0) return nothingToReach();
    const open = tried.filter((target) => isOpen(reachabilityOf(target)));
    const ended = (as: Reachability) => tried.filter((target) => reachabilityOf(target) === as);
    const filtered = ended('filtered');
    const refused = ended('refused');
    const closed = [...filtered, ...refused, ...ended('no-route')];
    const params = {
      open: joinEndpoints(open),
      filtered: joinEndpoints(filtered),
      closed: joinEndpoints(closed),
      endpoints: joinEndpoints(tried),
    };
    if (open.length === 0) {
      if (filtered.length > 0) return found('fail', 'filtered', evidence, params);
      if (refused.length > 0) return found('fail', 'refused', evidence, params);
      return closed.length > 0
        ? found('fail', 'noRoute', evidence, params)
        : unknown('timed-out', 'reasons.timed-out', evidence);
    }
    const dead = open.flatMap(deadAddresses);
    if (closed.length === 0 && dead.length > 0) {
      return found('warn', 'someAddresses', evidence, { ...params, dead: joinShort(dead) });
    }
    return closed.length > 0
      ? found('warn', 'some', evidence, params)
      : found('pass', 'ok', evidence, params);
  },

  'outbound-firewall': async (facts, found) => {
    const blocked = (await facts.outboundBlocked()) !== null;
    const evidence = [
      { kind: 'firewall' as const, title: 'outbound', data: { rule: 'outbound', blocked } },
    ];
    return blocked ? found('fail', 'blocked', evidence) : found('pass', 'ok', evidence);
  },

  'kms-service-answers': async (facts, found) => {
    const targets = await hosts(facts);
    const evidence = targets.flatMap(rpcEvidence);
    const connected = targets.filter((target) => isOpen(reachabilityOf(target)));
    if (connected.length === 0) {
      return targets.some(({ probes }) => probes.length > 0)
        ? unknown('not-reached', 'checks.kms-service-answers.notConnected', evidence)
        : nothingToReach();
    }
    const kms = connected.filter((target) => reachabilityOf(target) === 'kms');
    const other = connected.filter((target) => reachabilityOf(target) === 'not-kms');
    const params = { kms: joinEndpoints(kms), other: joinEndpoints(other) };
    if (kms.length === 0) {
      const said = other.every(connectedButSilent) ? 'silent' : 'no';
      return found('fail', said, evidence, params);
    }
    return other.length > 0
      ? found('warn', 'some', evidence, params)
      : found('pass', 'ok', evidence, params);
  },
};
