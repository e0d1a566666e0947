/** Disagreement between DNS servers: the first one that answers denies the KMS record, a later one has it. */
import { formatDnsServer } from '@shared/names';
import { isConclusive } from '@shared/kms-path';
import type { DnsServer } from '../computer';
import { some } from '../facts/outstanding';
import { valueOr, type QueryResult, type SrvLookup } from '../facts/fact-types';
import { hasAddress, isSameServer, recordsIn } from '../facts/answers';
import type { Assessment } from './assessment';
import { serversWith } from './parameters';

/** Returns a server's answers to the queries for the record. */
const answersOf = ({ candidates }: Assessment, asked: DnsServer) =>
  candidates.flatMap(({ servers }) =>
    servers.flatMap(({ server, answer }) => (isSameServer(server, asked) ? [answer] : [])),
  );

/** Returns the first server that answers, if it denies the record and a later one has it; otherwise null. */
export function firstServerWithoutRecord(view: Assessment): DnsServer | null {
  const servers = valueOr(view.snapshot.servers, []);
  const first = servers.findIndex((server) => some(answersOf(view, server), isConclusive));
  const hasIt = (server: DnsServer): boolean =>
    some(answersOf(view, server), (answer) => recordsIn(answer).length > 0);
  const server = servers[first];
  if (server === undefined || hasIt(server)) return null;
  return some(servers.slice(first + 1), hasIt) ? server : null;
}

/**
 * Whether that server is one of the organization's own, which knows the domain and its KMS host and lacks only the
 * record.
 */
export function lacksOnlyTheRecord(view: Assessment): boolean {
  const lacking = firstServerWithoutRecord(view);
  const isLacking = ({ server }: { readonly server: DnsServer }): boolean =>
    lacking !== null && isSameServer(server, lacking);
  const { controllers } = view.snapshot;
  return (
    some(controllers?.servers ?? [], (one) => isLacking(one) && recordsIn(one.answer).length > 0) &&
    some(view.targets, ({ lookups }) =>
      some(lookups, ({ servers }) =>
        some(servers, (one) => isLacking(one) && [one.a, one.aaaa].some(hasAddress)),
      ),
    )
  );
}

/** Whether a server that has the record comes after one that couldn't be queried and may lack it. */
export function mayFollowServerWithoutRecord(view: Assessment): boolean {
  const servers = valueOr(view.snapshot.servers, []);
  const isAt = (holds: (answer: QueryResult) => boolean) => (server: DnsServer) =>
    some(answersOf(view, server), holds);
  const unasked = servers.findIndex(isAt(({ outcome }) => outcome === 'unread'));
  const having = servers.findIndex(isAt((answer) => recordsIn(answer).length > 0));
  return unasked !== -1 && unasked < having;
}

/** Returns the domains in which the first server that answers denies the record. */
export const domainsLackingIt = (view: Assessment): string[] => {
  const lacking = firstServerWithoutRecord(view);
  const denies = ({ server, answer }: SrvLookup['servers'][number]): boolean =>
    lacking !== null && isSameServer(server, lacking) && isConclusive(answer);
  return view.candidates
    .filter(({ servers }) => servers.some(denies))
    .flatMap(({ domain }) => domain ?? []);
};

/** Returns the domain to fix: the first of those for which a later server has the record. */
export const domainToMend = (view: Assessment): string => {
  const published = view.candidates.filter(({ presence }) => presence === 'found');
  const lacking = domainsLackingIt(view);
  return lacking.find((one) => published.some(({ domain }) => domain === one)) ?? lacking[0] ?? '';
};

/** Name of the server of {@link firstServerWithoutRecord}; empty if there is none. */
export const nameOfServerWithoutRecord = (view: Assessment) => {
  const server = firstServerWithoutRecord(view);
  return server === null ? '' : formatDnsServer(server);
};

/** Name of the first server that has the record; empty if none has. */
export const nameOfServerWithRecord = (view: Assessment) =>
  serversWith(view, (answer) => recordsIn(answer).length > 0)[0] ?? '';

/** Whether the two servers belong to different connections, such as a home router's and a VPN's. */
export function areOnDifferentConnections(view: Assessment): boolean {
  const [lacking, having] = [nameOfServerWithoutRecord(view), nameOfServerWithRecord(view)];
  const lists = valueOr(view.snapshot.adapters, []).flatMap(({ up, dnsServers }) =>
    up ? [dnsServers] : [],
  );
  const isListed = (...servers: readonly string[]): boolean =>
    lists.some((list) => servers.every((server) => list.includes(server)));
  return isListed(lacking) && isListed(having) && !isListed(lacking, having);
}
