/**
 * Checks of "Verify the DNS configuration": suffixes, the SRV record on each server, its targets, the Windows resolver.
 */
import { isConclusive } from '@shared/kms-path';
import { canonicalName, formatEndpoint, isAddress, formatDnsServer } from '@shared/names';
import { joinShort } from '@shared/message';
import { readOr, type SrvLookup } from '../facts/fact-types';
import {
  addressesOf,
  deniesRecord,
  isAtServer,
  recordsIn,
  recordsAtServers,
  effectiveRecords,
  resolverHasAddress,
  resolverHasRecord,
  resolverReplacesServers,
} from '../facts/answers';
import type { Facts } from '../facts/facts';
import { candidateOf } from '../facts/kms-candidates';
import { RUN_LIMITS } from '../facts/limits';
import type { ChecksOf } from './check';
import {
  addressEvidence,
  joinDomains,
  leftOutEvidence,
  joinHosts,
  lookupEvidence,
  settingEvidence,
  unknown,
  unread,
} from './finding';

async function candidates(facts: Facts): Promise<readonly SrvLookup[]> {
  return (await facts.lookups()).filter(({ role }) => role === 'candidate');
}

/** Returns the hosts that the servers' records name. */
async function hostsInRecords(facts: Facts): Promise<ReadonlySet<string>> {
  const records = (await candidates(facts)).flatMap(recordsAtServers);
  return new Set(records.map(({ target }) => canonicalName(target)));
}

export const checkDnsConfiguration: ChecksOf<'check-dns-configuration'> = {
  'dns-suffixes': async (facts, found) => {
    const [client, domains, assigned] = await Promise.all([
      facts.dnsClient(),
      facts.domains(),
      readOr(facts.assignment(), undefined),
    ]);
    const evidence = [
      settingEvidence('Primary DNS suffix', client.primaryDnsSuffix),
      settingEvidence('DNS suffix search list', [...client.suffixSearchList]),
      settingEvidence('Active Directory domain', client.adDomain),
      ...leftOutEvidence('Domains', domains.leftOut),
    ];
    return domains.candidates.length === 0
      ? found(assigned === null ? 'fail' : 'warn', 'none', evidence)
      : found('pass', 'ok', evidence, { domains: joinShort(domains.candidates) });
  },

  'srv-record-published': async (facts, found) => {
    const all = await facts.lookups();
    const lookups = all.filter(({ role }) => role === 'candidate');
    const evidence = lookups.flatMap(lookupEvidence);
    const records = lookups.flatMap(recordsAtServers);
    if (records.length > 0) {
      const where = joinDomains(lookups.filter(isAtServer));
      const hosts = joinShort(records.map(({ target, port }) => formatEndpoint(target, port)));
      return found('pass', 'ok', evidence, { domains: where, hosts });
    }
    if (lookups.length === 0) {
      return unknown('not-reached', 'checks.srv-record-published.noDomain', evidence);
    }
    const resolved = lookups.filter((lookup) => effectiveRecords(lookup, all).length > 0);
    const denied = lookups.filter(deniesRecord);
    const answered = denied.length > 0;
    if (resolved.length > 0) {
      const params = { domains: joinDomains(resolved) };
      return answered
        ? found('warn', 'onlyResolver', evidence, params)
        : found('pass', 'byResolver', evidence, params);
    }
    const domains = joinDomains(answered ? denied : lookups);
    return answered || resolverReplacesServers(all)
      ? found('fail', 'none', evidence, { domains })
      : unknown('no-answer', 'checks.srv-record-published.noAnswer', evidence, { domains });
  },

  'srv-record-consistent': async (facts, found) => {
    const lookups = await candidates(facts);
    const evidence = lookups.flatMap((lookup) => lookupEvidence({ ...lookup, resolver: null }));
    const published = lookups.filter(isAtServer);
    if (published.length === 0) return found('not-applicable', 'none', evidence);
    for (const lookup of published) {
      const views = lookup.servers.flatMap(({ server, answer }) => {
        if (!isConclusive(answer)) return [];
        const endpoints = recordsIn(answer).map(({ target, port }) =>
          formatEndpoint(canonicalName(target), port),
        );
        return [{ server: formatDnsServer(server), records: endpoints.sort().join(' ') }];
      });
      const first = views[0];
      const other = views.find(({ records }) => records !== first?.records);
      if (first !== undefined && other !== undefined) {
        return found('warn', 'differ', evidence, { one: first.server, other: other.server });
      }
    }
    const count = new Set(
      published.flatMap(recordsAtServers).map(({ target, port }) => formatEndpoint(target, port)),
    ).size;
    return count > RUN_LIMITS.targets
      ? found('warn', 'many', evidence, { count, tried: RUN_LIMITS.targets })
      : found('pass', 'ok', evidence, { count });
  },

  'srv-record-expected-hosts': async (facts, found) => {
    const expected = await facts.expectedHosts();
    const expectedHosts = expected.flatMap((text) => candidateOf(text)).map(({ host }) => host);
    if (expectedHosts.length === 0) return found('not-applicable', 'none');
    const [named, targets] = await Promise.all([hostsInRecords(facts), facts.targets()]);
    const isSame = (expected: string, host: string): boolean => {
      if (expected === host) return true;
      if (!isAddress(expected)) return !expected.includes('.') && host.startsWith(`${expected}.`);
      return targets.some(
        (target) => target.host === host && addressesOf(target.lookups, true).includes(expected),
      );
    };
    const strange = [...named].filter((host) => !expectedHosts.some((one) => isSame(one, host)));
    const absent = expectedHosts.filter((one) => ![...named].some((host) => isSame(one, host)));
    const evidence = [settingEvidence('SRV targets', [...named])];
    if (strange.length > 0) {
      return found('warn', 'strange', evidence, { hosts: joinShort(strange) });
    }
    return absent.length > 0 && named.size > 0
      ? found('warn', 'absent', evidence, { hosts: joinShort(absent) })
      : found('pass', 'ok', evidence);
  },

  'srv-target-addresses': async (facts, found) => {
    const targets = await facts.targets();
    const evidence = targets.flatMap(addressEvidence);
    if (targets.length === 0) {
      return unknown('not-reached', 'checks.srv-target-addresses.noTarget', evidence);
    }
    const without = targets.filter(({ probes }) => probes.length === 0);
    const params = {
      hosts: joinHosts(targets),
      without: joinHosts(without),
      addresses: joinShort(targets.flatMap(({ probes }) => probes.map(({ address }) => address))),
    };
    if (without.length === targets.length) return found('fail', 'none', evidence, params);
    return without.length > 0
      ? found('warn', 'some', evidence, params)
      : found('pass', 'ok', evidence, params);
  },

  'resolver-agrees': async (facts, found) => {
    if (!facts.resolverTakesPart) return found('not-applicable', 'notAsked');
    const [lookups, targets] = await Promise.all([candidates(facts), facts.targets()]);
    const evidence = [...lookups.flatMap(lookupEvidence), ...targets.flatMap(addressEvidence)];
    const published = lookups.filter(isAtServer);
    if (published.length === 0) return found('not-applicable', 'nothing', evidence);
    const record = published.map(resolverHasRecord);
    if (record.every((sees) => sees === false)) return found('fail', 'noRecord', evidence);
    const blind = targets.filter(({ lookups: names }) =>
      names.some((lookup) => resolverHasAddress(lookup) === false),
    );
    if (blind.length > 0) return found('fail', 'noAddress', evidence, { hosts: joinHosts(blind) });
    const unreadable = published.find(({ resolver }) => resolver?.ok === false)?.resolver;
    return !record.includes(true) && unreadable?.ok === false
      ? unread(unreadable, evidence)
      : found('pass', 'ok', evidence);
  },

  'cached-kms-host': async (facts, found) => {
    const [service, licence] = await Promise.all([facts.service(), readOr(facts.licence(), null)]);
    const name =
      service['DiscoveredKeyManagementServiceMachineName'] ??
      licence?.row['DiscoveredKeyManagementServiceMachineName'];
    if (typeof name !== 'string' || name === '') return found('not-applicable', 'none');
    const cached = canonicalName(name);
    const evidence = [settingEvidence('DiscoveredKeyManagementServiceMachineName', cached)];
    const [assigned, named] = await Promise.all([
      readOr(facts.assignment(), null),
      hostsInRecords(facts),
    ]);
    const stale = named.size > 0 && !named.has(cached) && assigned === null;
    return stale
      ? found('warn', 'stale', evidence, { host: cached })
      : found('pass', 'ok', evidence, { host: cached });
  },
};
