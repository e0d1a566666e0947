/** DNS servers that disagree: the first one that answers knows no KMS record, a later one has it. */
import { isDefinite } from '@shared/kms-path';
import { joinShort, serverName } from '../checks/finding';
import type { DnsServer } from '../computer';
import { some } from '../facts/outstanding';
import { valueOr, type AskedAnswer, type SrvLookup } from '../facts/fact-snapshot';
import { hasAddress, isSameServer, recordsIn } from '../facts/answers';
import type { Assessment } from './assessment';
import { serversWith } from './parameters';

/** What a server answered to each question for the record. */
const answersOf = ({ candidates }: Assessment, asked: DnsServer) =>
  candidates.flatMap(({ servers }) =>
    servers.flatMap(({ server, answer }) => (isSameServer(server, asked) ? [answer] : [])),
  );

/** The first server that answers and knows no record, where a later one has it; null where that is not so. */
export function firstThatLacksIt(view: Assessment): DnsServer | null {
  const servers = valueOr(view.snapshot.servers, []);
  const first = servers.findIndex((server) => some(answersOf(view, server), isDefinite));
  const hasIt = (server: DnsServer): boolean =>
    some(answersOf(view, server), (answer) => recordsIn(answer).length > 0);
  const server = servers[first];
  if (server === undefined || hasIt(server)) return null;
  return some(servers.slice(first + 1), hasIt) ? server : null;
}

/** Whether that server is one of the organization's own, which knows the domain and its KMS host, and lacks the record alone. */
export function lacksRecordAlone(view: Assessment): boolean {
  const lacking = firstThatLacksIt(view);
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

/** Whether a server that has the record stands behind one that could not be asked, and may lack it. */
export function mayFollowOneThatLacksIt(view: Assessment): boolean {
  const servers = valueOr(view.snapshot.servers, []);
  const isAt = (holds: (answer: AskedAnswer) => boolean) => (server: DnsServer) =>
    some(answersOf(view, server), holds);
  const unasked = servers.findIndex(isAt(({ outcome }) => outcome === 'unread'));
  const having = servers.findIndex(isAt((answer) => recordsIn(answer).length > 0));
  return unasked !== -1 && unasked < having;
}

/** The domains of which the first server that answers says that they lack the record. */
const domainsLackingIt = (view: Assessment): string[] => {
  const lacking = firstThatLacksIt(view);
  const denies = ({ server, answer }: SrvLookup['servers'][number]): boolean =>
    lacking !== null && isSameServer(server, lacking) && isDefinite(answer);
  return view.candidates
    .filter(({ servers }) => servers.some(denies))
    .flatMap(({ domain }) => domain ?? []);
};

/** The domain to mend: the first of them that a later server has. */
export const domainToMend = (view: Assessment): string => {
  const published = view.candidates.filter(({ presence }) => presence === 'found');
  const lacking = domainsLackingIt(view);
  return lacking.find((one) => published.some(({ domain }) => domain === one)) ?? lacking[0] ?? '';
};

/** The server of {@link firstThatLacksIt} as text; empty where there is none. */
export const serverWithoutIt = (view: Assessment) => {
  const server = firstThatLacksIt(view);
  return server === null ? '' : serverName(server);
};

/** The first server that has the record, as text; empty where none has. */
export const serverWithIt = (view: Assessment) =>
  serversWith(view, (answer) => recordsIn(answer).length > 0)[0] ?? '';

/** What the sentences on a disagreement say. */
export const disagreement = {
  server: serverWithoutIt,
  other: serverWithIt,
  domains: (view: Assessment) => joinShort(domainsLackingIt(view)),
};

/** Whether the two servers are those of different connections, such as the router's at home and a VPN's. */
export function areOfTwoConnections(view: Assessment): boolean {
  const [lacking, having] = [serverWithoutIt(view), serverWithIt(view)];
  const lists = valueOr(view.snapshot.adapters, []).flatMap(({ up, dnsServers }) =>
    up ? [dnsServers] : [],
  );
  const isListed = (...servers: readonly string[]): boolean =>
    lists.some((list) => servers.every((server) => list.includes(server)));
  return isListed(lacking) && isListed(having) && !isListed(lacking, having);
}
