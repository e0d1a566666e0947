/** Checks of "Configure a KMS host": this PC as a KMS host, or what its KMS host reported to this client. */
import { formatErrorCode, isFailureCode, verdictOfError } from '@shared/error-codes';
import { CLIENT_ACTIVATION_THRESHOLD, KMS_PORT, SERVER_ACTIVATION_THRESHOLD } from '@shared/kms';
import { formatEndpoint } from '@shared/names';
import { KMS_FIREWALL_RULES, Unreadable } from '../computer';
import { toResult, valueOr } from '../facts/fact-snapshot';
import type { Facts } from '../facts/facts';
import { whenKnown } from '../facts/outstanding';
import { channelIn } from '../facts/windows-facts';
import { assess, countOf } from '../verdict/assessment';
import { clientsServed, clientsWithOneId, needOnlyServerCount } from '../verdict/attempts';
import type { ChecksOf } from './check';
import { eventEvidence, finding, joinShort, settingEvidence, tcpEvidence, unread } from './finding';

export const configureKmsHost: ChecksOf<'configure-kms-host'> = {
  'kms-host-activated': async (facts) => {
    const licence = await facts.licence();
    if (licence !== null && channelIn(licence) === 'kms-host') {
      return licence.licensed
        ? finding('pass', 'checks.kms-host-activated.ok')
        : finding('fail', 'checks.kms-host-activated.no');
    }
    const error = await lastError(facts);
    return verdictOfError(error) === 'kms-host-not-activated'
      ? finding('fail', 'checks.kms-host-activated.reported', [], { error: formatErrorCode(error) })
      : finding('not-applicable', 'checks.common.notKmsHost');
  },

  'kms-host-count': async (facts) => {
    const licence = await facts.licence();
    if (licence !== null && channelIn(licence) === 'kms-host') {
      const count = countOf(await facts.service());
      if (count === null) return finding('not-applicable', 'checks.kms-host-count.unknown');
      const params = { count };
      const evidence = [settingEvidence('KeyManagementServiceCurrentCount', count)];
      if (count < SERVER_ACTIVATION_THRESHOLD) {
        return finding('fail', 'checks.kms-host-count.tooLow', evidence, params);
      }
      if (count >= CLIENT_ACTIVATION_THRESHOLD) {
        return finding('pass', 'checks.kms-host-count.ok', evidence, params);
      }
      const events = await toResult(facts.events());
      return needOnlyServerCount(clientsServed(valueOr(events, []), facts.soFar.now))
        ? finding('pass', 'checks.kms-host-count.enough', evidence, params)
        : finding('warn', 'checks.kms-host-count.serversOnly', evidence, params);
    }
    const error = await lastError(facts);
    return verdictOfError(error) === 'kms-count-too-low'
      ? finding('fail', 'checks.kms-host-count.reported', [], { error: formatErrorCode(error) })
      : finding('not-applicable', 'checks.common.notKmsHost');
  },

  'kms-host-requests': async (facts) => {
    const events = await facts.events();
    const evidence = events
      .filter(({ id }) => id === 12290)
      .slice(-12)
      .map(eventEvidence);
    const clients = clientsServed(events, facts.soFar.now);
    const params = (some: typeof clients) => ({
      clients: joinShort(some.map(({ label }) => label)),
    });
    const { clients: copied } = clientsWithOneId(clients);
    if (copied.length > 0) {
      return finding('warn', 'checks.kms-host-requests.duplicates', evidence, params(copied));
    }
    const refused = clients.filter(({ code }) => isFailureCode(code));
    if (refused.length > 0) {
      return finding('warn', 'checks.kms-host-requests.refused', evidence, params(refused));
    }
    return clients.length > 0
      ? finding('pass', 'checks.kms-host-requests.ok', evidence, { count: clients.length })
      : finding('not-applicable', 'checks.kms-host-requests.none', evidence);
  },

  'kms-host-listening': async (facts) => {
    const probes = await facts.ownPort();
    const evidence = tcpEvidence('', probes);
    const port = probes[0]?.port ?? KMS_PORT;
    if (probes.some(({ connected }) => connected.ok && connected.value.outcome === 'open')) {
      return finding('pass', 'checks.kms-host-listening.ok', evidence, { port });
    }
    // Without an address there was nothing to probe, and a port that couldn't be probed may be open.
    const [first] = probes;
    if (first === undefined) throw new Unreadable('not-reached');
    const untried = probes.find(({ connected }) => !connected.ok)?.connected;
    if (untried?.ok === false) {
      return unread(untried, evidence);
    }
    const params = { port, endpoint: formatEndpoint(first.address, port) };
    return probes.some(({ connected }) => connected.ok && connected.value.outcome === 'filtered')
      ? finding('fail', 'checks.kms-host-listening.dropped', evidence, params)
      : finding('fail', 'checks.kms-host-listening.no', evidence, params);
  },

  'kms-host-firewall': async (facts) => {
    const [open, rules] = await Promise.all([facts.firewallRule(), facts.kmsFirewallRules()]);
    const [usual, other] = KMS_FIREWALL_RULES;
    const evidence = (rules[other] === undefined ? [usual] : [usual, other]).map((rule) => ({
      kind: 'firewall' as const,
      title: rule,
      data: { rule, enabled: rules[rule] ?? null },
    }));
    if (open === null) {
      return finding('warn', 'checks.kms-host-firewall.none', evidence);
    }
    return open
      ? finding('pass', 'checks.kms-host-firewall.ok', evidence)
      : finding('fail', 'checks.kms-host-firewall.off', evidence);
  },
};

/** Returns the last activation error as an unsigned HRESULT, or 0 if there is none. */
async function lastError(facts: Facts): Promise<number> {
  await facts.licence();
  return whenKnown(() => assess(facts.soFar).lastError ?? 0);
}
