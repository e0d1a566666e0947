/** Queries to DNS servers, the resolver and KMS hosts, with the answers known so far. */
import { KMS_PORT } from '@shared/kms';
import { isConclusive } from '@shared/kms-path';
import { canonicalName, controllersRecordName, isAddress, kmsRecordName } from '@shared/names';
import type { DnsServer } from '../computer';
import { addressesOf, anyServerAnswersFor, reachabilityOf, recordsIn } from './answers';
import type { FactSnapshot } from './fact-snapshot';
import type {
  AddressLookup,
  ControllersLookup,
  Domains,
  Probe,
  ServerAnswer,
  SrvLookup,
  Target,
} from './fact-types';
import { peekAnswer, peekList, peekResult } from './known-so-far';
import { RUN_LIMITS } from './limits';
import { hasRecord, lookupsInRole, type NamedHost } from './named-hosts';
import type { NetworkFacts } from './network-facts';
import { lazyObject, some } from './outstanding';

const askEach = (
  facts: NetworkFacts,
  servers: readonly DnsServer[],
  name: string,
): ServerAnswer[] =>
  servers.map((server) => ({ server, answer: peekAnswer(facts.query(server, name, 'SRV')) }));

/** Looks up a domain's record; `domain` is null for the bare name. */
export function lookupIn(
  facts: NetworkFacts,
  snapshot: FactSnapshot,
  domain: string | null,
  domains: Domains,
): SrvLookup {
  const name = kmsRecordName(domain);
  const role = roleOf(domain, domains);
  const servers = askEach(facts, peekList(facts.servers()), name);
  const isAsked = (): boolean =>
    facts.resolverTakesPart && (role === 'candidate' || !anyServerAnswersFor(snapshot.lookups));
  return lazyObject(
    { resolver: () => (isAsked() ? peekResult(facts.resolve(name, 'SRV')) : null) },
    { domain, role, servers },
  );
}

/**
 * Looks up a host and probes its port.
 *
 * @param all number of targets, for each of which a connection is reserved
 * @param most maximum number of its addresses to probe
 */
export function targetOf(
  facts: NetworkFacts,
  { host, port, names, byResolver }: NamedHost,
  all: number,
  most: number = RUN_LIMITS.addresses,
): Target {
  const servers = peekList(facts.servers());
  const lookups = names.map((name): AddressLookup => ({
    host: name,
    servers: servers.map((server) => ({
      server,
      a: peekAnswer(facts.query(server, name, 'A')),
      aaaa: peekAnswer(facts.query(server, name, 'AAAA')),
    })),
    resolver: facts.resolverTakesPart ? peekResult(facts.resolveAddresses(name)) : null,
  }));
  const addresses = (): readonly string[] =>
    names.length === 0 && isAddress(host) ? [host] : addressesOf(lookups, byResolver);
  const isFollowed = most === RUN_LIMITS.addresses;
  const probesAt = (at: number): Probe[] =>
    addresses()
      .slice(0, most)
      .map((address, index) => {
        const reach = facts.probeKms(address, at, index === 0 && isFollowed ? 0 : all);
        const [connected, answered] = [peekResult(reach.connected), peekResult(reach.answered)];
        return { address, port: at, connected, answered };
      });
  const target: Target = lazyObject(
    {
      probes: () => probesAt(port),
      standardPort: () =>
        port !== KMS_PORT && isFollowed && reachabilityOf(target) === 'refused'
          ? probesAt(KMS_PORT)
          : [],
    },
    { host, port, byResolver, lookups },
  );
  return target;
}

/** Looks up the domain's controllers; returns null if no verdict depends on them. */
export function controllersOf(
  facts: NetworkFacts,
  snapshot: FactSnapshot,
): ControllersLookup | null {
  const client = peekResult(facts.dnsClient());
  if (!client.ok || client.value.adDomain === null) return null;
  const candidates = lookupsInRole(snapshot, 'candidate');
  const isPublished = some(candidates, (lookup) => hasRecord(lookup, snapshot));
  if (facts.computer.diagnosedAs === 'network' || (isPublished && !mayDisagree(candidates))) {
    return null;
  }
  const domain = canonicalName(client.value.adDomain);
  const name = controllersRecordName(domain);
  // Servers that haven't answered the record query are skipped, since they would have to be waited for again.
  const answering = peekList(facts.servers()).filter((server) =>
    some(snapshot.lookups, ({ servers }) =>
      some(servers, (one) => one.server === server && one.answer.outcome === 'answered'),
    ),
  );
  return {
    domain,
    servers: askEach(facts, answering, name),
    resolver: facts.resolverTakesPart ? peekResult(facts.resolve(name, 'SRV')) : null,
  };
}

/** Whether a server denies a record that another one has. The controllers then show if it's the organization's own. */
function mayDisagree(lookups: readonly SrvLookup[]): boolean {
  const answers = lookups.flatMap(({ servers }) => servers);
  const having = answers.filter((one) => recordsIn(one.answer).length > 0);
  return some(
    answers,
    ({ server, answer }) =>
      isConclusive(answer) && having.length > 0 && having.every((one) => one.server !== server),
  );
}

function roleOf(domain: string | null, domains: Domains): SrvLookup['role'] {
  if (domain === null) return 'bare';
  if (domains.candidates.includes(domain)) return 'candidate';
  return domains.others.includes(domain) ? 'other' : 'publish';
}
