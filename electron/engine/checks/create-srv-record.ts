/**
 * Checks of "Manually create a KMS SRV record": whether a record is needed, and whether existing ones are well formed.
 */
import { KMS_PORT } from '@shared/kms';
import { canonicalName, formatEndpoint, isAddress } from '@shared/names';
import { joinShort } from '@shared/message';
import { isHomeDomain } from '../facts/candidate-domains';
import { cloudOfDomains } from '../facts/clouds';
import { readOr, type AddressLookup, type SrvLookup } from '../facts/fact-types';
import {
  recordsAtServers,
  effectiveRecords,
  resolverReplacesServers,
  deniesRecord,
  isAtServer,
  denyControllers,
} from '../facts/answers';
import type { ChecksOf } from './check';
import { addressEvidence, joinDomains, joinHosts, lookupEvidence, unknown } from './finding';

/** Whether a name ends with the same domain twice. */
const isDoubled = (name: string, lookups: readonly SrvLookup[]): boolean =>
  lookups.some(({ domain }) => domain !== null && name.endsWith(`.${domain}.${domain}`));

export const createSrvRecord: ChecksOf<'create-srv-record'> = {
  'srv-record-needed': async (facts, found) => {
    const [lookups, assigned] = await Promise.all([
      facts.lookups(),
      readOr(facts.assignment(), null),
    ]);
    const candidates = lookups.filter(({ role }) => role === 'candidate');
    const evidence = candidates.flatMap(lookupEvidence);
    const domains = joinDomains(candidates.filter(deniesRecord));
    // A record that only the resolver finds still exists for Windows.
    if (candidates.some((lookup) => effectiveRecords(lookup, lookups).length > 0)) {
      return found('pass', 'there', evidence);
    }
    if (assigned !== null) return found('not-applicable', 'assigned', evidence);
    if (candidates.length === 0) {
      return unknown('not-reached', 'checks.srv-record-published.noDomain', evidence);
    }
    if (!candidates.some(deniesRecord)) {
      return unknown('no-answer', 'checks.srv-record-needed.unknown', evidence);
    }
    const elsewhere = lookups.filter((lookup) => lookup.role === 'other' && isAtServer(lookup));
    if (elsewhere.length > 0) {
      return found('warn', 'elsewhere', evidence, { domains, other: joinDomains(elsewhere) });
    }
    const client = await readOr(facts.dnsClient(), null);
    const isWorkgroup = client?.adDomain === null;
    if (isWorkgroup && candidates.every(({ domain }) => domain !== null && isHomeDomain(domain))) {
      return found('fail', 'atHome', evidence, { domains });
    }
    const around = cloudOfDomains(candidates.flatMap(({ domain }) => domain ?? []));
    if (isWorkgroup && around !== null) {
      return found('fail', 'inCloud', evidence, { domains, cloud: around.cloud });
    }
    const controllers = await facts.controllers();
    // A server that doesn't know the domain can't hold its records.
    return controllers !== null && denyControllers(controllers)
      ? found('warn', 'strangers', evidence, { domain: controllers.domain })
      : found('fail', 'missing', evidence, { domains });
  },

  'srv-record-bare-name': async (facts, found) => {
    const lookups = await facts.lookups();
    const bare = lookups.filter(({ role }) => role === 'bare');
    const evidence = bare.flatMap(lookupEvidence);
    const stands = (lookup: SrvLookup): boolean => effectiveRecords(lookup, lookups).length > 0;
    if (!bare.some(stands)) {
      return bare.some(deniesRecord) || resolverReplacesServers(lookups)
        ? found('pass', 'ok', evidence)
        : unknown('no-answer', 'checks.srv-record-needed.unknown', evidence);
    }
    const useful = lookups.some((lookup) => lookup.role !== 'bare' && stands(lookup));
    return useful ? found('warn', 'besides', evidence) : found('fail', 'only', evidence);
  },

  'srv-record-form': async (facts, found) => {
    const [lookups, targets] = await Promise.all([facts.lookups(), facts.targets()]);
    const candidates = lookups.filter(({ role }) => role === 'candidate');
    const records = candidates.flatMap(recordsAtServers);
    const evidence = targets.flatMap(addressEvidence);
    if (records.length === 0) return found('not-applicable', 'none', evidence);
    const names = records.map(({ target }) => canonicalName(target));
    const addresses = names.filter(isAddress);
    if (addresses.length > 0) {
      return found('warn', 'address', evidence, { addresses: joinShort(addresses) });
    }
    // A zone file name without a trailing dot is relative, so the zone is appended to it (RFC 1035 §5.1).
    const doubled = names.filter((name) => isDoubled(name, candidates));
    if (doubled.length > 0) {
      return found('warn', 'domainTwice', evidence, { hosts: joinShort(doubled) });
    }
    const short = names.filter((name) => name !== '' && !name.includes('.'));
    if (short.length > 0) return found('warn', 'short', evidence, { hosts: joinShort(short) });
    // RFC 2782: the target must not be an alias.
    const isAlias = ({ a }: AddressLookup['servers'][number]): boolean =>
      a.outcome === 'answered' && a.answers.some(({ type }) => type === 'CNAME');
    const aliases = targets.filter(({ lookups: names }) =>
      names.some(({ servers }) => servers.some(isAlias)),
    );
    if (aliases.length > 0) return found('warn', 'alias', evidence, { hosts: joinHosts(aliases) });
    const others = records
      .filter(({ port }) => port !== KMS_PORT)
      .map(({ target, port }) => formatEndpoint(canonicalName(target), port));
    return others.length > 0
      ? found('warn', 'port', evidence, { endpoints: joinShort(others) })
      : found('pass', 'ok', evidence);
  },
};
