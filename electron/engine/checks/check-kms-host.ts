/** Checks of "Verify the configuration of the KMS host". */
import { utcMinute } from '@shared/utc-time';
import { joinShort } from '@shared/message';
import { LEGACY_SL_KEY, SPP_KEY } from '../registry-keys';
import { readOr } from '../facts/fact-types';
import { reachabilityOf, recordsAtServers } from '../facts/answers';
import { whenKnown } from '../facts/outstanding';
import { ownTargets, namesThisComputer } from '../verdict/own-records';
import { assess, newest } from '../verdict/assessment';
import type { ChecksOf } from './check';
import {
  eventEvidence,
  joinEndpoints,
  probeEvidence,
  registryEvidence,
  settingEvidence,
} from './finding';

export const checkKmsHost: ChecksOf<'check-kms-host'> = {
  'dns-publishing-enabled': async (facts, found) => {
    const [value, service] = await Promise.all([
      facts.registry('DisableDnsPublishing'),
      facts.service(),
    ]);
    const property = 'KeyManagementServiceDnsPublishing';
    const evidence = [
      registryEvidence(SPP_KEY, 'DisableDnsPublishing', value),
      settingEvidence(property, service[property] ?? null),
    ];
    const publishing = await whenKnown(() => assess(facts.soFar).publishing);
    if (publishing === 'on') return found('pass', 'ok', evidence);
    const [domains, lookups] = await Promise.all([
      facts.domains(),
      facts.lookups(),
      facts.system(),
    ]);
    // With manually created records everywhere, disabled publishing is harmless.
    const standsEverywhere = await whenKnown(() =>
      domains.publish.every((domain) =>
        lookups.some(
          (lookup) =>
            lookup.domain === domain &&
            namesThisComputer(recordsAtServers(lookup), facts.soFar) === true,
        ),
      ),
    );
    return standsEverywhere ? found('warn', 'offByHand', evidence) : found('fail', 'off', evidence);
  },

  'dns-publishing-events': async (facts, found) => {
    const events = (await facts.events()).filter(({ id }) => id === 12293 || id === 12294);
    const evidence = events.slice(-8).map(eventEvidence);
    const latest = newest(events, [12293, 12294], facts.soFar.now);
    if (latest === null) return found('not-applicable', 'none', evidence);
    const params = { time: utcMinute(latest.time), details: latest.data.join(', ') };
    return latest.id === 12294
      ? found('pass', 'ok', evidence, params)
      : found('fail', 'failed', evidence, params);
  },

  'other-kms-hosts': async (facts, found) => {
    const [targets] = await Promise.all([facts.targets(), facts.domains(), facts.system()]);
    const own = await whenKnown(() => ownTargets(targets, facts.soFar));
    const others = targets.filter((target) => !own.includes(target));
    const evidence = probeEvidence(others);
    if (others.length === 0) return found('not-applicable', 'none');
    const dead = others.filter(
      (target) => target.probes.length === 0 || !['kms', 'unread'].includes(reachabilityOf(target)),
    );
    return dead.length > 0
      ? found('warn', 'dead', evidence, { hosts: joinEndpoints(dead) })
      : found('pass', 'ok', evidence, { count: others.length });
  },

  'legacy-registry-key': async (facts, found) => {
    const [system, values, host] = await Promise.all([
      readOr(facts.system(), null),
      facts.legacyValues(),
      facts.isKmsHost(),
    ]);
    if (values.length === 0 && !host) return found('not-applicable', 'onHost');
    const evidence = values.map(({ name, value }) => registryEvidence(LEGACY_SL_KEY, name, value));
    // Windows Server 2008 (builds 6001 to 6003) does read this key.
    const reads = (system?.build ?? Infinity) < 7000;
    return values.length === 0 || reads
      ? found('pass', 'ok', evidence)
      : found('warn', 'ignored', evidence, {
          names: joinShort(values.map(({ name }) => name)),
        });
  },
};
