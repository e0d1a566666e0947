/**
 * Checks of "Manually create a KMS SRV record": whether a record is needed, and whether existing ones are well formed.
 */
import { KMS_PORT } from '@shared/kms';
import { canonicalName, formatEndpoint, isAddress } from '@shared/names';
import { isHomeDomain } from '../facts/candidate-domains';
import { cloudOfDomains } from '../facts/clouds';
import { toResult, type SrvLookup } from '../facts/fact-snapshot';
import {
  recordsAtServers,
  effectiveRecords,
  resolverReplacesServers,
  deniesRecord,
  denyControllers,
} from '../facts/answers';
import type { ChecksOf } from './check';
import { addressEvidence, finding, joinShort, lookupEvidence, unknown } from './finding';

/** Whether a name ends with the same domain twice. */
const isDoubled = (name: string, lookups: readonly SrvLookup[]): boolean =>
  lookups.some(({ domain }) => domain !== null && name.endsWith(`.${domain}.${domain}`));

export const createSrvRecord: ChecksOf<'create-srv-record'> = {
  'srv-record-needed': async (facts) => {
    const [lookups, assigned] = await Promise.all([facts.lookups(), toResult(facts.assignment())]);
    const candidates = lookups.filter(({ role }) => role === 'candidate');
    const evidence = candidates.flatMap(lookupEvidence);
    const domains = joinShort(candidates.filter(deniesRecord).map(({ domain }) => domain ?? ''));
    // A record that only the resolver finds still exists for Windows.
    if (candidates.some((lookup) => effectiveRecords(lookup, lookups).length > 0)) {
      return finding('pass', 'checks.srv-record-needed.there', evidence);
    }
    if (assigned.ok && assigned.value !== null) {
      return finding('not-applicable', 'checks.srv-record-needed.assigned', evidence);
    }
    if (candidates.length === 0) {
      return unknown('not-reached', 'checks.srv-record-published.noDomain', evidence);
    }
    if (!candidates.some(deniesRecord)) {
      return unknown('no-answer', 'checks.srv-record-needed.unknown', evidence);
    }
    const elsewhere = lookups.filter(
      (lookup) => lookup.role === 'other' && recordsAtServers(lookup).length > 0,
    );
    if (elsewhere.length > 0) {
      const other = joinShort(elsewhere.map(({ domain }) => domain ?? ''));
      return finding('warn', 'checks.srv-record-needed.elsewhere', evidence, { domains, other });
    }
    const client = await toResult(facts.dnsClient());
    const isWorkgroup = client.ok && client.value.adDomain === null;
    if (isWorkgroup && candidates.every(({ domain }) => domain !== null && isHomeDomain(domain))) {
      return finding('fail', 'checks.srv-record-needed.atHome', evidence, { domains });
    }
    const around = cloudOfDomains(candidates.flatMap(({ domain }) => domain ?? []));
    if (isWorkgroup && around !== null) {
      const params = { domains, cloud: around.cloud };
      return finding('fail', 'checks.srv-record-needed.inCloud', evidence, params);
    }
    const controllers = await facts.controllers();
    // A server that doesn't know the domain can't hold its records.
    return controllers !== null && denyControllers(controllers)
      ? finding('warn', 'checks.srv-record-needed.strangers', evidence, {
          domain: controllers.domain,
        })
      : finding('fail', 'checks.srv-record-needed.missing', evidence, { domains });
  },

  'srv-record-bare-name': async (facts) => {
    const lookups = await facts.lookups();
    const bare = lookups.filter(({ role }) => role === 'bare');
    const evidence = bare.flatMap(lookupEvidence);
    const stands = (lookup: SrvLookup): boolean => effectiveRecords(lookup, lookups).length > 0;
    if (!bare.some(stands)) {
      return bare.some(deniesRecord) || resolverReplacesServers(lookups)
        ? finding('pass', 'checks.srv-record-bare-name.ok', evidence)
        : unknown('no-answer', 'checks.srv-record-needed.unknown', evidence);
    }
    const useful = lookups.some((lookup) => lookup.role !== 'bare' && stands(lookup));
    return useful
      ? finding('warn', 'checks.srv-record-bare-name.besides', evidence)
      : finding('fail', 'checks.srv-record-bare-name.only', evidence);
  },

  'srv-record-form': async (facts) => {
    const [lookups, targets] = await Promise.all([facts.lookups(), facts.targets()]);
    const candidates = lookups.filter(({ role }) => role === 'candidate');
    const records = candidates.flatMap(recordsAtServers);
    const evidence = targets.flatMap(addressEvidence);
    if (records.length === 0) {
      return finding('not-applicable', 'checks.srv-record-form.none', evidence);
    }
    const names = records.map(({ target }) => canonicalName(target));
    const addresses = names.filter(isAddress);
    if (addresses.length > 0) {
      const params = { addresses: joinShort(addresses) };
      return finding('warn', 'checks.srv-record-form.address', evidence, params);
    }
    // A zone file name without a trailing dot is relative, so the zone is appended to it (RFC 1035 §5.1).
    const doubled = names.filter((name) => isDoubled(name, candidates));
    if (doubled.length > 0) {
      const params = { hosts: joinShort(doubled) };
      return finding('warn', 'checks.srv-record-form.domainTwice', evidence, params);
    }
    const short = names.filter((name) => name !== '' && !name.includes('.'));
    if (short.length > 0) {
      return finding('warn', 'checks.srv-record-form.short', evidence, { hosts: joinShort(short) });
    }
    // RFC 2782: the target must not be an alias.
    const aliases = targets.filter(({ lookups: names }) =>
      names.some(({ servers }) =>
        servers.some(
          ({ a }) => a.outcome === 'answered' && a.answers.some(({ type }) => type === 'CNAME'),
        ),
      ),
    );
    if (aliases.length > 0) {
      return finding('warn', 'checks.srv-record-form.alias', evidence, {
        hosts: joinShort(aliases.map(({ host }) => host)),
      });
    }
    const others = records
      .filter(({ port }) => port !== KMS_PORT)
      .map(({ target, port }) => formatEndpoint(canonicalName(target), port));
    return others.length > 0
      ? finding('warn', 'checks.srv-record-form.port', evidence, {
          endpoints: joinShort([...new Set(others)]),
        })
      : finding('pass', 'checks.srv-record-form.ok', evidence);
  },
};
