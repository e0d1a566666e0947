/** Verdicts on DNS servers, on the KMS record, and on how Windows resolves it. */
import { isTruncated, isConclusive } from '@shared/kms-path';
import { joinShort, message } from '@shared/message';
import { canonicalName, formatDnsServer } from '@shared/names';
import * as messages from '../../admin-instructions/dns-messages';
import { joinServers } from '../../checks/finding';
import { isHomeDomain } from '../../facts/candidate-domains';
import { cloudOfDomains } from '../../facts/clouds';
import { every, some } from '../../facts/outstanding';
import { valueOr, type QueryResult, type SrvLookup } from '../../facts/fact-types';
import {
  addressesByWindows,
  everyServerAnswers,
  everyServerAsked,
  hasAddress,
  hasAnswered,
  isAtServer,
  isGarbled,
  recordsAtResolver,
  resolverHasAddress,
  resolverHasRecord,
  someAnswer,
  wasQueried,
} from '../../facts/answers';
import { aboutDomain, aboutServer } from '../about';
import { anyHasRecord, usesItselfForDns, hasNoAddress, type Assessment } from '../assessment';
import { deniedDomains, denialOf, responseCodes, serversWith } from '../parameters';
import {
  areOnDifferentConnections,
  domainsLackingIt,
  domainToMend,
  firstServerWithoutRecord,
  lacksOnlyTheRecord,
  mayFollowServerWithoutRecord,
  nameOfServerWithRecord,
  nameOfServerWithoutRecord,
} from '../server-disagreement';
import {
  ASKS_DNS,
  certainIf,
  certainOnlyIf,
  holdsIf,
  PATH,
  type RuleResult,
  type VerdictRule,
  type VerdictRules,
} from '../rule';

/** Wraps a condition so that it doesn't hold if a candidate domain has a record. */
function discovered(holds: (view: Assessment) => RuleResult): VerdictRule['evaluate'] {
  return (view) => (anyHasRecord(view.candidates) ? 'no' : holds(view));
}

function isUnread(lookups: Assessment['candidates']): boolean {
  return some(lookups, ({ presence }) => presence === 'unread');
}

/** Whether a server's answer couldn't be read. */
const hasUnreadAnswer = ({ servers }: Pick<SrvLookup, 'servers'>): boolean =>
  some(servers, ({ answer }) => !wasQueried(answer));

/**
 * Whether no candidate has the record, for a rule that doesn't hold if one is known to have it: certain if all are known
 * to lack it; open if none could be queried.
 *
 * @param asked the candidates, and any other lookups that must be known to lack it as well
 */
function noCandidateHasIt(view: Assessment, asked = view.candidates): RuleResult {
  const { candidates, domains } = view;
  if (candidates.length === 0) return domains.complete ? 'no' : 'open';
  if (!some(candidates, ({ presence }) => presence === 'absent')) return 'open';
  return certainIf(
    domains.complete &&
      every(asked, ({ presence }) => presence === 'absent') &&
      isEverySourceRead(view, asked),
  );
}

/**
 * Whether every source that might have one of these records was read: the resolver didn't fail, and no server was
 * silent, unqueried or truncated.
 */
function isEverySourceRead(view: Assessment, lookups: Assessment['lookups']): boolean {
  return (
    every(view.candidates, ({ resolver }) => resolver?.ok !== false) &&
    every(lookups, ({ servers }) =>
      every(servers, ({ answer }) => answer.outcome === 'answered' && !isTruncated(answer)),
    ) &&
    everyServerAnswers(view.snapshot)
  );
}

/** Whether the resolver finds nothing either, if it's queried at all. */
function resolverFindsNothing(view: Assessment): RuleResult {
  if (view.resolverFinds === true) return 'no';
  const isHeard = view.resolverFinds === false && (view.domains.complete || !view.windows);
  return certainIf(!view.snapshot.resolverTakesPart || isHeard);
}

/** Whether an adapter's DNS servers were set by the user or by policy rather than by DHCP. */
const isSetByHand = ({ snapshot: { adapters } }: Assessment): boolean =>
  valueOr(adapters, []).some(({ up, dnsServersFrom }) => up && dnsServersFrom === 'static');

/** Whether a lookup domain keeps Windows from looking in a domain that has a record. */
function isHidden({ others, domains }: Assessment): boolean {
  return some(
    others,
    ({ domain, presence }) =>
      presence === 'found' && domain !== null && domains.shadowedDomains.includes(domain),
  );
}

/** Whether a server fails in an unusual way: it truncated its answer, or didn't understand the query. */
const isOdd = (answer: QueryResult): boolean =>
  answer.outcome === 'answered' &&
  !isConclusive(answer) &&
  !['SERVFAIL', 'REFUSED'].includes(answer.rcode);

const candidateDomains = (view: Assessment) => joinShort(view.domains.candidates);
const lookupDomain = ({ domains }: Assessment) => domains.lookupDomain ?? '';
const otherDomain = (view: Assessment) =>
  view.others.find(({ presence }) => presence === 'found')?.domain ?? '';
const record = (view: Assessment) => denialOf(view).record;

const offersServers: VerdictRule['offers'] = (fix, view) =>
  fix !== 'set-dns-servers' || isSetByHand(view);
const adDomain = ({ snapshot: { dnsClient } }: Assessment) =>
  (dnsClient.ok && dnsClient.value.adDomain) || '';
const controllerlessServers = ({ snapshot: { controllers } }: Assessment) =>
  joinServers((controllers?.servers ?? []).filter(({ answer }) => isConclusive(answer)));
const denyingServer = (view: Assessment) => {
  const { server } = denialOf(view);
  return server === null ? '' : formatDnsServer(server);
};
/** What Windows finds instead of the servers' records and addresses. */
const foundByWindows = ({ candidates, targets }: Assessment): string =>
  joinShort([
    ...candidates
      .filter((lookup) => resolverHasRecord(lookup) === false)
      .flatMap(recordsAtResolver)
      .map(({ target }) => target),
    ...targets
      .filter(({ lookups }) => lookups.some((one) => resolverHasAddress(one) === false))
      .flatMap(addressesByWindows),
  ]);

/** Whether this PC looks only in domains that home routers give their network. */
const isAtHome = ({ domains: { candidates }, snapshot: { dnsClient } }: Assessment): boolean =>
  dnsClient.ok && dnsClient.value.adDomain === null && every(candidates, isHomeDomain);

/** The cloud, if this PC looks only in the domains of one; otherwise null. */
const cloudAround = ({ domains: { candidates }, snapshot: { dnsClient } }: Assessment) =>
  dnsClient.ok && dnsClient.value.adDomain === null ? cloudOfDomains(candidates) : null;

/** Whether this PC looks only in domains where no organization can have records. */
const isAmongStrangers = (view: Assessment): boolean =>
  isAtHome(view) || cloudAround(view) !== null;

/** Returns a note that Windows uses its cached KMS host before DNS, unless that is disabled (docs/windows-facts.md). */
const rememberedNote: VerdictRule['note'] = ({ snapshot: { licence, service } }) => {
  const host = licence.ok ? licence.value?.row['DiscoveredKeyManagementServiceMachineName'] : null;
  const isOff = service.ok && service.value['KeyManagementServiceHostCaching'] === false;
  return typeof host === 'string' && host.trim() !== '' && !isOff
    ? message('verdicts.rememberedHost', { host: host.trim() })
    : null;
};

/**
 * Returns a note that a domain-joined PC runs in a cloud, according to its connection suffixes, and may be licensed
 * there.
 */
const inCloudNote: VerdictRule['note'] = ({ snapshot: { dnsClient, adapters } }) => {
  if (!dnsClient.ok || dnsClient.value.adDomain === null) return null;
  const suffixes = valueOr(adapters, []).flatMap(({ up, connectionSuffix }) =>
    up && connectionSuffix !== null ? [canonicalName(connectionSuffix)] : [],
  );
  const around = cloudOfDomains(suffixes);
  return around === null ? null : message('verdicts.inCloud', around);
};

export const dnsRules = {
  'dns-server-not-configured': {
    scope: ASKS_DNS,
    evaluate: ({ snapshot: { servers } }) =>
      servers.ok ? holdsIf(servers.value.length === 0) : 'open',
    because: ['dns-server-configured'],
    procedure: 'check-dns-configuration',
    fixes: [],
    message: messages.dnsServerNotConfigured,
    summary: ({ snapshot: { adapters } }) =>
      adapters.ok && !adapters.value.some(({ up }) => up) ? 'summaryNoneUp' : 'summary',
  },
  'dns-server-unreachable': {
    scope: ASKS_DNS,
    evaluate: (view) => {
      const { snapshot } = view;
      if (!snapshot.servers.ok) return 'open';
      if (snapshot.servers.value.length === 0 || view.anyServerAnswers) return 'no';
      if (!everyServerAsked(snapshot)) return 'open';
      return certainOnlyIf(resolverFindsNothing(view), () => !someAnswer(snapshot, isGarbled));
    },
    because: ['dns-server-answers'],
    procedure: 'check-dns-connectivity',
    fixes: ['assign-kms-host'],
    about: aboutServer(isGarbled),
    summary: (view) => {
      if (someAnswer(view.snapshot, isGarbled)) return 'summaryGarbled';
      if (hasNoAddress(view)) return 'summaryNoAddress';
      return usesItselfForDns(view) ? 'summaryItself' : 'summary';
    },
    message: messages.dnsServerUnreachable,
    offers: (_, { role }) => role !== 'kms-host',
    // If none is garbled, all of them.
    say: { servers: (view) => joinShort(serversWith(view, isGarbled)) },
  },
  'dns-server-failing': {
    scope: ASKS_DNS,
    evaluate: (view) => {
      if (someAnswer(view.snapshot, isConclusive) || !view.anyServerAnswers) return 'no';
      if (!everyServerAsked(view.snapshot)) return 'open';
      return certainOnlyIf(resolverFindsNothing(view), () => !someAnswer(view.snapshot, isOdd));
    },
    because: ['dns-server-answers'],
    procedure: 'check-dns-connectivity',
    fixes: ['assign-kms-host'],
    about: aboutServer(hasAnswered),
    message: messages.dnsServerFailing,
    offers: (_, { role }) => role !== 'kms-host',
    summary: ({ snapshot }) => {
      if (someAnswer(snapshot, isTruncated)) return 'summaryCut';
      return someAnswer(snapshot, isOdd) ? 'summaryOdd' : 'summary';
    },
    say: { servers: (view) => joinShort(serversWith(view, hasAnswered)), rcodes: responseCodes },
  },
  'domain-unknown-to-dns': {
    scope: ['discovery', 'assigned-name'],
    evaluate: (view) => {
      if (anyHasRecord(view.candidates)) return 'no';
      if (view.assignment !== null && view.assignedPresence !== 'absent') {
        return view.assignedPresence === 'found' ? 'no' : 'open';
      }
      if (!view.snapshot.dnsClient.ok) return 'open';
      const { controllers } = view.snapshot;
      if (controllers === null) return 'no';
      const { servers, resolver } = controllers;
      if (isAtServer(controllers) || recordsAtResolver(controllers).length > 0) return 'no';
      if (!some(servers, ({ answer }) => isConclusive(answer))) {
        const isOpen = servers.length > 0 && isUnread(view.candidates);
        const heard = [{ servers }, ...view.candidates];
        return isOpen || some(heard, hasUnreadAnswer) ? 'open' : 'no';
      }
      return certainOnlyIf(
        noCandidateHasIt(view),
        () =>
          view.assignmentRead &&
          resolver?.ok !== false &&
          every(servers, ({ answer }) => isConclusive(answer)),
      );
    },
    explains: [
      'assigned-host-unresolvable',
      'srv-record-missing',
      'srv-record-in-other-domain',
      'srv-record-bare-name',
    ],
    because: ['domain-controllers-known'],
    procedure: 'check-dns-connectivity',
    fixes: ['set-dns-servers'],
    offers: offersServers,
    about: aboutDomain,
    message: (view) =>
      isSetByHand(view)
        ? null
        : messages.domainUnknownToDns(adDomain(view), controllerlessServers(view)),
    summary: (view) => (isSetByHand(view) ? 'summaryByHand' : 'summary'),
    say: { domain: adDomain, servers: controllerlessServers },
  },
  'no-dns-suffix': {
    scope: ['discovery'],
    evaluate: (view) => {
      if (view.domains.candidates.length > 0) return 'no';
      if (!view.snapshot.dnsClient.ok || !view.domains.complete) return 'open';
      return certainIf(view.assignmentRead);
    },
    because: ['dns-suffixes'],
    procedure: 'check-dns-configuration',
    fixes: ['return-to-auto-discovery', 'set-lookup-domain', 'assign-kms-host', 'add-dns-suffix'],
    // An invalid lookup domain hides the suffixes.
    offers: (fix, { domains }) =>
      domains.lookupDomain === null ? fix !== 'return-to-auto-discovery' : fix !== 'add-dns-suffix',
    about: aboutDomain,
    message: (view) => (view.domains.lookupDomain === null ? messages.noDnsSuffix() : null),
    summary: ({ domains }) => (domains.lookupDomain === null ? 'summary' : 'summaryLookupDomain'),
    say: { lookupDomain },
  },
  'srv-record-missing': {
    scope: PATH,
    evaluate: discovered((view) => {
      if (anyHasRecord(view.others) || view.unqualified?.presence === 'found') return 'no';
      const asked = view.lookups.filter(({ role }) => role !== 'publish');
      return noCandidateHasIt(view, asked);
    }),
    because: ['srv-record-published'],
    procedure: 'create-srv-record',
    fixes: ['create-srv-record', 'assign-kms-host'],
    offers: (fix, view) => fix !== 'create-srv-record' || !isAmongStrangers(view),
    about: aboutDomain,
    note: (view) => rememberedNote(view) ?? inCloudNote(view),
    message: (view) => (isAmongStrangers(view) ? null : messages.srvRecordMissing(view)),
    summary: (view) => {
      if (isAtHome(view)) return 'summaryAtHome';
      if (cloudAround(view) !== null) return 'summaryInCloud';
      return denialOf(view).server === null ? 'summaryByWindows' : 'summary';
    },
    say: {
      domains: candidateDomains,
      cloud: (view) => cloudAround(view)?.cloud ?? '',
      host: (view) => cloudAround(view)?.host ?? '',
      server: denyingServer,
      record,
    },
    sayInTitle: { domains: deniedDomains },
  },
  'srv-record-in-other-domain': {
    scope: PATH,
    evaluate: discovered((view) => {
      if (!anyHasRecord(view.others)) return isUnread(view.others) ? 'open' : 'no';
      return noCandidateHasIt(view);
    }),
    because: ['srv-record-published', 'srv-record-other-domains'],
    procedure: 'publish-in-multiple-domains',
    fixes: ['add-dns-suffix', 'set-lookup-domain', 'assign-kms-host', 'return-to-auto-discovery'],
    about: aboutDomain,
    message: messages.srvRecordInOtherDomain,
    offers: (fix, view) => (fix === 'return-to-auto-discovery') === isHidden(view),
    summary: (view) => (isHidden(view) ? 'summaryHidden' : 'summary'),
    say: { otherDomain, domains: candidateDomains, lookupDomain },
    sayInTitle: { domains: deniedDomains },
  },
  'srv-record-bare-name': {
    scope: PATH,
    evaluate: discovered((view) => {
      if (anyHasRecord(view.others)) return 'no';
      if (view.unqualified === null || view.unqualified.presence === 'absent') return 'no';
      if (view.unqualified.presence === 'unread') return 'open';
      return certainOnlyIf(noCandidateHasIt(view), () => !isUnread(view.others));
    }),
    because: ['srv-record-published', 'srv-record-bare-name'],
    procedure: 'create-srv-record',
    fixes: ['create-srv-record', 'assign-kms-host'],
    about: aboutDomain,
    message: messages.srvRecordBareName,
    say: { record },
  },
  'dns-servers-disagree': {
    scope: ['discovery'],
    evaluate: (view) => {
      const isKnown = firstServerWithoutRecord(view) !== null;
      if (!isKnown && !mayFollowServerWithoutRecord(view)) return 'no';
      if (some(view.candidates, (one) => recordsAtResolver(one).length > 0)) return 'no';
      if (!isKnown) return 'open';
      return certainIf(every(view.candidates, ({ resolver }) => resolver?.ok === true));
    },
    explains: ['client-resolver-disagrees'],
    because: ['srv-record-consistent', 'resolver-agrees'],
    procedure: 'check-dns-configuration',
    fixes: ['set-dns-servers', 'assign-kms-host'],
    // One of the organization's own servers stays in the list, even if the record hasn't reached it yet.
    offers: (fix, view) =>
      offersServers(fix, view) && (fix !== 'set-dns-servers' || !lacksOnlyTheRecord(view)),
    about: (view) => ({ server: nameOfServerWithoutRecord(view) || null }),
    message: (view) => {
      const seen = [
        domainToMend(view),
        nameOfServerWithoutRecord(view),
        nameOfServerWithRecord(view),
      ] as const;
      if (lacksOnlyTheRecord(view)) return messages.recordNotReplicated(...seen);
      if (isSetByHand(view)) return null;
      return areOnDifferentConnections(view)
        ? messages.otherConnectionAsked(...seen)
        : messages.dnsServersDisagree(...seen);
    },
    summary: (view) => {
      if (lacksOnlyTheRecord(view)) return 'summaryOwnServer';
      return areOnDifferentConnections(view) ? 'summaryTwoConnections' : 'summary';
    },
    say: {
      server: nameOfServerWithoutRecord,
      other: nameOfServerWithRecord,
      domains: (view) => joinShort(domainsLackingIt(view)),
      domain: adDomain,
    },
  },
  'client-resolver-disagrees': {
    scope: ['discovery'],
    evaluate: (view) => {
      if (!view.snapshot.resolverTakesPart || !view.anyServerAnswers) return 'no';
      const published = view.candidates.filter(({ presence }) => presence === 'found');
      const seen = (is: boolean) => (lookup: SrvLookup) => resolverHasRecord(lookup) === is;
      // Windows tries its suffixes in order, so finding the record in one domain is enough.
      if (published.length > 0 && every(published, seen(false))) return 'certain';
      const names = view.targets.flatMap(({ lookups }) => lookups);
      if (some(names, (name) => resolverHasAddress(name) === false)) return 'certain';
      const open = published.length > 0 && !some(published, seen(true));
      return open || some(names, (name) => resolverHasAddress(name) === null) ? 'open' : 'no';
    },
    because: ['resolver-agrees'],
    procedure: 'check-dns-configuration',
    fixes: ['flush-dns-cache'],
    summary: (view) => (foundByWindows(view) === '' ? 'summary' : 'summaryOther'),
    say: {
      server: (view) => serversWith(view, hasAddress)[0] ?? '',
      found: foundByWindows,
    },
  },
} satisfies Partial<VerdictRules>;
