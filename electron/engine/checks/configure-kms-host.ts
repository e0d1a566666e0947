/** Checks of "Configure a KMS host": this PC as a KMS host, or what its KMS host reported to this client. */
import type { VerdictCode } from '@shared/catalog';
import { formatErrorCode, isFailureCode, verdictOfError } from '@shared/error-codes';
import { CLIENT_ACTIVATION_THRESHOLD, KMS_PORT, SERVER_ACTIVATION_THRESHOLD } from '@shared/kms';
import { formatEndpoint } from '@shared/names';
import { joinShort } from '@shared/message';
import { KMS_FIREWALL_RULES, Unreadable } from '../computer';
import { readOr } from '../facts/fact-types';
import type { Facts } from '../facts/facts';
import { whenKnown } from '../facts/outstanding';
import { channelIn } from '../facts/windows-facts';
import { assess, countOf } from '../verdict/assessment';
import { clientsServed, clientsWithOneId, needOnlyServerCount } from '../verdict/attempts';
import type { ChecksOf } from './check';
import { eventEvidence, finding, settingEvidence, tcpEvidence, unread } from './finding';

export const configureKmsHost: ChecksOf<'configure-kms-host'> = {
  'kms-host-activated': async (facts, found) => {
    const licence = await facts.licence();
    if (licence !== null && channelIn(licence) === 'kms-host') {
      return licence.licensed ? found('pass', 'ok') : found('fail', 'no');
    }
    const error = await errorReporting('kms-host-not-activated', facts);
    return error === null ? notKmsHost() : found('fail', 'reported', [], { error });
  },

  'kms-host-count': async (facts, found) => {
    const licence = await facts.licence();
    if (licence !== null && channelIn(licence) === 'kms-host') {
      const count = countOf(await facts.service());
      if (count === null) return found('not-applicable', 'unknown');
      const params = { count };
      const evidence = [settingEvidence('KeyManagementServiceCurrentCount', count)];
      if (count < SERVER_ACTIVATION_THRESHOLD) return found('fail', 'tooLow', evidence, params);
      if (count >= CLIENT_ACTIVATION_THRESHOLD) return found('pass', 'ok', evidence, params);
      const events = await readOr(facts.events(), []);
      return needOnlyServerCount(clientsServed(events, facts.soFar.now))
        ? found('pass', 'enough', evidence, params)
        : found('warn', 'serversOnly', evidence, params);
    }
    const error = await errorReporting('kms-count-too-low', facts);
    return error === null ? notKmsHost() : found('fail', 'reported', [], { error });
  },

  'kms-host-requests': async (facts, found) => {
    const events = await facts.events();
    const requests = events.filter(({ id }) => id === 12290);
    const evidence = requests.slice(-12).map(eventEvidence);
    const clients = clientsServed(events, facts.soFar.now);
    const params = (some: typeof clients) => ({
      clients: joinShort(some.map(({ label }) => label)),
    });
    const { clients: copied } = clientsWithOneId(clients);
    if (copied.length > 0) return found('warn', 'duplicates', evidence, params(copied));
    const refused = clients.filter(({ code }) => isFailureCode(code));
    if (refused.length > 0) return found('warn', 'refused', evidence, params(refused));
    return clients.length > 0
      ? found('pass', 'ok', evidence, { count: clients.length })
      : found('not-applicable', 'none', evidence);
  },

  'kms-host-listening': async (facts, found) => {
    const probes = await facts.ownPort();
    const evidence = tcpEvidence({ host: '', probes });
    const port = probes[0]?.port ?? KMS_PORT;
    if (probes.some(({ connected }) => connected.ok && connected.value.outcome === 'open')) {
      return found('pass', 'ok', evidence, { port });
    }
    // Without an address there was nothing to probe, and a port that couldn't be probed may be open.
    const [first] = probes;
    if (first === undefined) throw new Unreadable('not-reached');
    const untried = probes.find(({ connected }) => !connected.ok)?.connected;
    if (untried?.ok === false) return unread(untried, evidence);
    const params = { port, endpoint: formatEndpoint(first.address, port) };
    return probes.some(({ connected }) => connected.ok && connected.value.outcome === 'filtered')
      ? found('fail', 'dropped', evidence, params)
      : found('fail', 'no', evidence, params);
  },

  'kms-host-firewall': async (facts, found) => {
    const [open, rules] = await Promise.all([facts.firewallRule(), facts.kmsFirewallRules()]);
    const [usual, other] = KMS_FIREWALL_RULES;
    const evidence = (rules[other] === undefined ? [usual] : [usual, other]).map((rule) => ({
      kind: 'firewall' as const,
      title: rule,
      data: { rule, enabled: rules[rule] ?? null },
    }));
    if (open === null) return found('warn', 'none', evidence);
    return open ? found('pass', 'ok', evidence) : found('fail', 'off', evidence);
  },
};

const notKmsHost = () => finding('not-applicable', 'checks.common.notKmsHost');

/** Returns the last error as shown, if with it a KMS host reported this problem; otherwise null. */
async function errorReporting(problem: VerdictCode, facts: Facts): Promise<string | null> {
  await facts.licence();
  const error = await whenKnown(() => assess(facts.soFar).lastError);
  return error !== null && verdictOfError(error) === problem ? formatErrorCode(error) : null;
}
