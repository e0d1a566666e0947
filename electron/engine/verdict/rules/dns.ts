/** Verdicts on DNS servers, on the KMS record, and on how Windows resolves it. */
import { kmsRecordName } from '@shared/names';
import * as messages from '../../admin-instructions/messages';
import { list } from '../../checks/finding';
import { every, some } from '../../facts/outstanding';
import {
  everyServerAsked,
  isDefinite,
  resolverHasAddress,
  resolverHasRecord,
  type SrvLookup,
} from '../../facts/fact-snapshot';
import { aboutDomain, aboutServer } from '../about';
import type { Assessment } from '../assessment';
import { serversWith } from '../parameters';
import {
  ASKS_DNS,
  certainIf,
  holdsIf,
  PATH,
  type RuleResult,
  type VerdictRule,
  type VerdictRules,
} from '../rule';

/** A condition on records: it cannot hold once a candidate domain has one. */
function discovered(holds: (view: Assessment) => RuleResult): VerdictRule['evaluate'] {
  return (view) => (hasRecord(view.candidates) ? 'no' : holds(view));
}

function hasRecord(lookups: Assessment['candidates']): boolean {
  return some(lookups, ({ presence }) => presence === 'found');
}

function isUnread(lookups: Assessment['candidates']): boolean {
  return some(lookups, ({ presence }) => presence === 'unread');
}

/** Certain when every candidate is known to lack it; open when none could be asked. */
function noCandidateHasIt({ candidates, domains }: Assessment): RuleResult {
  if (candidates.length === 0) return domains.complete ? 'certain' : 'open';
  if (!some(candidates, ({ presence }) => presence === 'absent')) return 'open';
  return certainIf(domains.complete && every(candidates, ({ presence }) => presence === 'absent'));
}

/** Whether a record stands where a lookup domain keeps Windows from looking. */
function isHidden({ others, domains }: Assessment): boolean {
  return some(
    others,
    ({ domain, presence }) =>
      presence === 'found' && domain !== null && domains.shadowedDomains.includes(domain),
  );
}

const candidateDomains = (view: Assessment) => list(view.domains.candidates);
const otherDomain = (view: Assessment) =>
  view.others.find(({ presence }) => presence === 'found')?.domain ?? '';
const record = (view: Assessment) => kmsRecordName(view.domains.candidates[0] ?? null);

export const dnsRules = {
  'dns-server-not-configured': {
    scope: ASKS_DNS,
    evaluate: ({ situation: { servers } }) =>
      servers.ok ? holdsIf(servers.value.length === 0) : 'open',
    because: ['dns-server-configured'],
    procedure: 'check-dns-configuration',
    fixes: [],
    message: messages.dnsServerNotConfigured,
  },
  'dns-server-unreachable': {
    scope: ASKS_DNS,
    evaluate: (view) => {
      const { situation } = view;
      if (!situation.servers.ok) return 'open';
      if (situation.servers.value.length === 0 || view.anyServerAnswers) return 'no';
      if (!everyServerAsked(situation)) return 'open';
      if (view.resolverFinds === true) return 'no';
      const isResolverDumb = !situation.resolverTakesPart || !view.windows;
      return certainIf(isResolverDumb || view.resolverFinds === false);
    },
    because: ['dns-server-answers'],
    procedure: 'check-dns-connectivity',
    fixes: ['assign-kms-host'],
    about: aboutServer(isDefinite),
    message: messages.dnsServerUnreachable,
    offers: (_, { role }) => role !== 'kms-host',
    say: { summary: { servers: (view) => list(serversWith(view, isDefinite)) } },
  },
  'dns-server-failing': {
    scope: ASKS_DNS,
    evaluate: (view) => {
      if (!view.onlyFailingAnswers) return 'no';
      return everyServerAsked(view.situation) ? 'certain' : 'open';
    },
    because: ['dns-server-answers'],
    procedure: 'check-dns-connectivity',
    fixes: ['assign-kms-host'],
    about: aboutServer(({ outcome }) => outcome === 'answered'),
    message: messages.dnsServerFailing,
    offers: (_, { role }) => role !== 'kms-host',
    say: {
      summary: {
        servers: (view) => list(serversWith(view, ({ outcome }) => outcome === 'answered')),
      },
    },
  },
  'srv-record-missing': {
    scope: PATH,
    evaluate: discovered((view) => {
      if (hasRecord(view.others) || view.unqualified?.presence === 'found') return 'no';
      if (view.candidates.length === 0) return view.domains.complete ? 'no' : 'open';
      if (!some(view.candidates, ({ presence }) => presence === 'absent')) return 'open';
      const asked = [
        ...view.candidates,
        ...view.others,
        ...(view.unqualified ? [view.unqualified] : []),
      ];
      return certainIf(
        view.domains.complete && every(asked, ({ presence }) => presence !== 'unread'),
      );
    }),
    because: ['srv-record-published'],
    procedure: 'create-srv-record',
    fixes: ['create-srv-record', 'assign-kms-host'],
    about: aboutDomain,
    message: messages.srvRecordMissing,
    say: {
      title: { domains: candidateDomains },
      summary: { server: (view) => serversWith(view, isDefinite)[0] ?? '', record },
    },
  },
  'srv-record-in-other-domain': {
    scope: PATH,
    evaluate: discovered((view) => {
      if (!hasRecord(view.others)) return isUnread(view.others) ? 'open' : 'no';
      return noCandidateHasIt(view);
    }),
    because: ['srv-record-published', 'srv-record-other-domains'],
    procedure: 'publish-in-multiple-domains',
    fixes: ['add-dns-suffix', 'set-lookup-domain', 'assign-kms-host', 'return-to-auto-discovery'],
    about: aboutDomain,
    message: messages.srvRecordInOtherDomain,
    offers: (fix, view) => (fix === 'return-to-auto-discovery') === isHidden(view),
    summary: (view) => (isHidden(view) ? 'summaryHidden' : 'summary'),
    say: {
      title: { otherDomain, domains: candidateDomains },
      summary: { otherDomain, domains: candidateDomains },
      summaryHidden: { otherDomain, lookupDomain: (view) => view.domains.lookupDomain ?? '' },
    },
  },
  'srv-record-bare-name': {
    scope: PATH,
    evaluate: discovered((view) => {
      if (hasRecord(view.others)) return 'no';
      if (view.unqualified === null || view.unqualified.presence === 'absent') return 'no';
      if (view.unqualified.presence === 'unread') return 'open';
      return isUnread(view.others) ? 'likely' : noCandidateHasIt(view);
    }),
    because: ['srv-record-published', 'srv-record-bare-name'],
    procedure: 'create-srv-record',
    fixes: ['create-srv-record', 'assign-kms-host'],
    about: aboutDomain,
    message: messages.srvRecordBareName,
    say: { summary: { record } },
  },
  'client-resolver-disagrees': {
    scope: ['discovery'],
    evaluate: (view) => {
      if (!view.situation.resolverTakesPart || !view.anyServerAnswers) return 'no';
      const published = view.candidates.filter(({ presence }) => presence === 'found');
      const seen = (is: boolean) => (lookup: SrvLookup) => resolverHasRecord(lookup) === is;
      // Windows goes through its suffixes: one domain in which it finds the record is enough.
      if (published.length > 0 && every(published, seen(false))) return 'certain';
      const names = view.targets.flatMap(({ lookups }) => lookups);
      if (some(names, (name) => resolverHasAddress(name) === false)) return 'certain';
      const open = published.length > 0 && !some(published, seen(true));
      return open || some(names, (name) => resolverHasAddress(name) === null) ? 'open' : 'no';
    },
    because: ['resolver-agrees'],
    procedure: 'check-dns-configuration',
    fixes: ['flush-dns-cache'],
    say: {
      summary: {
        server: (view) =>
          serversWith(
            view,
            (answer) => answer.outcome === 'answered' && answer.answers.length > 0,
          )[0] ?? '',
      },
    },
  },
} satisfies Partial<VerdictRules>;
