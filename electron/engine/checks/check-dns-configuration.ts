/** "Verify the DNS configuration": suffixes, the record at every server, its targets, Windows' own view. */
import { canonicalName, formatEndpoint } from '@shared/names';
import {
  toResult,
  srvRecords,
  type SrvLookup,
  isDefinite,
  recordsAtServers,
  effectiveRecords,
  resolverHasAddress,
  resolverHasRecord,
  resolverReplacesServers,
} from '../facts/fact-snapshot';
import type { Facts } from '../facts/facts';
import { MOST } from '../facts/limits';
import type { ChecksOf } from './check';
import {
  addressEvidence,
  finding,
  leftOutEvidence,
  list,
  lookupEvidence,
  serverName,
  settingEvidence,
} from './finding';

async function candidates(facts: Facts): Promise<readonly SrvLookup[]> {
  return (await facts.lookups()).filter(({ role }) => role === 'candidate');
}

export const checkDnsConfiguration: ChecksOf<'check-dns-configuration'> = {
  'dns-suffixes': async (facts) => {
    const [client, domains] = await Promise.all([facts.dnsClient(), facts.domains()]);
    const evidence = [
      settingEvidence('Primary DNS suffix', client.primaryDnsSuffix),
      settingEvidence('DNS suffix search list', [...client.suffixSearchList]),
      settingEvidence('Active Directory domain', client.adDomain),
      ...leftOutEvidence('Domains', domains.leftOut),
    ];
    return domains.candidates.length === 0
      ? finding('warn', { key: 'checks.dns-suffixes.none' }, evidence)
      : finding(
          'pass',
          { key: 'checks.dns-suffixes.ok', params: { domains: list(domains.candidates) } },
          evidence,
        );
  },

  'srv-record-published': async (facts) => {
    const all = await facts.lookups();
    const lookups = all.filter(({ role }) => role === 'candidate');
    const evidence = lookups.flatMap(lookupEvidence);
    const domains = list(lookups.map(({ domain }) => domain ?? ''));
    const found = lookups.flatMap(recordsAtServers);
    if (found.length > 0) {
      const where = list(
        lookups.filter((one) => recordsAtServers(one).length > 0).map(({ domain }) => domain ?? ''),
      );
      const hosts = list(found.map(({ target, port }) => formatEndpoint(target, port)));
      return finding(
        'pass',
        { key: 'checks.srv-record-published.ok', params: { domains: where, hosts } },
        evidence,
      );
    }
    if (lookups.length === 0) {
      return finding(
        'unknown',
        { key: 'checks.srv-record-published.noDomain' },
        evidence,
        'not-reached',
      );
    }
    const resolved = lookups.some((lookup) => effectiveRecords(lookup, all).length > 0);
    const answered = lookups.some(({ servers }) =>
      servers.some(({ answer }) => isDefinite(answer)),
    );
    if (answered || (resolverReplacesServers(all) && !resolved)) {
      return finding(
        'fail',
        { key: 'checks.srv-record-published.none', params: { domains } },
        evidence,
      );
    }
    return resolved
      ? finding(
          'pass',
          { key: 'checks.srv-record-published.byResolver', params: { domains } },
          evidence,
        )
      : finding(
          'unknown',
          { key: 'checks.srv-record-published.noAnswer', params: { domains } },
          evidence,
          'no-answer',
        );
  },

  'srv-record-consistent': async (facts) => {
    const lookups = await candidates(facts);
    const evidence = lookups.flatMap((lookup) => lookupEvidence({ ...lookup, resolver: null }));
    const published = lookups.filter((lookup) => recordsAtServers(lookup).length > 0);
    if (published.length === 0) {
      return finding('not-applicable', { key: 'checks.srv-record-consistent.none' }, evidence);
    }
    for (const lookup of published) {
      const views = lookup.servers.flatMap(({ server, answer }) =>
        answer.outcome === 'answered' && isDefinite(answer)
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
        return finding(
          'warn',
          {
            key: 'checks.srv-record-consistent.differ',
            params: { one: first.server, other: other.server },
          },
          evidence,
        );
      }
    }
    const count = new Set(
      published.flatMap(recordsAtServers).map(({ target, port }) => formatEndpoint(target, port)),
    ).size;
    return count > MOST.targets
      ? finding(
          'warn',
          { key: 'checks.srv-record-consistent.many', params: { count, tried: MOST.targets } },
          evidence,
        )
      : finding('pass', { key: 'checks.srv-record-consistent.ok', params: { count } }, evidence);
  },

  'srv-record-expected-hosts': async (facts, { expectedHosts }) => {
    if (expectedHosts === undefined || expectedHosts.length === 0) {
      return finding('not-applicable', { key: 'checks.srv-record-expected-hosts.none' });
    }
    const named = new Set(
      (await candidates(facts))
        .flatMap(recordsAtServers)
        .map(({ target }) => canonicalName(target)),
    );
    const strange = [...named].filter((host) => !expectedHosts.includes(host));
    const absent = expectedHosts.filter((host) => !named.has(host));
    const evidence = [settingEvidence('SRV targets', [...named])];
    if (strange.length > 0) {
      return finding(
        'warn',
        { key: 'checks.srv-record-expected-hosts.strange', params: { hosts: list(strange) } },
        evidence,
      );
    }
    return absent.length > 0 && named.size > 0
      ? finding(
          'warn',
          { key: 'checks.srv-record-expected-hosts.absent', params: { hosts: list(absent) } },
          evidence,
        )
      : finding('pass', { key: 'checks.srv-record-expected-hosts.ok' }, evidence);
  },

  'srv-target-addresses': async (facts) => {
    const targets = await facts.targets();
    const evidence = targets.flatMap(addressEvidence);
    if (targets.length === 0) {
      return finding(
        'unknown',
        { key: 'checks.srv-target-addresses.noTarget' },
        evidence,
        'not-reached',
      );
    }
    const without = targets.filter(({ probes }) => probes.length === 0);
    const params = {
      hosts: list(targets.map(({ host }) => host)),
      without: list(without.map(({ host }) => host)),
      addresses: list(targets.flatMap(({ probes }) => probes.map(({ address }) => address))),
    };
    if (without.length === targets.length) {
      return finding('fail', { key: 'checks.srv-target-addresses.none', params }, evidence);
    }
    return without.length > 0
      ? finding('warn', { key: 'checks.srv-target-addresses.some', params }, evidence)
      : finding('pass', { key: 'checks.srv-target-addresses.ok', params }, evidence);
  },

  'resolver-agrees': async (facts) => {
    if (!facts.resolverTakesPart) {
      return finding('not-applicable', { key: 'checks.resolver-agrees.notAsked' });
    }
    const [lookups, targets] = await Promise.all([candidates(facts), facts.targets()]);
    const evidence = [...lookups.flatMap(lookupEvidence), ...targets.flatMap(addressEvidence)];
    const published = lookups.filter((lookup) => recordsAtServers(lookup).length > 0);
    if (published.length === 0) {
      return finding('not-applicable', { key: 'checks.resolver-agrees.nothing' }, evidence);
    }
    const record = published.map(resolverHasRecord);
    if (record.every((sees) => sees === false)) {
      return finding('fail', { key: 'checks.resolver-agrees.noRecord' }, evidence);
    }
    const blind = targets.filter(({ lookups: names }) =>
      names.some((lookup) => resolverHasAddress(lookup) === false),
    );
    if (blind.length > 0) {
      return finding(
        'fail',
        {
          key: 'checks.resolver-agrees.noAddress',
          params: { hosts: list(blind.map(({ host }) => host)) },
        },
        evidence,
      );
    }
    const unreadable = published.find(({ resolver }) => resolver?.ok === false)?.resolver;
    return !record.includes(true) && unreadable?.ok === false
      ? finding('unknown', { key: `reasons.${unreadable.reason}` }, evidence, unreadable.reason)
      : finding('pass', { key: 'checks.resolver-agrees.ok' }, evidence);
  },

  'cached-kms-host': async (facts) => {
    const [service, licence] = await Promise.all([facts.service(), toResult(facts.licence())]);
    const row = licence.ok ? (licence.value?.row ?? {}) : {};
    const name =
      service['DiscoveredKeyManagementServiceMachineName'] ??
      row['DiscoveredKeyManagementServiceMachineName'];
    if (typeof name !== 'string' || name === '') {
      return finding('not-applicable', { key: 'checks.cached-kms-host.none' });
    }
    const cached = canonicalName(name);
    const evidence = [settingEvidence('DiscoveredKeyManagementServiceMachineName', cached)];
    const [assigned, named] = await Promise.all([toResult(facts.assignment()), candidates(facts)]);
    const known = new Set(
      named.flatMap(recordsAtServers).map(({ target }) => canonicalName(target)),
    );
    const stale = known.size > 0 && !known.has(cached) && !(assigned.ok && assigned.value !== null);
    return stale
      ? finding('warn', { key: 'checks.cached-kms-host.stale', params: { host: cached } }, evidence)
      : finding('pass', { key: 'checks.cached-kms-host.ok', params: { host: cached } }, evidence);
  },
};
