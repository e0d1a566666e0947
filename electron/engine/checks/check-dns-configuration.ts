/**
 * Checks of "Verify the DNS configuration": suffixes, the SRV record on each server, its targets, the Windows resolver.
 */
import { isConclusive } from '@shared/kms-path';
import { canonicalName, formatEndpoint, isAddress } from '@shared/names';
import { toResult, type SrvLookup } from '../facts/fact-snapshot';
import {
  addressesOf,
  deniesRecord,
  srvRecords,
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
  finding,
  leftOutEvidence,
  joinShort,
  lookupEvidence,
  serverName,
  settingEvidence,
  unknown,
  unread,
} from './finding';

async function candidates(facts: Facts): Promise<readonly SrvLookup[]> {
  return (await facts.lookups()).filter(({ role }) => role === 'candidate');
}

export const checkDnsConfiguration: ChecksOf<'check-dns-configuration'> = {
  'dns-suffixes': async (facts) => {
    const [client, domains, assigned] = await Promise.all([
      facts.dnsClient(),
      facts.domains(),
      toResult(facts.assignment()),
    ]);
    const evidence = [
      settingEvidence('Primary DNS suffix', client.primaryDnsSuffix),
      settingEvidence('DNS suffix search list', [...client.suffixSearchList]),
      settingEvidence('Active Directory domain', client.adDomain),
      ...leftOutEvidence('Domains', domains.leftOut),
    ];
    const isNeeded = assigned.ok && assigned.value === null;
    return domains.candidates.length === 0
      ? finding(isNeeded ? 'fail' : 'warn', 'checks.dns-suffixes.none', evidence)
      : finding('pass', 'checks.dns-suffixes.ok', evidence, {
          domains: joinShort(domains.candidates),
        });
  },

  'srv-record-published': async (facts) => {
    const all = await facts.lookups();
    const lookups = all.filter(({ role }) => role === 'candidate');
    const evidence = lookups.flatMap(lookupEvidence);
    const found = lookups.flatMap(recordsAtServers);
    const domainsOf = (some: readonly SrvLookup[]): string =>
      joinShort(some.map(({ domain }) => domain ?? ''));
    if (found.length > 0) {
      const where = domainsOf(lookups.filter((one) => recordsAtServers(one).length > 0));
      const hosts = joinShort(found.map(({ target, port }) => formatEndpoint(target, port)));
      return finding('pass', 'checks.srv-record-published.ok', evidence, { domains: where, hosts });
    }
    if (lookups.length === 0) {
      return unknown('not-reached', 'checks.srv-record-published.noDomain', evidence);
    }
    const resolved = lookups.filter((lookup) => effectiveRecords(lookup, all).length > 0);
    const denied = lookups.filter(deniesRecord);
    const answered = denied.length > 0;
    if (resolved.length > 0) {
      return finding(
        answered ? 'warn' : 'pass',
        `checks.srv-record-published.${answered ? 'onlyResolver' : 'byResolver'}`,
        evidence,
        { domains: domainsOf(resolved) },
      );
    }
    const domains = domainsOf(answered ? denied : lookups);
    return answered || resolverReplacesServers(all)
      ? finding('fail', 'checks.srv-record-published.none', evidence, { domains })
      : unknown('no-answer', 'checks.srv-record-published.noAnswer', evidence, { domains });
  },

  'srv-record-consistent': async (facts) => {
    const lookups = await candidates(facts);
    const evidence = lookups.flatMap((lookup) => lookupEvidence({ ...lookup, resolver: null }));
    const published = lookups.filter((lookup) => recordsAtServers(lookup).length > 0);
    if (published.length === 0) {
      return finding('not-applicable', 'checks.srv-record-consistent.none', evidence);
    }
    for (const lookup of published) {
      const views = lookup.servers.flatMap(({ server, answer }) =>
        answer.outcome === 'answered' && isConclusive(answer)
          ? [
              {
                server: serverName(server),
                records: srvRecords(answer.answers)
                  .map(({ target, port }) => formatEndpoint(canonicalName(target), port))
                  .sort()
                  .join(' '),
              },
            ]
          : [],
      );
      const first = views[0];
      const other = views.find(({ records }) => records !== first?.records);
      if (first !== undefined && other !== undefined) {
        return finding('warn', 'checks.srv-record-consistent.differ', evidence, {
          one: first.server,
          other: other.server,
        });
      }
    }
    const count = new Set(
      published.flatMap(recordsAtServers).map(({ target, port }) => formatEndpoint(target, port)),
    ).size;
    return count > RUN_LIMITS.targets
      ? finding('warn', 'checks.srv-record-consistent.many', evidence, {
          count,
          tried: RUN_LIMITS.targets,
        })
      : finding('pass', 'checks.srv-record-consistent.ok', evidence, { count });
  },

  'srv-record-expected-hosts': async (facts) => {
    const expected = await facts.expectedHosts();
    const expectedHosts = expected.flatMap((text) => candidateOf(text)).map(({ host }) => host);
    if (expectedHosts.length === 0) {
      return finding('not-applicable', 'checks.srv-record-expected-hosts.none');
    }
    const [asked, targets] = await Promise.all([candidates(facts), facts.targets()]);
    const named = new Set(
      asked.flatMap(recordsAtServers).map(({ target }) => canonicalName(target)),
    );
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
      return finding('warn', 'checks.srv-record-expected-hosts.strange', evidence, {
        hosts: joinShort(strange),
      });
    }
    return absent.length > 0 && named.size > 0
      ? finding('warn', 'checks.srv-record-expected-hosts.absent', evidence, {
          hosts: joinShort(absent),
        })
      : finding('pass', 'checks.srv-record-expected-hosts.ok', evidence);
  },

  'srv-target-addresses': async (facts) => {
    const targets = await facts.targets();
    const evidence = targets.flatMap(addressEvidence);
    if (targets.length === 0) {
      return unknown('not-reached', 'checks.srv-target-addresses.noTarget', evidence);
    }
    const without = targets.filter(({ probes }) => probes.length === 0);
    const params = {
      hosts: joinShort(targets.map(({ host }) => host)),
      without: joinShort(without.map(({ host }) => host)),
      addresses: joinShort(targets.flatMap(({ probes }) => probes.map(({ address }) => address))),
    };
    if (without.length === targets.length) {
      return finding('fail', 'checks.srv-target-addresses.none', evidence, params);
    }
    return without.length > 0
      ? finding('warn', 'checks.srv-target-addresses.some', evidence, params)
      : finding('pass', 'checks.srv-target-addresses.ok', evidence, params);
  },

  'resolver-agrees': async (facts) => {
    if (!facts.resolverTakesPart) {
      return finding('not-applicable', 'checks.resolver-agrees.notAsked');
    }
    const [lookups, targets] = await Promise.all([candidates(facts), facts.targets()]);
    const evidence = [...lookups.flatMap(lookupEvidence), ...targets.flatMap(addressEvidence)];
    const published = lookups.filter((lookup) => recordsAtServers(lookup).length > 0);
    if (published.length === 0) {
      return finding('not-applicable', 'checks.resolver-agrees.nothing', evidence);
    }
    const record = published.map(resolverHasRecord);
    if (record.every((sees) => sees === false)) {
      return finding('fail', 'checks.resolver-agrees.noRecord', evidence);
    }
    const blind = targets.filter(({ lookups: names }) =>
      names.some((lookup) => resolverHasAddress(lookup) === false),
    );
    if (blind.length > 0) {
      return finding('fail', 'checks.resolver-agrees.noAddress', evidence, {
        hosts: joinShort(blind.map(({ host }) => host)),
      });
    }
    const unreadable = published.find(({ resolver }) => resolver?.ok === false)?.resolver;
    return !record.includes(true) && unreadable?.ok === false
      ? unread(unreadable, evidence)
      : finding('pass', 'checks.resolver-agrees.ok', evidence);
  },

  'cached-kms-host': async (facts) => {
    const [service, licence] = await Promise.all([facts.service(), toResult(facts.licence())]);
    const row = licence.ok ? (licence.value?.row ?? {}) : {};
    const name =
      service['DiscoveredKeyManagementServiceMachineName'] ??
      row['DiscoveredKeyManagementServiceMachineName'];
    if (typeof name !== 'string' || name === '') {
      return finding('not-applicable', 'checks.cached-kms-host.none');
    }
    const cached = canonicalName(name);
    const evidence = [settingEvidence('DiscoveredKeyManagementServiceMachineName', cached)];
    const [assigned, named] = await Promise.all([toResult(facts.assignment()), candidates(facts)]);
    const known = new Set(
      named.flatMap(recordsAtServers).map(({ target }) => canonicalName(target)),
    );
    const stale = known.size > 0 && !known.has(cached) && !(assigned.ok && assigned.value !== null);
    return stale
      ? finding('warn', 'checks.cached-kms-host.stale', evidence, { host: cached })
      : finding('pass', 'checks.cached-kms-host.ok', evidence, { host: cached });
  },
};
